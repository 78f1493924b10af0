import { streamEncode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
	type Beginning,
	type Direction,
	detectProtocol,
	type HttpExchange,
	http1,
	type Parser,
	type ParserFactory,
	type ProtocolName,
	tls,
} from '../../../src/protocols/index.js';
import { cutAt } from '../../support/conversations.js';
import { c, end, ends, gap, originAt, type Said, s } from './http1/talk.js';
import * as h from './tls/hello.js';

/** Which protocol was found, and what its parser was told: the bytes of neighbouring pushes joined. */
function detected(said: readonly Said[], options = {}, finish = true) {
	const told: string[] = [];
	let found: string | undefined;
	const note = (direction: Direction, what: string, bytes = '') => {
		const last = told.at(-1);
		if (what === 'push' && last?.startsWith(`${direction} push `)) told[told.length - 1] = `${last}${bytes}`;
		else told.push(`${direction} ${what} ${bytes}`);
	};
	const recorder = (protocol: string): Parser => {
		found = protocol;
		return {
			push: (bytes, { direction }) => note(direction, 'push', Buffer.from(bytes).toString('hex')),
			gap: (length, { direction }) => note(direction, `gap ${length}`),
			end: ({ direction }) => note(direction, 'end'),
			finish: () => told.push('finish'),
		};
	};
	const parser = detectProtocol({ unknown: (_, __, protocol) => recorder(protocol) }, options)(() => {}, ends);
	for (const one of said) {
		const origin = originAt(one.direction, one.ms);
		if ('bytes' in one) parser.push(one.bytes, origin);
		else if ('gap' in one) parser.gap(one.gap, origin);
		else parser.end(origin);
	}
	if (finish) parser.finish?.();
	return { found, told };
}

const raw = (...bytes: number[]) => Uint8Array.from(bytes);
const dnsOf = (type: 'query' | 'response') =>
	new Uint8Array(streamEncode({ type, id: 5, flags: 256, questions: [{ type: 'A', name: 'a.test' }] }));

const known: readonly (readonly [ProtocolName, string, readonly Said[]])[] = [
	['http1', 'a request', [c('GET /a HTTP/1.1\nHost: a\n\n')]],
	['http1', 'a long one', [c(`POST /${'a'.repeat(6000)} HTTP/1.1\n\n`)]],
	['http1', 'a response alone', [gap('client', -1), s('HTTP/1.1 200 OK\n\n')]],
	['http2', 'its preface', [c('PRI * HTTP/2.0\n\nSM\n\n')]],
	['http2', 'the settings of the server', [s(raw(0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100))]],
	['tls', 'a ClientHello', [c(Uint8Array.from(h.record(22, h.clientHello(h.chrome))))]],
	['tls', 'a ClientHello of SSL 2', [c(raw(0x80, 46, 1, 3, 1, 0, 21))]],
	['tls', 'a ServerHello', [gap('client', -1), s(Uint8Array.from(h.record(22, h.serverHello())))]],
	['ssh', 'either banner', [s('SSH-2.0-x\n'), c('SSH-2.0-y\n')]],
	['redis', 'a command', [c('*2\n$4\nLLEN\n$1\na\n')]],
	['redis', 'an inline PING', [c('PING\n')]],
	['postgres', 'a startup packet', [c(raw(0, 0, 0, 20, 0, 3, 0, 0, ...h.text('user\0a\0')))]],
	['postgres', 'a request for TLS', [c(raw(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f))]],
	['mqtt', 'CONNECT', [c(raw(0x10, 16, 0, 4, ...h.text('MQTT'), 4, 2, 0, 60))]],
	['mqtt', 'CONNECT of 3.1, long', [c(raw(0x10, 0x90, 0x02, 0, 6, ...h.text('MQIsdp'), 3))]],
	['amqp', 'its header', [c(raw(...h.text('AMQP'), 0, 0, 9, 1))]],
	['bittorrent', 'its handshake', [c('\x13BitTorrent protocol........')]],
	['xmpp', 'a stream', [c("<?xml version='1.0'?><stream:stream to='a'>")]],
	['smb', 'a negotiation', [c(raw(0, 0, 0, 100, 0xfe, ...h.text('SMB')))]],
	['smtp', 'a greeting', [s('220 mail.test ESMTP ready\n')]],
	['smtp', 'a greeting that says nothing', [s('220 welcome\n'), c('EHLO a\n')]],
	['ftp', 'a greeting', [s('220 (vsFTPd 3.0)\n')]],
	['ftp', 'a greeting that says nothing', [s('220 welcome\n'), c('USER a\n')]],
	['pop3', 'a greeting', [s('+OK ready\n')]],
	['imap', 'a greeting', [s('* OK [CAPABILITY IMAP4rev1] ready\n')]],
	['imap', 'a command', [gap('server', -1), c('a001 LOGIN a b\n')]],
	['mysql', 'a handshake', [s(raw(74, 0, 0, 0, 10, ...h.text('8.0.36'), 0))]],
	['rfb', 'a version', [s('RFB 003.008\n')]],
	['rtsp', 'a request', [c('OPTIONS rtsp://a RTSP/1.0\n\n')]],
	['sip', 'a request', [c('OPTIONS sip:a SIP/2.0\n\n')]],
	['dns', 'a query', [c(dnsOf('query'))]],
	['dns', 'a response', [gap('client', -1), s(dnsOf('response'))]],
];
const others: readonly (readonly [string, readonly Said[]])[] = [
	['nothing', []],
	['noise', [c(Uint8Array.from(h.noise(300))), s(Uint8Array.from(h.noise(300, 2)))]],
	['a method of nothing known', [c('HELLO /a b c\n'), s('x\n')]],
	['its start missing', [gap('client', -1), c('GET /a HTTP/1.1\n\n'), gap('server', -1), s('HTTP/1.1 200 OK\n\n')]],
	['cut off', [c('GE'), end('client'), s('HTT'), end('server')]],
	['a greeting alone', [s('220 welcome\n'), c('HOLA\n')]],
	['a silent server', [c(Uint8Array.from(h.noise(5000))), c(Uint8Array.from(h.noise(99_000)), 2), s('+OK\n', 3)]],
];

/** What a parser would be told at once. */
function direct(said: readonly Said[]) {
	const told: string[] = [];
	for (const one of said) {
		const { direction } = one;
		const hex = 'bytes' in one ? Buffer.from(one.bytes).toString('hex') : '';
		const last = told.at(-1);
		if (hex !== '' && last?.startsWith(`${direction} push `)) told[told.length - 1] = `${last}${hex}`;
		else told.push('bytes' in one ? `${direction} push ${hex}` : 'gap' in one ? `${direction} gap ${one.gap} ` : `${direction} end `);
	}
	return [...told, 'finish'];
}

describe('detectProtocol', () => {
	it.each(known)('should know %s by %s, before it ends', (protocol, _, said) => {
		expect(detected(said, {}, false).found).toBe(protocol);
	});

	it.each(others)('should not know %s', (_, said) => {
		expect(detected(said).found).toBe('unknown');
	});

	it('should hand all of it over to the parser that was chosen', () => {
		const messages: unknown[] = [];
		const parser = detectProtocol({ http1, tls })(message => messages.push(message), ends);
		for (const said of [c('GET /a HT'), c('TP/1.1\n\n', 1), s('HTTP/1.1 204 No\n\n', 2)]) {
			if ('bytes' in said) parser.push(said.bytes, originAt(said.direction, said.ms));
		}
		expect(messages).toMatchObject([{ request: { url: '/a' }, response: { status: 204 }, durationMs: 2 }]);
	});

	it('should pass over what nobody asked for', () => {
		const parser = detectProtocol({ tls })(() => expect.unreachable(), ends);
		parser.push(Buffer.from('GET / HTTP/1.1\r\n\r\n'), originAt('client', 0));
		parser.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), originAt('server', 1));
		parser.end(originAt('client', 2));
		parser.finish?.();
	});

	it('should not keep the bytes of the source', () => {
		const block = Buffer.from('GET /a HT');
		const told: string[] = [];
		const record: Parser = { push: bytes => told.push(Buffer.from(bytes).toString()), gap: () => {}, end: () => {} };
		const parser = detectProtocol({ http1: () => record })(() => {}, ends);
		parser.push(block, originAt('client', 0));
		block.fill(0);
		parser.push(Buffer.from('TP/1.1\r\n'), originAt('client', 1));
		expect(told).toEqual(['GET /a HT', 'TP/1.1\r\n']);
	});

	it.each([
		{ what: 'bytes', said: Array.from({ length: 40 }, (_, i) => c(Uint8Array.from(h.noise(100)), i)), limit: 19 },
		{ what: 'packets of a byte', said: Array.from({ length: 60 }, (_, i) => c('\x00', i)), limit: 60 },
		{ what: 'gaps', said: Array.from({ length: 60 }, (_, i) => gap('client', 1, i)), limit: 60 },
	])('should give up in time: $what', ({ said, limit }) => {
		const counts = said.map((_, i) => detected(said.slice(0, i + 1), { maxBytes: 100 }, false).found);
		const first = counts.indexOf('unknown');
		expect(first).toBeGreaterThan(0);
		expect(first).toBeLessThan(limit);
	});

	it('should be checked at the call', () => {
		expect(() => detectProtocol({ gopher: http1 } as object)).toThrow(/there is no option gopher; the options are amqp, /);
		expect(() => detectProtocol({ tls: 1 } as object)).toThrow(/option tls must be a function, but is 1/);
		expect(() => detectProtocol({}, { maxBytes: 0 })).toThrow(/maxBytes must be a whole number from 1 on/);
	});
});

describe('detectProtocol: how the bytes are cut', () => {
	const all: readonly (readonly [string, readonly Said[]])[] = [
		...known.map(([name, what, said]) => [`${name}, ${what}`, said] as const),
		...others,
	];
	it.each(all)('should not matter, nor lose a byte: %s', (_, said) => {
		const conversation = [...said, c('more', 7), s('and more', 8), end('client', 9), end('server', 9)];
		const { found } = detected(conversation);
		const length = Math.min(
			200,
			conversation.reduce((sum, one) => sum + ('bytes' in one ? one.bytes.length : 0), 0),
		);
		const everywhere = Array.from({ length }, (__, i) => i);
		for (const places of [[], everywhere, ...everywhere.map(place => [place])]) {
			expect(detected(cutAt(conversation, places))).toEqual({ found, told: direct(conversation) });
		}
	});

	it('should not matter where few bytes are looked at, and a packet comes in many pieces', () => {
		expect(detected([c('G'), c('E'), c('T / HTTP/1.1\n\n')], { maxBytes: 4 }).found).toBe('http1');
	});

	it('should not matter for anything', () => {
		const start = fc.oneof(
			fc.uint8Array({ maxLength: 30 }),
			fc.constantFrom(...known.flatMap(([, , said]) => said.flatMap(one => ('bytes' in one ? [one.bytes.subarray(0, 60)] : [])))),
		);
		const said = fc.record({ isClient: fc.boolean(), bytes: start, lost: fc.option(fc.integer({ min: -1, max: 9 }), { freq: 6 }) });
		const property = fc.property(
			fc.array(said, { maxLength: 8 }),
			fc.array(fc.nat(200), { maxLength: 9 }),
			fc.integer({ min: 1, max: 60 }),
			(pieces, places, maxBytes) => {
				const conversation = pieces.flatMap(({ isClient, bytes, lost }, i): Said[] => {
					const direction = isClient ? 'client' : 'server';
					const lostHere = lost === null || lost === 0 ? [] : [gap(direction, lost, i)];
					return [...lostHere, ...(bytes.length === 0 ? [] : [{ direction, bytes, ms: i } as Said])];
				});
				const whole = detected(conversation, { maxBytes });
				expect(whole.told).toEqual(direct(conversation));
				expect(detected(cutAt(conversation, places), { maxBytes })).toEqual(whole);
			},
		);
		fc.assert(property, { numRuns: 1000 });
	});

	it('should know protocols of your own, before those that it knows', () => {
		const nats = { server: (own: Beginning) => own.startsWith('INFO {'), client: (own: Beginning) => own.startsWith('CONNECT {') };
		const signatures = { nats, tls: { client: (own: Beginning) => own.has(0, 7) } };
		const told = [
			...[[s('IN'), s('FO {}\n')], [gap('server', -1), c('CONNECT {}\n')], [c(raw(7, 7))], [c('GET / HTTP/1.1\n\n')]],
			[s('+OK\n')],
		];
		expect(told.map(said => detected(said, { signatures }).found)).toEqual(['nats', 'nats', 'tls', 'http1', 'pop3']);
		expect(detected(told[0] as Said[], { signatures }).told).toEqual(direct([s('IN'), s('FO {}\n')]));
	});

	it('should type what parsers of your own emit', () => {
		const nats: ParserFactory<{ subject: string }> = () => ({ push() {}, gap() {}, end() {} });
		const parser = detectProtocol({ nats, http1 }, { signatures: { nats: {} } });
		expectTypeOf(parser).parameter(0).parameter(0).toEqualTypeOf<{ subject: string } | HttpExchange>();
		// @ts-expect-error: nothing says what it begins with.
		expect(() => detectProtocol({ nats })).toThrow('there is no option nats');
	});

	it('should refuse signatures that are none', () => {
		const refused = (signatures: unknown) => () => detectProtocol({}, { signatures: signatures as never });
		expect(refused(5)).toThrow('detectProtocol: option signatures must be an object of signatures by name, but is 5');
		expect(refused({ a: { client: 'x' } })).toThrow('detectProtocol: signatures.a: option client must be a function');
		expect(refused({ a: { clients: () => true } })).toThrow('there is no option clients; the options are client, server');
	});
});
