import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawMarbles } from '../../marbles/drawMarbles.js';
import type { PacketLine } from '../../marbles/packetLine.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetFromLine } from '../../marbles/packetSource.js';
import { SeenBytes } from '../../marbles/seenBytes.js';
import type { Packet } from '../../src/packet.js';
import { expectPrintable, flow, notesIn, wordsOfSvg } from './drawings.js';

const empty = parsePacketLine('C> . 0:0(0)');
/** Bytes that XML, a terminal or a text would take for something else, and any others. */
const nasty = fc.oneof(
	fc.constantFrom(...['<![CDATA[', ']]>', '&amp;', '"\'<>&', '\x1b]0;x\x07', '\x1b[2J', '\0', '\r\n\t\v', '\\x', '\\'].map(bytesOf)),
	// A lone surrogate as an encoder that does not care writes it, U+2028, U+202E, and a byte order mark.
	fc
		.constantFrom([0xed, 0xa0, 0x80], [0xe2, 0x80, 0xa8], [0xe2, 0x80, 0xae], [0xef, 0xbb, 0xbf], [0xff, 0xfe])
		.map(bytes => Uint8Array.from(bytes)),
	fc.uint8Array({ maxLength: 40 }),
);
const packet = fc.record({
	direction: fc.constantFrom('client' as const, 'server' as const),
	// Mostly what goes on; but any flags will do.
	flags: fc.oneof(fc.constant(16), fc.constant(24), fc.nat(255)),
	seq: fc.oneof(fc.nat(100), fc.nat(2 ** 32 - 1)),
	ack: fc.nat(100),
	parts: fc.array(nasty, { maxLength: 4 }),
	ms: fc.oneof(fc.nat(20), fc.integer({ min: -1_000_000, max: 1_000_000_000 })),
});

function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}

function lineOf({ parts, ms: _, ...rest }: Parameters<Parameters<typeof packet.map>[0]>[0]): PacketLine {
	return { ...empty, ...rest, payload: Uint8Array.from(parts.flatMap(part => [...part])) };
}

const connection = fc
	.array(packet, { minLength: 1, maxLength: 30 })
	.map(packets => packets.map((each, i): Packet => packetFromLine(lineOf(each), Math.max(0, 1e12 + each.ms), i + 1)));
const options = fc.record({
	width: fc.oneof(fc.constant(40), fc.integer({ min: 40, max: 300 })),
	maxPackets: fc.integer({ min: 1, max: 40 }),
	flushOlderThanMs: fc.option(fc.nat(1000), { nil: undefined }),
});

describe('any connection', () => {
	it('should be drawn as text that a terminal can show, within its width', () => {
		fc.assert(fc.property(connection, options, (packets, how) => expectPrintable(drawMarbles(packets, flow, how), how.width)));
	});

	it('should be drawn as SVG that is well-formed and has no control characters', () => {
		fc.assert(
			fc.property(connection, options, (packets, how) => {
				expect(wordsOfSvg(drawMarbles(packets, flow, { ...how, format: 'svg' }))).toContain('client sends');
			}),
		);
	});

	it('should show every packet above, once, and say of each what it was', () => {
		fc.assert(
			fc.property(connection, packets => {
				const text = drawMarbles(packets, flow, { width: 400 });
				const rows = text.split('\n').filter(line => /^(client|server) sends/.test(line));
				const above = rows.map(row => row.slice(15).replace(/[^a-zA-Z]/g, '')).join('');
				const legend = text.split('\n').flatMap(line => /^([a-zA-Z]) +-?\d+ ms {2}[CS]> /.exec(line)?.[1] ?? []);
				expect([...above].sort()).toEqual([...legend].sort());
				expect(legend).toHaveLength(packets.length);
			}),
		);
	});

	it('should call sent again exactly what brings nothing that was not there', () => {
		const pieces = fc.array(fc.record({ from: fc.nat(40), length: fc.integer({ min: 1, max: 10 }) }), { minLength: 1, maxLength: 26 });
		fc.assert(
			fc.property(pieces, fc.nat(2 ** 32 - 1), (parts, isn) => {
				const line = { ...empty, flags: 2, seq: isn };
				const data = parts.map(({ from, length }) => ({
					...empty,
					seq: (isn + 1 + from) % 2 ** 32,
					payload: new Uint8Array(length).fill(97),
				}));
				const text = drawMarbles(
					[line, ...data].map((each, i) => packetFromLine(each, i, i + 1)),
					flow,
					{ width: 400 },
				);
				const sent = new Set<number>();
				const letters = [...'bcdefghijklmnopqrstuvwxyzA'];
				for (const [i, { from, length }] of parts.entries()) {
					const bytes = Array.from({ length }, (_, at) => from + at);
					const isAgain = bytes.every(byte => sent.has(byte));
					for (const byte of bytes) sent.add(byte);
					expect(/^sent again/.test(notesIn(text)[letters[i] as string] ?? '')).toBe(isAgain);
				}
			}),
		);
	});
});

describe('SeenBytes', () => {
	it('should count what was sent before as a set of bytes does', () => {
		const piece = fc.record({ from: fc.integer({ min: -50, max: 50 }), length: fc.nat(20), cut: fc.nat(5) });
		fc.assert(
			fc.property(fc.array(piece), fc.nat(2 ** 32 - 1), (pieces, base) => {
				const [seen, bytes] = [new SeenBytes(), new Set<number>()];
				for (const { from, length, cut } of pieces) {
					const captured = Array.from({ length }, (_, i) => from + i);
					const line = { ...empty, seq: (base + from + 2 ** 32) % 2 ** 32, payload: new Uint8Array(length + cut), cut };
					expect(seen.add(line).bytes).toBe(captured.filter(byte => bytes.has(byte)).length);
					for (const byte of captured) bytes.add(byte);
				}
			}),
		);
	});
});
