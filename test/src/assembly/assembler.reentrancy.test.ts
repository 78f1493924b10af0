import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printChunk } from '../../../marbles/chunkLine.js';
import { Assembler } from '../../../src/assembly/assembler.js';
import { Flush } from '../../../src/assembly/flush.js';
import type { Reassembly } from '../../../src/assembly/reassembly.js';
import type { Segment } from '../../../src/wire/segment.js';
import { Bench, c, handshake, s } from '../../support/segments.js';

const parts = [
	c(1004, 'DEF'),
	s(5001, 'xyz'),
	c(1004, 'def'),
	c(1001, 'ABC'),
	c(1010, 'JKL', { flags: 'F.' }),
	s(5007, '', { flags: 'F.' }),
	c(1007, 'GHI'),
	s(5004, 'uvw'),
];

describe('pushing from within a chunk', () => {
	it('should put what that gives behind what waits', () => {
		const lines: string[] = [];
		const waiting: Segment[] = [c(1007, 'GHI'), c(1010, 'JKL')];
		const assembler: Assembler = new Assembler({
			chunk(chunk) {
				lines.push(printChunk(chunk));
				if (chunk.length === 0) return;
				for (const segment of waiting.splice(0, 1)) assembler.push(segment);
			},
		});
		for (const segment of [c(1000, '', { flags: 'S' }), c(1004, 'DEF'), c(1001, 'ABC')]) assembler.push(segment);
		expect(lines).toEqual(['C> start', 'C> "ABC"', 'C> "DEF"', 'C> "GHI"', 'C> "JKL"']);
	});

	it('should give the same chunks as pushing one after the other, wherever it begins', () => {
		const order = fc.shuffledSubarray(parts, { minLength: 1 });
		fc.assert(
			fc.property(order, fc.nat(8), (segments, depth) => {
				const plain = new Bench();
				const expected = [...plain.push(...handshake, ...segments), ...plain.end()];
				const rest = [...handshake, ...segments];
				const lines: string[] = [];
				const next = () => {
					const segment = rest.shift();
					if (segment !== undefined) assembler.push(segment);
				};
				const chunk = (given: Reassembly) => {
					lines.push(printChunk(given));
					for (let i = 0; i < depth; i++) next();
				};
				const assembler = new Assembler({ chunk });
				while (rest.length > 0) next();
				assembler.end();
				expect(lines).toEqual(expected);
			}),
		);
	});

	it('should let a chunk flush, and end', () => {
		const lines: string[] = [];
		const assembler: Assembler = new Assembler({
			chunk(chunk) {
				lines.push(printChunk(chunk));
				if (chunk.start) assembler.flush(new Flush(1, 1, Number.NEGATIVE_INFINITY));
				if (chunk.skip > 0) assembler.end();
			},
		});
		for (const segment of [c(1000, '', { flags: 'S' }), c(1004, 'DEF'), c(2000, '', { flags: 'S', connection: 'A' })])
			assembler.push(segment);
		expect(lines).toEqual(['C> start', 'A:C> start', 'C> k3 "DEF"', 'C> eof', 'A:C> eof']);
	});
});

describe('pushing from within an anomaly', () => {
	it('should find the state whole, and keep the order', () => {
		const lines: string[] = [];
		const waiting = [c(1001, 'ABC'), c(1010, 'JKL')];
		const assembler: Assembler = new Assembler(
			{
				chunk: chunk => lines.push(printChunk(chunk)),
				anomaly(anomaly) {
					lines.push(anomaly.kind);
					for (const segment of waiting.splice(0)) assembler.push(segment);
				},
			},
			{ overlap: 'last' },
		);
		for (const segment of [c(1000, '', { flags: 'S' }), c(1004, 'DEF'), c(1004, 'def'), c(1007, 'GHI')]) assembler.push(segment);
		expect(lines).toEqual(['C> start', 'overlap-conflict', 'C> "ABC"', 'C> "def"', 'C> "GHI"', 'C> "JKL"']);
		expect(assembler.counters.heldBytes).toBe(0);
	});

	it('should be told in line with the chunks', () => {
		const lines: string[] = [];
		const assembler = new Assembler({ chunk: chunk => lines.push(printChunk(chunk)), anomaly: ({ kind }) => lines.push(kind) });
		for (const segment of [c(1000, '', { flags: 'S' }), c(1004, '', { flags: 'F' }), c(1001, 'ABCDEF')]) assembler.push(segment);
		expect(lines).toEqual(['C> start', 'data-after-fin', 'C> "ABC"', 'C> end fin']);
	});
});

describe('an output that throws', () => {
	/** Throws at the chunk or anomaly with that number. */
	function throwing(at: number) {
		const lines: string[] = [];
		let count = 0;
		const take = (line: string) => {
			if (++count === at) throw new Error('not today');
			lines.push(line);
		};
		const assembler = new Assembler({ chunk: chunk => take(printChunk(chunk)), anomaly: ({ kind }) => take(kind) });
		return { assembler, lines };
	}

	it('should leave an assembler that goes on, and loses only that chunk', () => {
		const { assembler, lines } = throwing(2);
		assembler.push(c(1000, '', { flags: 'S' }));
		assembler.push(c(1004, 'DEF'));
		expect(() => assembler.push(c(1001, 'ABC'))).toThrow('not today');
		expect(lines).toEqual(['C> start']);
		assembler.push(c(1007, 'GHI'));
		assembler.end();
		expect(lines).toEqual(['C> start', 'C> "DEF"', 'C> "GHI"', 'C> eof']);
		expect(assembler.counters).toMatchObject({ flows: 0, heldBytes: 0 });
	});

	it('should leave an assembler that goes on after an anomaly', () => {
		const { assembler, lines } = throwing(2);
		assembler.push(c(1000, '', { flags: 'S' }));
		assembler.push(c(1004, 'DEF'));
		expect(() => assembler.push(c(1004, 'def'))).toThrow('not today');
		assembler.push(c(1001, 'ABC'));
		expect(lines).toEqual(['C> start', 'C> "ABC"', 'C> "DEF"']);
	});

	it('should lose that chunk only, whichever it is', () => {
		const run = (at: number) => {
			const { assembler, lines } = throwing(at);
			let thrown = 0;
			const calls = [...[...handshake, ...parts].map(segment => () => assembler.push(segment)), () => assembler.end()];
			for (const call of calls) {
				try {
					call();
				} catch {
					thrown++;
				}
			}
			assembler.end();
			return { lines, thrown };
		};
		const { lines: all, thrown } = run(Number.POSITIVE_INFINITY);
		expect(thrown).toBe(0);
		expect(all).toContain('overlap-conflict');
		for (let at = 1; at <= all.length; at++) expect(run(at)).toEqual({ lines: all.toSpliced(at - 1, 1), thrown: 1 });
	});
});
