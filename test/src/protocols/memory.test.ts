import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { dns } from '../../../src/protocols/dns.js';
import { type Direction, http1, type ParserFactory, postgres, redis, tls } from '../../../src/protocols/index.js';
import { mqtt } from '../../../src/protocols/mqtt.js';
import { createWebSocket } from '../../../src/protocols/websocket.js';
import { ends, originAt } from './http1/talk.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const BLOCK_BYTES = 32 * 1024;
const MiB = 2 ** 20;

/** The same over and over, or with a number in it that counts. */
type Hostile = readonly [what: string, direction: Direction, begin: string | Uint8Array, again: (i: number) => string];

const many = (text: string) => () => text;
const number32 = (value: number) => String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
const pg = (type: string, body: string) => `${type}${number32(4 + body.length)}${body}`;
const pgStart = `${number32(8)}${number32(196_608)}`;

/** What each may hold of a connection by its documentation, with what the messages take as objects. */
const parsers: Readonly<
	Record<string, { factory: ParserFactory<unknown>; limitMiB: number; fedMiB: number; hostile: readonly Hostile[] }>
> = {
	http1: {
		factory: http1,
		limitMiB: 6,
		fedMiB: 8,
		hostile: [
			['a request line without an end', 'client', 'GET /', many('x')],
			['fields without an end', 'client', 'GET / HTTP/1.1\r\n', i => `x${i}: y\r\n`],
			['fields of a letter', 'client', 'GET / HTTP/1.1\r\n', many('a:\r\n')],
			['requests that nobody answers', 'client', '', i => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`],
			['responses that nobody asked for', 'server', '', many('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')],
			['interim responses', 'server', '', many('HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n')],
			['chunks of a byte', 'client', 'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', many('1\r\nx\r\n')],
			['a chunk extension without an end', 'client', 'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', many('1;x=')],
			['trailers without an end', 'client', 'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', i => `x${i}: y\r\n`],
			['a body that announces the most', 'client', 'PUT / HTTP/1.1\r\nContent-Length: 9007199254740991\r\n\r\n', many('x')],
			['an upgrade that nobody answers', 'client', 'GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', many('x')],
			['empty lines', 'client', '', many('\r\n')],
		],
	},
	tls: {
		factory: tls,
		limitMiB: 0.5,
		fedMiB: 1,
		hostile: [
			['a hello that announces the most', 'client', '\x16\x03\x01\x40\x00\x01\xff\xff\xff', many('\x16\x03\x01\x00\x01\x00')],
			['fragments without an end', 'client', '\x16\x03\x01\x00\x04\x01\x00\xff\xff', many('\x16\x03\x01\x00\x01\x00')],
			['alerts', 'server', '', many('\x15\x03\x03\x00\x02\x02\x28')],
			['handshake messages', 'server', '', many('\x16\x03\x03\x00\x04\x00\x00\x00\x00')],
			['beginnings of records', 'client', '', many('\x16\x03\x01')],
		],
	},
	dns: {
		factory: dns,
		limitMiB: 2,
		fedMiB: 1,
		hostile: [
			[
				'queries that nobody answers',
				'client',
				'',
				i => `\0\x13${String.fromCharCode((i >> 8) & 255, i & 255)}\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01`,
			],
			['messages of the greatest length', 'client', '', many(`\xff\xff${'\0'.repeat(65_535)}`)],
			['names that point to each other', 'server', '', many('\0\x10\0\x05\x80\0\0\x01\0\0\0\0\0\0\xc0\x0c\0\x01')],
		],
	},
	webSocket: {
		factory: createWebSocket({ deflate: true }),
		limitMiB: 3,
		fedMiB: 3.5,
		hostile: [
			['a frame that announces the most', 'server', '\x82\x7f\0\x1f\xff\xff\xff\xff\xff\xff', many('x')],
			['fragments without an end', 'server', '\x02\x01x', many('\0\x01x')],
			['empty fragments without an end', 'server', '\x02\0', many('\0\0')],
			['pings within a message', 'server', '\x02\x01x', many('\x89\x01x')],
		],
	},
	redis: {
		factory: redis,
		limitMiB: 1.5,
		fedMiB: 2,
		hostile: [
			['a string that announces the most', 'server', '$4294967296\r\n', many('x')],
			['an array that announces the most', 'server', '*4294967296\r\n', many('$1\r\nx\r\n')],
			['arrays in arrays', 'server', '', many('*1\r\n')],
			['an array of arrays', 'server', '*4294967296\r\n', many('*1\r\n+x\r\n')],
			['a string in pieces without an end', 'server', '$?\r\n', many(';1\r\nx\r\n')],
			['commands that nobody answers', 'client', '', many('*1\r\n$4\r\nPING\r\n')],
			['a line without an end', 'client', '', many('x')],
			['empty lines', 'client', '', many('\r\n')],
			['attributes', 'server', '', many('|1\r\n+a\r\n+b\r\n')],
		],
	},
	mqtt: {
		factory: mqtt,
		limitMiB: 0.7,
		fedMiB: 0.8,
		hostile: [
			['a packet that announces the most', 'client', '\x30\xff\xff\xff\x7f', many('x')],
			['a packet of the limit', 'client', '\x30\xfa\xff\x0f', many('x')],
			['packets that are none', 'client', '', many('\x30\x00')],
		],
	},
	postgres: {
		factory: postgres,
		limitMiB: 2,
		fedMiB: 2.2,
		hostile: [
			['a query that announces the most', 'client', `${pgStart}Q\x3f\xff\xff\xff`, many('x')],
			['queries that nobody answers', 'client', pgStart, i => pg('Q', `select ${i}\0`)],
			['statements without an end', 'client', pgStart, i => pg('P', `s${i}\0select ${i}\0\0\0`)],
			['portals without an end', 'client', pgStart, i => pg('B', `p${i}\0s\0\0\0\0\0\0\0`)],
			['steps without an end', 'client', pgStart, many(pg('D', 'Ss\0'))],
			['a row that announces the most', 'server', 'D\x3f\xff\xff\xff', many('x')],
			['rows of a query that goes on', 'server', '', many(pg('D', '\0\0'))],
			['results of a query that goes on', 'server', '', many(pg('C', 'SELECT 1\0'))],
			['columns', 'server', '', many(pg('T', '\0\0'))],
		],
	},
};

/** So many bytes of something, as text a character a byte; a number goes on counting. */
function* fed([, , begin, again]: Hostile, fedBytes: number): Generator<Uint8Array> {
	yield Buffer.from(begin as string, 'latin1');
	let i = 0;
	for (let total = 0; total < fedBytes; ) {
		let text = again(i++);
		const isSame = again(i) === text;
		if (isSame) text = text.repeat(Math.max(1, Math.ceil(BLOCK_BYTES / text.length)));
		else for (; text.length < BLOCK_BYTES; ) text += again(i++);
		total += text.length;
		yield new Uint8Array(Buffer.from(text, 'latin1'));
	}
}

/** What array buffers had is given back a while after they were collected. */
async function usedBytes(): Promise<number> {
	for (let i = 0; i < 3; i++) {
		collect();
		await setTimeout(5);
	}
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

/** What a parser holds that was fed all of it, and has not ended. */
async function heldBytes(factory: ParserFactory<unknown>, hostile: Hostile, fedBytes: number): Promise<number> {
	const [, direction] = hostile;
	let count = 0;
	const before = await usedBytes();
	const parser = factory(() => count++, ends);
	for (const bytes of fed(hostile, fedBytes)) parser.push(bytes, originAt(direction, 1));
	const after = await usedBytes();
	// So that it is not collected before.
	parser.end(originAt(direction, 2));
	return after - before;
}

describe.each(Object.entries(parsers))('what %s holds', (_name, { factory, limitMiB, fedMiB, hostile }) => {
	it.each(hostile)('should have a limit: %s', { timeout: 60_000 }, async (...each) => {
		// What is made once, of code too, is no part of it.
		await heldBytes(factory, each, MiB / 8);
		expect(await heldBytes(factory, each, fedMiB * MiB)).toBeLessThan(limitMiB * MiB);
	});
});
