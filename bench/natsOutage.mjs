// A capture is shipped and worked while the server is away for a minute: what that does to the memory of all, and whether what
// is stored in the end is what one process prints. `npm run nats:outage -- [MB] [seconds] [seed]`
import { Bed, compare, local, makeCapture, memoryOf, randomOf, sleep } from './natsBed.mjs';

const [megabytes = 300, seconds = 60, seed = 1] = process.argv.slice(2).map(Number);
const WARM_MS = 3000;
const bed = new Bed();
const rows = [];

/** The memory of each, every second, until all is over. */
function sample(processes, phase) {
	const begin = performance.now();
	const timer = setInterval(() => {
		const memory = Object.fromEntries(Object.entries(processes).map(([name, { child }]) => [name, memoryOf(child.pid)]));
		rows.push({ at: Math.round((performance.now() - begin) / 1000), phase: phase(), ...memory });
	}, 1000);
	return () => clearInterval(timer);
}

function tell(names) {
	for (const phase of ['before', 'away', 'after']) {
		const of = rows.filter(row => row.phase === phase);
		const words = names.map(name => {
			const all = of.map(row => row[name]).filter(value => value !== undefined);
			return all.length === 0 ? `${name} ended` : `${name} ${all[0]} → ${all.at(-1)} (${Math.min(...all)}-${Math.max(...all)})`;
		});
		console.log(`${phase}, ${of.length} s, MB: ${words.join(', ')}`);
	}
}

let isSame = false;
try {
	const { bytes, packets } = await makeCapture(bed.capture, megabytes, randomOf(seed));
	console.log(`${(bytes / 1e6).toFixed(1)} MB, ${packets} packets, the server is away for ${seconds} s`);
	await bed.startServer();
	const flags = ['--nats', bed.url, '--stream', 'tap'];
	let phase = 'before';
	const processes = { sensor: bed.run('ship', bed.capture, ...flags, '--shards', '4') };
	await sleep(1000);
	for (const name of ['worker1', 'worker2']) processes[name] = bed.run('work', 'http', ...flags, '--to', 'results');
	const stop = sample(processes, () => phase);
	await sleep(WARM_MS);
	const hasShipped = processes.sensor.child.exitCode !== null;
	await bed.killServer();
	phase = 'away';
	await sleep(seconds * 1000);
	await bed.startServer();
	phase = 'after';
	const back = performance.now();
	const ended = {};
	const ends = Object.entries(processes).map(async ([name, { ends }]) => {
		const { code, stdout, stderr } = await ends;
		ended[name] = ((performance.now() - back) / 1000).toFixed(1);
		console.log(
			`  ${name} ended with ${code}, ${ended[name]} s after the server was back: ${(stdout + stderr).trim().replaceAll('\n', '; ')}`,
		);
	});
	await Promise.all(ends);
	stop();
	if (hasShipped) console.log('  the sensor was done before the server went: take a larger capture');
	tell(Object.keys(processes));
	isSame = compare('http', (await local('http', bed.capture)).lines, await bed.stored('results')) && !hasShipped;
} finally {
	await bed.remove();
}
process.exit(isSame ? 0 : 1);
