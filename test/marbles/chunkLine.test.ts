import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkLine, parseChunkLine, printChunk, printChunkLine } from '../../marbles/chunkLine.js';
import type { CloseReason } from '../../src/assembly/closeReason.js';
import { chunkOf } from './chunkOf.js';

const chunkLine: fc.Arbitrary<ChunkLine> = fc.record({
	connection: fc.constantFrom('', 'A', 'Z', '192.0.2.1:5555', '[2001:db8::7]:1'),
	direction: fc.constantFrom('client' as const, 'server' as const),
	version: fc.constantFrom(4 as const, 6 as const),
	vlan: fc.constantFrom(0, 1, 4094, (1 << 12) | 1, (4094 << 12) | 4094),
	skip: fc.integer({ min: -1, max: 2 ** 32 }),
	start: fc.boolean(),
	bytes: fc.uint8Array({ maxLength: 40 }),
	end: fc.boolean(),
	closed: fc.constantFrom(...([undefined, 'fin', 'rst', 'idle', 'evicted', 'reused', 'eof'] satisfies (CloseReason | undefined)[])),
});

describe('parseChunkLine', () => {
	it('should read words in any order', () => {
		const line = 'S> fin end "abc" start k3 vlan 10 ip6';
		expect(printChunkLine(parseChunkLine(line))).toBe('S> ip6 vlan 10 k3 start "abc" end fin');
	});

	it('should leave out what is as usual', () => {
		expect(printChunkLine(parseChunkLine('C> k0 ""'))).toBe('C>');
	});

	it.each([
		['X> start', 'column 1: expected C> or S>, A:C> to Z:S>, or CLIENT:PORT:C>'],
		['AB:C> start', 'column 1: expected C> or S>, A:C> to Z:S>, or CLIENT:PORT:C>'],
		['C> k-2', 'column 4: expected one of ip6, vlan, k-1 | k0 | k1 …, start, payload, end, fin | rst'],
		['C> fin rst', 'column 8: expected fin | rst | idle | evicted | reused | eof only once'],
		['C> "a" "b"', 'column 8: expected payload only once'],
	])('should refuse %s', (line, message) => {
		expect(() => parseChunkLine(line)).toThrow(message);
	});
});

describe('printChunkLine', () => {
	it('should be read again as the same chunk', () => {
		fc.assert(
			fc.property(chunkLine, line => {
				expect(parseChunkLine(printChunkLine(line))).toEqual(line);
			}),
		);
	});
});

describe('printChunk', () => {
	it.each([
		['the start', chunkOf({ start: true }), 'C> start'],
		['bytes behind a gap', chunkOf({ text: 'GHI', skip: 3, end: true, closed: 'fin' }), 'C> k3 "GHI" end fin'],
		['a start that was not seen', chunkOf({ text: 'abc', skip: -1, direction: 'server' }), 'S> k-1 "abc"'],
		['another connection', chunkOf({ text: 'a', clientPort: 1025 }), 'A:C> "a"'],
		['the last connection with a name', chunkOf({ clientPort: 1050, closed: 'rst' }), 'Z:C> rst'],
		['a connection without a name', chunkOf({ clientPort: 1051, closed: 'eof' }), '10.0.0.1:1051:C> eof'],
		['a server on another port', chunkOf({ serverPort: 443, closed: 'idle' }), '10.0.0.1:1024:C> idle'],
		['IPv6', chunkOf({ version: 6, start: true }), 'C> ip6 start'],
		['a VLAN', chunkOf({ vlan: 10, start: true }), 'C> vlan 10 start'],
	])('should print %s', (_what, chunk, printed) => {
		expect(printChunk(chunk)).toBe(printed);
		expect(printChunkLine(parseChunkLine(printed))).toBe(printed);
	});
});
