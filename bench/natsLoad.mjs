// A capture through 4 shards and 2 workers of `http`, then of `flows`, beside one process; what is stored is compared with what
// that prints. `npm run nats:load -- [MB] [seed]`
import { statSync } from 'node:fs';
import { Bed, compare, local, makeCapture, memoryOf, mostMemory, randomOf } from './natsBed.mjs';

const [megabytes = 500, seed = 1] = process.argv.slice(2).map(Number);
const bed = new Bed();

/** Runs these commands at once; says how long it took, and how much memory they had. */
async function timed(name, commands) {
	const begin = performance.now();
	const runs = commands.map(args => bed.run(...args));
	const most = runs.map(({ child }) => mostMemory(child.pid));
	const ends = await Promise.all(runs.map(({ ends }) => ends));
	const seconds = (performance.now() - begin) / 1000;
	const rate = statSync(bed.capture).size / 1e6 / seconds;
	const memory = most.map(of => of()).join(' and ');
	console.log(`${name}: ${seconds.toFixed(1)} s, ${rate.toFixed(1)} MB/s, ${memory} MB; server ${memoryOf(bed.server.pid)} MB`);
	for (const { code, stdout, stderr } of ends) {
		if (code !== 0) throw new Error(`${name} ended with ${code}: ${stderr}`);
		console.log(`  ${(stdout + stderr).trim().replaceAll('\n', '; ')}`);
	}
}

let isSame = true;
try {
	const { packets, bytes, copies } = await makeCapture(bed.capture, megabytes, randomOf(seed));
	console.log(`${(bytes / 1e6).toFixed(1)} MB, ${packets} packets, ${copies} copies, seed ${seed}`);
	await bed.startServer();
	const flags = ['--nats', bed.url, '--stream', 'tap'];
	await timed('ship', [['ship', bed.capture, ...flags, '--shards', '4']]);
	for (const kind of ['http', 'flows']) {
		const { lines, seconds, memory } = await local(kind, bed.capture);
		if (kind === 'http') {
			await timed('http --to', [['http', bed.capture, '--to', `${bed.url}/there`]]);
			isSame = compare('http --to', lines, await bed.stored('there'));
			console.log(`  ${(lines.reduce((sum, { length }) => sum + length, 0) / 1e6).toFixed(1)} MB of lines`);
		}
		console.log(`${kind} here: ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, ${memory} MB`);
		const work = ['work', kind, ...flags, '--to', `${kind}-results`];
		await timed(`${kind} by two workers`, [work, work]);
		isSame = compare(kind, lines, await bed.stored(`${kind}-results`)) && isSame;
	}
} finally {
	await bed.remove();
}
process.exit(isSame ? 0 : 1);
