import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt } from '../../support/conversations.js';
import { c, end, gap, type Said, s } from './http1/talk.js';
import * as h from './tls/hello.js';
import { messagesOf } from './tls/said.js';

const bytes = (...parts: (readonly number[])[]) => Uint8Array.from(parts.flat());
const hello = h.record(22, h.clientHello(h.chrome));
const answer = [...h.serverHello(), ...h.certificate(h.noise(100), [3]), ...h.handshake(14, [])];
/** A record for every 50 bytes of handshake messages. */
const inPieces = (all: readonly number[]) =>
	Array.from({ length: Math.ceil(all.length / 50) }, (_, i) => h.record(22, all.slice(50 * i, 50 * i + 50))).flat();

const conversations: Record<string, readonly Said[]> = {
	'TLS 1.2': [
		c(bytes(hello), 0),
		s(bytes(inPieces(answer)), 1),
		c(bytes(h.record(22, h.handshake(16, h.noise(65))), h.ccs, h.encrypted(40, 22), h.encrypted(20)), 2),
		s(bytes(h.ccs, h.encrypted(40, 22), h.encrypted(0), h.encrypted(26, 21)), 3),
	],
	'behind something else': [
		s('220 \x16\x03\x01 mail\n', 0),
		c('STARTTLS\n\x80\x16\x03', 1),
		c(bytes(hello, h.ccs), 2),
		s(bytes(inPieces(answer)), 3),
	],
	'SSL 2': [c(bytes([0x80, 28, 1, 3, 1, ...h.u16(3, 0, 16), 0, 0, 47, ...h.noise(16)], h.ccs, h.encrypted(30, 22)))],
	'an alert': [c(bytes(hello)), s(bytes(h.record(21, [2, 40])))],
	'in its middle': [
		gap('client', -1),
		c(bytes(h.noise(30), [23, 3, 3, 0, 9], h.noise(30), h.encrypted(30), h.encrypted(3)), 1),
		c(bytes(h.encrypted(5)), 2),
	],
	'not TLS any more': [c(bytes(hello, [1, 2, 3, 22, 3, 1], h.encrypted(30), hello, h.encrypted(3), [23, 3, 3]))],
	'gap in a certificate': [s(bytes(inPieces(answer).slice(0, 120))), gap('server', 6), s(bytes(inPieces(answer).slice(126)))],
	'gap over records': [s(bytes(inPieces(answer).slice(0, 120))), gap('server', 160), s(bytes(h.noise(9), h.encrypted(40), h.encrypted(3)))],
	'gap in what may be a hello': [c(bytes(hello, h.ccs, [22, 3, 3, 0, 40, 1, 0])), gap('client', 20), c(bytes(h.noise(18), h.encrypted(3)))],
	'cut off': [c(bytes(hello).slice(0, 80)), end('client'), end('server')],
	'cut off in an alert': [c(bytes(hello, [21, 3, 3, 0, 2, 1])), end('client'), end('server')],
	'too long': [c(bytes(inPieces(h.clientHello({ extensions: h.extension(21, h.noise(900)) })), h.encrypted(3)))],
	'not found': [c(bytes(h.noise(990), hello)), s(bytes(h.noise(1200), hello))],
};
const limits = { maxHandshakeBytes: 600, maxSearchBytes: 1000 };

describe('tls: how the bytes are cut', () => {
	it.each(Object.entries(conversations))('should not matter: %s', (_, conversation) => {
		const expected = messagesOf(conversation, limits);
		expect(expected).not.toEqual([]);
		const length = conversation.reduce((sum, said) => sum + ('bytes' in said ? said.bytes.length : 0), 0);
		const all = Array.from({ length }, (__, i) => i);
		expect(messagesOf(cutAt(conversation, all), limits), 'byte by byte').toEqual(expected);
		for (const place of all) expect(messagesOf(cutAt(conversation, [place]), limits), `at ${place}`).toEqual(expected);
		const property = fc.property(fc.array(fc.nat(length), { maxLength: 12 }), places => {
			expect(messagesOf(cutAt(conversation, places), limits)).toEqual(expected);
		});
		fc.assert(property, { numRuns: 50 });
	});
});

describe('tls: hostile bytes', () => {
	const piece = fc.oneof(
		fc.uint8Array({ maxLength: 40 }),
		fc
			.constantFrom(hello, h.ccs, h.encrypted(30), [22, 3, 1], [0x80, 9, 1, 3, 1], h.record(22, answer), h.record(22, [1, 255, 255, 255]))
			.map(all => bytes(all)),
	);
	const said = fc.record({ isClient: fc.boolean(), piece, gap: fc.option(fc.integer({ min: -1, max: 300 }), { freq: 4 }) });

	it('should never make it throw, and be the same however they are cut', () => {
		const property = fc.property(fc.array(said, { maxLength: 20 }), fc.array(fc.nat(600), { maxLength: 9 }), (all, places) => {
			const conversation = all.flatMap(({ isClient, piece: its, gap: lost }, i): Said[] => {
				const direction = isClient ? 'client' : 'server';
				return [...(lost === null ? [] : [gap(direction, lost, i)]), { direction, bytes: its, ms: i }];
			});
			expect(messagesOf(cutAt(conversation, places), limits)).toEqual(messagesOf(conversation, limits));
		});
		fc.assert(property, { numRuns: 500 });
	});
});
