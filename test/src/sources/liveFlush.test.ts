import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../../../marbles/frame.js';
import { parsePacketLine } from '../../../marbles/packetLine.js';
import { OwnNetwork, obstacleToOwnNetwork } from '../../support/ownNetwork.js';

const why = obstacleToOwnNetwork();
if (why !== undefined) console.warn(`flushing under load was left out: ${why}`);

/** Sends to itself for as many ms as it is told to, without a pause. */
const flood = `
import { connect, createServer } from 'node:net';
const piece = Buffer.alloc(2000, 'x');
const server = createServer(socket => socket.resume());
server.listen(0, '127.0.0.1', () => {
	const socket = connect({ port: server.address().port, host: '127.0.0.1', noDelay: true });
	const until = Date.now() + Number(process.argv[2]);
	const go = () => {
		while (Date.now() < until) if (!socket.write(piece)) return void socket.once('drain', go);
		process.send('over', () => process.exit());
	};
	socket.on('connect', go);
});`;

const capturer = `
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { Subject, takeUntil, tap } from 'rxjs';
import { decodeTcp, flushOlderThan, reassemble } from './dist/operators/index.js';
import { fromInterface } from './dist/src/node.js';
const [frames, floodMs] = process.argv.slice(2);
const stop = new Subject();
let [packets, found] = [0, undefined];
fromInterface('lo', { bufferSize: 64 * 1024 * 1024 }).pipe(
	takeUntil(stop),
	tap(() => {
		packets += 1;
		if (packets === 200) send();
	}),
	decodeTcp(),
	flushOlderThan(500, { everyMs: 100 }),
	reassemble(),
).subscribe({
	next({ flow, skip, bytes }) {
		// The kernel may drop packets of the flood, so that it has holes of its own.
		if (skip > 0 && flow.srcIP !== '127.0.0.1') found ??= { skip, text: Buffer.from(bytes).toString(), packets };
	},
	complete() { console.log(JSON.stringify({ found, packets })); process.exit(); },
});
// cap can send too: what is on the wire is what the test wrote.
const { Cap } = createRequire(import.meta.url)('cap');
const sender = new Cap();
sender.open('lo', 'port 1', 65536, Buffer.alloc(65535));
function send() {
	for (const frame of JSON.parse(frames).map(hex => Buffer.from(hex, 'hex'))) sender.send(frame, frame.length);
}
fork(new URL('flood.js', import.meta.url), [floodMs]).on('message', () => setTimeout(() => stop.next(), 100));`;

describe.skipIf(why !== undefined)('flushOlderThan on a wire that never pauses', { timeout: 60_000 }, () => {
	let network: OwnNetwork;
	beforeAll(() => {
		network = new OwnNetwork({ 'flood.js': flood, 'capturer.js': capturer });
	});
	afterAll(() => network.remove());

	it('should give up a hole while packets still come', () => {
		const lines = ['C> S 0:0(0)', 'C> . 1:4(3) ack 1 "ABC"', 'C> . 7:10(3) ack 1 "GHI"'];
		const frames = lines.map(line => Buffer.from(frame(parsePacketLine(line))).toString('hex'));
		const { stdout, stderr } = network.run('capturer.js', JSON.stringify(frames), '3000');
		const { found, packets } = JSON.parse(stdout || JSON.stringify({ stderr }));
		console.log(`the hole was given up at packet ${found?.packets} of ${packets}`);
		expect(found).toMatchObject({ skip: 3, text: 'GHI' });
		expect(found.packets).toBeLessThan(packets - 1000);
	});
});
