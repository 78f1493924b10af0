/** Everything: what each part costs by itself, and the whole of it on generated captures. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { endToEnd } from './endToEnd.js';
import { timeKernels } from './kernel.js';
import { allKernels } from './kernels.js';

const { values } = parseArgs({
	options: {
		packets: { type: 'string', default: '200000' },
		rounds: { type: 'string', default: '3' },
		ms: { type: 'string', default: '500' },
	},
});

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`);
console.log(`${await timeKernels(allKernels(20_000), Number(values.ms))}\n`);
console.log(await endToEnd(Number(values.packets), Number(values.rounds)));
