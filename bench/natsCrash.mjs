// Two workers of `http` and two of `flows` while one after the other is killed, stopped, and the server too; then compares
// what is stored with what one process prints. `npm run nats:crash -- [MB] [seconds] [worker kills] [server kills] [seed] [freezes]`
import { createReadStream, statSync } from 'node:fs';
import { Bed, compare, local, makeCapture, randomOf, sleep } from './natsBed.mjs';

const [megabytes = 20, seconds = 90, workerKills = 20, serverKills = 5, seed = 1, freezes = 2] = process.argv.slice(2).map(Number);
const kinds = ['http', 'flows'];
const random = randomOf(seed);
const bed = new Bed();

const running = new Set();
let isOver = false;
let stalled = 0;
function startWorker(kind) {
	const { child, ends } = bed.run('work', kind, '--nats', bed.url, '--stream', 'tap', '--to', `${kind}-results`, '--lease', '2000');
	const worker = { kind, child };
	running.add(worker);
	void ends.then(({ code, stderr }) => {
		running.delete(worker);
		// No code: a signal has ended it.
		if (code !== null) console.log(`  a worker of ${kind} ended with ${code}: ${stderr.trim()}`);
		if (code !== 0 && !isOver) startWorker(kind);
	});
}

/** As many bytes a second that it takes the time it should. */
async function ship() {
	const { child, ends } = bed.run('ship', '-', '--nats', bed.url, '--stream', 'tap', '--shards', '4');
	const piece = Math.ceil(statSync(bed.capture).size / (seconds * 10));
	for await (const bytes of createReadStream(bed.capture, { highWaterMark: piece })) {
		if (!child.stdin.write(bytes)) await new Promise(resolve => child.stdin.once('drain', resolve));
		await sleep(100);
	}
	child.stdin.end();
	const { code, stdout, stderr } = await ends;
	console.log(`  ${stdout.trim().replace('\n', '; ')}`);
	if (code !== 0) throw new Error(`ship ended with ${code}: ${stderr}`);
}

async function disturb() {
	const deeds = [...Array(workerKills).fill('kill'), ...Array(serverKills).fill('server'), ...Array(freezes).fill('freeze')].sort(
		() => random() - 0.5,
	);
	for (const deed of deeds) {
		await sleep((seconds * 1000 * (0.4 + random())) / deeds.length);
		const workers = [...running];
		const worker = workers[Math.floor(random() * workers.length)];
		if (deed === 'server') {
			await bed.killServer();
			await sleep(500 * random());
			await bed.startServer();
		} else if (worker === undefined) console.log('  all were done before the end');
		else if (deed === 'kill') worker.child.kill('SIGKILL');
		else {
			worker.child.kill('SIGSTOP');
			stalled += 1;
			setTimeout(() => worker.child.kill('SIGCONT'), 5000);
		}
		process.stdout.write(`${deed} `);
	}
	console.log();
}

let failures = 0;
try {
	const { bytes } = await makeCapture(bed.capture, megabytes, random);
	console.log(`${(bytes / 1e6).toFixed(1)} MB, seed ${seed}`);
	await bed.startServer();
	const shipping = ship();
	await sleep(1500);
	for (const kind of [...kinds, ...kinds]) startWorker(kind);
	await Promise.all([shipping, disturb()]);
	const until = Date.now() + 180_000;
	while (running.size > 0 && Date.now() < until) await sleep(200);
	if (running.size > 0) throw new Error(`${running.size} workers are not done`);
	for (const kind of kinds) {
		if (!compare(kind, (await local(kind, bed.capture)).lines, await bed.stored(`${kind}-results`))) failures += 1;
	}
	console.log(`${workerKills} workers and ${serverKills} servers killed, ${stalled} workers frozen for 5 s`);
} finally {
	isOver = true;
	for (const { child } of running) child.kill('SIGKILL');
	await bed.remove();
}
process.exit(failures === 0 ? 0 : 1);
