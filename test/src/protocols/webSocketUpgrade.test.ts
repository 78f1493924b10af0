import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { HttpExchange } from '../../../src/protocols/index.js';
import { createHttp1, createTls, type Direction } from '../../../src/protocols/index.js';
import { type WebSocketMessage, webSocketUpgrade } from '../../../src/protocols/websocket.js';
import { parsed } from '../../support/conversations.js';
import { c, end, gap, type Said, s, wire } from './http1/talk.js';
import * as h from './tls/hello.js';
import { frame, masked } from './websocket/frames.js';

const parser = createHttp1({ upgrade: webSocketUpgrade() });
const isFrame = (message: HttpExchange | WebSocketMessage): message is WebSocketMessage => 'type' in message;
const texts = (messages: readonly (HttpExchange | WebSocketMessage)[]) =>
	messages.map(message =>
		isFrame(message) ? `${message.direction} ${message.kind} ${message.text}` : `${message.request?.url} ${message.upgrade}`,
	);

const asks = 'GET /ws HTTP/1.1\nConnection: Upgrade\nUpgrade: websocket\n\n';
const accepts = 'HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n\n';
const together = (text: string, bytes: Uint8Array) => Uint8Array.from([...wire(text), ...bytes]);

describe('http1, handing over', () => {
	it('should let another parser read on, without losing a byte', () => {
		const said = [
			c(asks),
			s(together(accepts, frame(1, 'first'))),
			c(masked(1, 'second')),
			s(frame(1, 'third')),
			end('client'),
			end('server'),
		];
		expect(texts(parsed(parser, said))).toEqual(['/ws websocket', 'server text first', 'client text second', 'server text third']);
	});

	it('should hand over what the client sent before it was answered', () => {
		const said = [c(together(asks, masked(1, 'eager'))), c(masked(1, 'more')), s(accepts), s(frame(1, 'ok'))];
		expect(texts(parsed(parser, said)).sort()).toEqual(['/ws websocket', 'client text eager', 'client text more', 'server text ok']);
	});

	it('should hand over gaps', () => {
		const bytes = frame(1, 'abcdef');
		const said = [c(asks), s(accepts), s(bytes.subarray(0, 4)), gap('server', 2), s(bytes.subarray(6)), s(frame(1, 'next'))];
		expect(texts(parsed(parser, said))).toEqual(['/ws websocket', 'server text abef', 'server text next']);
	});

	it('should hand over nothing where the server refuses', () => {
		const said = [c(asks), s('HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n'), c('GET /next HTTP/1.1\n\n')];
		expect(texts(parsed(parser, said))).toEqual(['/ws null', '/next null']);
	});

	it('should hand over directions as they are where who is the client was guessed wrong', () => {
		const said: Said[] = [c(asks), s(together(accepts, frame(1, 'first'))), c(masked(1, 'second'))].map(one => ({
			...one,
			direction: (one.direction === 'client' ? 'server' : 'client') as Direction,
		}));
		expect(texts(parsed(parser, said))).toEqual(['/ws websocket', 'server text first', 'client text second']);
	});

	it('should let TLS be read behind a CONNECT', () => {
		const tunnel = createHttp1({ upgrade: ({ upgrade }) => (upgrade === 'CONNECT' ? createTls() : undefined) });
		const hello = Uint8Array.from(h.record(22, h.clientHello(h.chrome)));
		const said = [c('CONNECT a:443 HTTP/1.1\nHost: a:443\n\n'), s('HTTP/1.1 200 OK\n\n'), c(hello)];
		expect(parsed(tunnel, said)).toMatchObject([{ upgrade: 'CONNECT' }, { type: 'clientHello' }, { type: 'session' }]);
	});

	it('should lose no byte however they are cut', () => {
		const client = together(asks, masked(1, 'one'));
		const server = together(accepts, Uint8Array.from([...frame(1, 'two'), ...frame(9, 'three'), ...frame(2, 'four')]));
		const expected = texts(parsed(parser, [c(client), s(server)])).sort();
		expect(expected).toHaveLength(5);
		for (let at = 1; at < client.length; at++) {
			const cut = [c(client.subarray(0, at)), c(client.subarray(at))];
			expect(texts(parsed(parser, [...cut, s(server)])).sort()).toEqual(expected);
		}
		for (let at = 1; at < server.length; at++) {
			const cut = [s(server.subarray(0, at)), s(server.subarray(at))];
			expect(texts(parsed(parser, [c(client), ...cut])).sort()).toEqual(expected);
		}
	});

	it('should survive a gap everywhere', () => {
		const server = together(accepts, Uint8Array.from([...frame(1, 'two'), ...frame(2, 'four')]));
		for (let at = 0; at <= server.length; at++) {
			for (const length of [-1, 1, 5, 500]) {
				const messages = parsed(parser, [
					...[c(asks), s(server.subarray(0, at)), gap('server', length)],
					s(server.subarray(at + Math.max(0, length))),
				]);
				expect(messages.filter(isFrame).filter(({ error }) => error === null).length).toBeLessThanOrEqual(2);
			}
		}
	});

	it('should refuse what is no function', () => {
		expect(() => createHttp1({ upgrade: 'websocket' as never })).toThrow(/createHttp1: option upgrade/);
	});
});

/** What a server and a client, that are not ours, say to each other on a wire: every piece, in the order in which it came by. */
async function recorded(options: { readonly takeover: boolean }): Promise<{ said: Said[]; sent: string[] }> {
	const said: Said[] = [];
	const http = createServer();
	const server = new WebSocketServer({
		server: http,
		perMessageDeflate: { threshold: 0, serverNoContextTakeover: !options.takeover, clientNoContextTakeover: !options.takeover },
	});
	await new Promise<void>(done => http.listen(0, '127.0.0.1', done));
	const wiretap = createTcpServer(client => {
		const upstream = connect((http.address() as AddressInfo).port, '127.0.0.1');
		const record = (direction: Direction) => (bytes: Buffer) => said.push({ direction, ms: said.length, bytes: new Uint8Array(bytes) });
		client.on('data', record('client')).pipe(upstream);
		upstream.on('data', record('server')).pipe(client);
	});
	await new Promise<void>(done => wiretap.listen(0, '127.0.0.1', done));
	const sent: string[] = [];
	server.on('connection', socket => socket.on('message', data => socket.send(`echo ${data}`)));
	const client = new WebSocket(`ws://127.0.0.1:${(wiretap.address() as AddressInfo).port}/chat`);
	await new Promise(done => client.once('open', done));
	for (let i = 0; i < 20; i++) {
		const text = `message ${i} ${'abc '.repeat(i * i * 20)}`;
		sent.push(`client text ${text}`, `server text echo ${text}`);
		client.send(text);
		await new Promise(done => client.once('message', done));
	}
	client.close(1000, 'done');
	await new Promise(done => client.once('close', done));
	wiretap.close();
	server.close();
	http.close();
	return { said, sent };
}

describe('websocket, as ws speaks it', () => {
	it.each([true, false])('should be read, context takeover: %s', async takeover => {
		const { said, sent } = await recorded({ takeover });
		const [exchange, ...messages] = parsed(parser, said);
		expect(exchange).toMatchObject({ upgrade: 'websocket', request: { url: '/chat' } });
		expect(messages.filter(isFrame).every(({ error }) => error === null)).toBe(true);
		expect(messages.filter(isFrame).some(({ compressed }) => compressed)).toBe(true);
		expect(texts(messages)).toEqual([...sent, 'client close done', 'server close done']);
	});
});
