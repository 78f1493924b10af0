import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldSegments, lengthOf, type Piece, partOf } from '../../../src/assembly/heldSegments.js';
import { newWins, type OverlapPolicy, overlapPolicies } from '../../../src/assembly/overlap.js';
import { advance, distance } from '../../../src/assembly/sequence.js';
import { Timestamp } from '../../../src/timestamp.js';
import { bytesOf, textOf } from '../../support/segments.js';

const seen = Timestamp.fromMs(0);

function pieceOf(start: number, text: string, fields: Partial<Piece> = {}): Piece {
	const end = advance(start, text.length);
	return {
		start: start | 0,
		end,
		segmentStart: start | 0,
		segmentEnd: end,
		block: bytesOf(`..${text}`),
		at: 2,
		missing: 0,
		fin: false,
		tentative: false,
		seen,
		packet: 0,
		heldAt: 0,
		...fields,
	};
}

const textOfPiece = (piece: Piece) => textOf(piece.block.subarray(piece.at, piece.at + lengthOf(piece)));

function heldWith(overlap: OverlapPolicy, ...pieces: readonly Piece[]) {
	const totals = { bytes: 0, segments: 0 };
	const held = new HeldSegments(overlap, totals);
	const conflicts: string[] = [];
	const insert = (piece: Piece) => held.insert(piece, (_, from, length) => conflicts.push(`${from}+${length}`));
	for (const piece of pieces) insert(piece);
	return { held, totals, conflicts, insert };
}

/** Takes all pieces out: `5ABC 9D`. */
function drained(held: HeldSegments): string {
	const words: string[] = [];
	for (let piece = held.shift(); piece !== undefined; piece = held.shift()) words.push(`${piece.start}${textOfPiece(piece)}`);
	return words.join(' ');
}

describe('HeldSegments', () => {
	it('should keep pieces in order, whatever order they come in', () => {
		const { held } = heldWith('bsd', pieceOf(9, 'C'), pieceOf(1, 'A'), pieceOf(5, 'B'));
		expect([held.first?.start, held.last?.start]).toEqual([1, 9]);
		expect(drained(held)).toBe('1A 5B 9C');
	});

	it('should keep them in order across the wrap', () => {
		const { held } = heldWith('bsd', pieceOf(2, 'C'), pieceOf(-4, 'A'), pieceOf(-1, 'BBB'));
		expect(drained(held)).toBe('-4A -1BBB 2C');
	});

	it('should count bytes and pieces, its own and those of all', () => {
		const { held, totals } = heldWith('bsd', pieceOf(1, 'AAA'), pieceOf(9, 'BB'));
		expect([held.bytes, held.segments, totals]).toEqual([5, 2, { bytes: 5, segments: 2 }]);
		held.shift();
		expect([held.bytes, held.segments, totals]).toEqual([2, 1, { bytes: 2, segments: 1 }]);
	});

	it('should answer how many bytes of the stream are new', () => {
		const { insert } = heldWith('last', pieceOf(4, 'AAA'));
		expect(insert(pieceOf(2, 'BBBB'))).toBe(2);
		expect(insert(pieceOf(2, 'CCCCC'))).toBe(0);
	});

	it('should cut a piece in two where a newer one wins its middle', () => {
		const { held } = heldWith('last', pieceOf(1, 'AAAAA', { missing: 3, fin: true }), pieceOf(3, 'B', { missing: 7 }));
		expect(held.segments).toBe(3);
		expect(held.last).toMatchObject({ missing: 3, fin: true });
		expect(drained(held)).toBe('1AA 3B 4AA');
	});

	it('should fill the holes between pieces, and those only, where the older ones win', () => {
		const { held } = heldWith('first', pieceOf(2, 'A'), pieceOf(5, 'BB'), pieceOf(1, 'xxxxxxxxx'));
		expect(drained(held)).toBe('1x 2A 3xx 5BB 7xxx');
	});

	it('should judge by whole segments, not by what is left of them, as gopacket and Linux do', () => {
		// What is left of the second one begins behind the third, but the segment itself began before it.
		const segments = [pieceOf(0, 'AAAAA'), pieceOf(3, 'BBBBB'), pieceOf(4, 'CCCCCC')];
		expect(drained(heldWith('bsd', ...segments).held)).toBe('0AAAAA 5BBB 8CC');
		expect(drained(heldWith('linux', ...segments).held)).toBe('0AAAAA 5BBB 8CC');
	});

	it('should tell of each piece that disagrees, and of the part that both have', () => {
		const { conflicts } = heldWith('bsd', pieceOf(1, 'AAA'), pieceOf(4, 'BBB'), pieceOf(8, 'CC'), pieceOf(2, 'AABxxCD'));
		expect(conflicts).toEqual(['4+3', '8+1']);
	});

	it('should not tell of pieces that agree', () => {
		const { conflicts } = heldWith('last', pieceOf(1, 'ABC'), pieceOf(2, 'BCD'), pieceOf(1, 'ABCD'));
		expect(conflicts).toEqual([]);
	});

	it('should keep no more than twice the bytes that it counts, whatever is left of large segments', () => {
		const { held, insert } = heldWith('bsd');
		for (let i = 0; i < 50; i++) insert(pieceOf(1000 - i, 'x'.repeat(1000)));
		expect([held.segments, held.bytes]).toEqual([50, 1049]);
		held.truncate(1001 - 49);
		insert(pieceOf(2000, 'y'.repeat(1000)));
		held.truncate(2001);
		let kept = 0;
		for (let piece = held.shift(); piece !== undefined; piece = held.shift()) kept += piece.block.length;
		expect(kept).toBeLessThanOrEqual(2 * 3);
	});

	it.each([
		[1, '', 8],
		[3, '1AA', 6],
		[5, '1AAA', 5],
		[7, '1AAA 6B', 4],
		[20, '1AAA 6BBBBB', 0],
	])('should let go of what lies at or behind %i', (sequence, left, count) => {
		const { held, totals } = heldWith('bsd', pieceOf(1, 'AAA'), pieceOf(6, 'BBBBB', { fin: true, missing: 2 }));
		expect(held.truncate(sequence)).toBe(count);
		expect(totals.bytes).toBe(8 - count);
		if (sequence === 7) expect(held.last).toMatchObject({ fin: false, missing: 0 });
		expect(drained(held)).toBe(left);
	});

	it.each(overlapPolicies)('should agree with a map from positions to bytes, with %s', overlap => {
		const anyPiece = fc.record({ at: fc.nat(30), length: fc.integer({ min: 1, max: 12 }), writer: fc.nat(5) });
		fc.assert(
			fc.property(fc.array(anyPiece, { maxLength: 15 }), fc.constantFrom(0, -15, 2 ** 31 - 15, 77), (pieces, origin) => {
				const { held, totals, insert } = heldWith(overlap);
				const model = new Map<number, { letter: string; start: number; end: number }>();
				for (const { at, length, writer } of pieces) {
					const letter = String.fromCharCode(65 + writer);
					const newer = { letter, start: at, end: at + length };
					const before = model.size;
					for (let position = at; position < at + length; position++) {
						const older = model.get(position);
						if (older === undefined || newWins(overlap, newer, older)) model.set(position, newer);
					}
					expect(insert(pieceOf(advance(origin, at), letter.repeat(length)))).toBe(model.size - before);
					expect(totals).toEqual({ bytes: held.bytes, segments: held.segments });
				}
				expect(held.bytes).toBe(model.size);
				let end = -1;
				for (let piece = held.shift(); piece !== undefined; piece = held.shift()) {
					const start = distance(origin, piece.start);
					expect(start).toBeGreaterThanOrEqual(end);
					expect(lengthOf(piece)).toBeGreaterThan(0);
					end = start + lengthOf(piece);
					const expected = Array.from({ length: lengthOf(piece) }, (_, i) => model.get(start + i)?.letter ?? '?');
					expect(textOfPiece(piece)).toBe(expected.join(''));
				}
				expect(totals).toEqual({ bytes: 0, segments: 0 });
			}),
			{ numRuns: 300 },
		);
	});
});

describe('the memory of HeldSegments', () => {
	function filled(count: number) {
		const held = new HeldSegments('bsd', { bytes: 0, segments: 0 });
		for (let i = 0; i < count; i++) {
			const piece = pieceOf(1000 * i, String.fromCharCode(65 + (i % 26)).repeat(500));
			held.append(held.copyOf(piece));
		}
		return held;
	}

	/** Bytes of all blocks that pieces lie in; takes the pieces out. */
	function memoryOf(held: HeldSegments): number {
		const blocks = new Set<Uint8Array>();
		for (let piece = held.shift(); piece !== undefined; piece = held.shift()) blocks.add(piece.block);
		return [...blocks].reduce((sum, { length }) => sum + length, 0);
	}

	it('should be one for many pieces', () => {
		const blocks = new Set<Uint8Array>();
		const held = filled(100);
		for (let piece = held.shift(); piece !== undefined; piece = held.shift()) blocks.add(piece.block);
		expect(blocks.size).toBeLessThan(12);
	});

	it('should be given back when most of it is not held any more', () => {
		const held = filled(100);
		for (let i = 0; i < 98; i++) held.shift();
		held.tidy();
		expect([held.bytes, held.first?.start, held.end]).toEqual([1000, 98_000, 99_500]);
		expect(textOfPiece(held.first as Piece)).toBe('U'.repeat(500));
		expect(memoryOf(held)).toBeLessThanOrEqual(4000);
	});

	it('should stay as it is while much of it is held', () => {
		const held = filled(100);
		const block = held.last?.block;
		for (let i = 0; i < 50; i++) held.shift();
		held.tidy();
		expect(held.last?.block).toBe(block);
	});

	it('should be nothing without bytes to keep', () => {
		const held = new HeldSegments('bsd', { bytes: 0, segments: 0 }, false);
		held.append(held.copyOf(pieceOf(0, 'ABC')));
		expect([held.bytes, held.first?.block.length]).toEqual([3, 0]);
	});
});

describe('partOf', () => {
	const whole = pieceOf(10, 'ABCDE', { missing: 4, fin: true });

	it('should keep what stood behind the last byte with the last part', () => {
		expect(partOf(whole, 12, 15)).toMatchObject({ start: 12, end: 15, at: 4, missing: 4, fin: true });
		expect(partOf(whole, 10, 14)).toMatchObject({ start: 10, end: 14, at: 2, missing: 0, fin: false });
	});

	it('should remember the whole segment', () => {
		expect(partOf(whole, 12, 14)).toMatchObject({ segmentStart: 10, segmentEnd: 15 });
	});
});
