import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OwnNetwork, obstacleToOwnNetwork } from '../../support/ownNetwork.js';

const why = obstacleToOwnNetwork();
if (why !== undefined) console.warn(`live downloads were left out: ${why}`);

/** A server and its client, in a process beside the one that captures; it tells what was really received. */
const peer = `
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
const piece = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 2654435761) >>> 24));
const server = createServer((request, response) => {
	response.writeHead(200, { 'content-length': 25 * piece.length, connection: 'close' });
	let left = 25;
	const go = () => {
		while (left-- > 0) if (!response.write(piece)) return void response.once('drain', go);
		response.end();
	};
	go();
});
const download = (port, path) => new Promise((done, failed) => {
	const socket = connect(port, '127.0.0.1', () => socket.write('GET ' + path + ' HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
	const { localPort } = socket;
	const hash = createHash('sha256');
	let [bytes, from] = [0, 0];
	socket.on('connect', () => (from = socket.localPort)).on('error', failed);
	socket.on('data', data => { hash.update(data); bytes += data.length; });
	socket.on('end', () => done({ port: from, bytes, sha256: hash.digest('hex') }));
});
server.listen(0, '127.0.0.1', () => {
	const { port } = server.address();
	process.send({ port });
	process.once('message', async () => {
		const downloads = [];
		for (let i = 0; i < 4; i += 1) downloads.push(await download(port, '/' + i));
		process.send({ downloads }, () => process.exit());
	});
});`;

const capturer = `
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Subject, takeUntil, tap } from 'rxjs';
import { decodeTcp, flushOlderThan, reassemble } from './dist/operators/index.js';
import { fromInterface } from './dist/src/node.js';
const [device] = process.argv.slice(2);
const child = fork(new URL('peer.js', import.meta.url));
const streams = new Map();
const stop = new Subject();
let [packets, bytes, linkType, truth] = [0, 0, 0, undefined];
const counters = {};
function capture(port) {
	fromInterface(device, { filter: 'tcp port ' + port, bufferSize: 256 * 1024 * 1024 }).pipe(
		takeUntil(stop),
		tap(packet => { packets += 1; bytes += packet.originalLength; linkType = packet.linkType; }),
		decodeTcp(),
		flushOlderThan(1000, { closeIdleMs: 60_000 }),
		reassemble(),
	).subscribe({
		next(chunk) {
			if (chunk.direction !== 'server') return;
			const key = chunk.flow.destination.port;
			const stream = streams.get(key) ?? { bytes: 0, skips: 0, hash: createHash('sha256') };
			streams.set(key, stream);
			stream.bytes += chunk.length;
			stream.skips += Math.max(chunk.skip, 0);
			stream.hash.update(chunk.bytes);
		},
		error(error) { console.log(JSON.stringify({ error: error.message })); child.kill(); },
		complete() {
			const seen = [...streams].map(([port, { hash, ...rest }]) => ({ port, ...rest, sha256: hash.digest('hex') }));
			console.log(JSON.stringify({ truth, seen, packets, bytes, linkType }));
		},
	});
}
child.on('message', message => {
	if (message.port !== undefined) {
		capture(message.port);
		child.send('go');
	} else {
		truth = message.downloads;
		setTimeout(() => stop.next(), 500);
	}
});`;

interface Download {
	readonly port: number;
	readonly bytes: number;
	readonly sha256: string;
}

describe.skipIf(why !== undefined)('100 MB of downloads, captured live', { timeout: 60_000 }, () => {
	let network: OwnNetwork;
	beforeAll(() => {
		network = new OwnNetwork({ 'peer.js': peer, 'capturer.js': capturer });
	});
	afterAll(() => network.remove());

	it.each(['lo', 'any'])('should come out as they were received, or say what is missing: %s', device => {
		const { stdout, stderr } = network.run('capturer.js', device);
		expect(stdout, stderr).toMatch(/^\{"truth"/);
		const { truth, seen, packets, bytes, linkType } = JSON.parse(stdout) as {
			truth: Download[];
			seen: (Download & { skips: number })[];
			packets: number;
			bytes: number;
			linkType: number;
		};
		const skips = seen.reduce((sum, stream) => sum + stream.skips, 0);
		const total = truth.reduce((sum, download) => sum + download.bytes, 0);
		console.log(`${device}: link type ${linkType}, ${packets} packets of ${bytes} bytes for ${total} bytes received; ${skips} skipped`);
		expect(total).toBeGreaterThan(100_000_000);
		expect(seen.map(stream => [stream.port, stream.bytes + stream.skips])).toEqual(truth.map(download => [download.port, download.bytes]));
		const whole = seen.filter(stream => stream.skips === 0).map(({ port, sha256 }) => ({ port, sha256 }));
		expect(truth.map(({ port, sha256 }) => ({ port, sha256 }))).toEqual(expect.arrayContaining(whole));
	});
});
