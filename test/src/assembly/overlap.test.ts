import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectionOf, newWins, type OverlapPolicy, overlapPolicies } from '../../../src/assembly/overlap.js';
import { Tcpassembly } from '../../../src/assembly/tcpassembly/tcpassembly.js';
import { Bench, c, textOf } from '../../support/segments.js';

/** `2AAA`: bytes that begin at position 2. */
const parse = (vector: string) => vector.split(' ').map(word => [Number.parseInt(word, 10), word.replace(/^\d+|"/g, '')] as const);

interface Vector {
	readonly name: string;
	/** What comes before the SYN, so that all of it is held together. */
	readonly held: string;
	readonly expected: Readonly<Record<OverlapPolicy, string>>;
}

const same = (stream: string, others: Partial<Record<OverlapPolicy, string>>) => ({
	bsd: stream,
	first: stream,
	last: stream,
	linux: stream,
	'old-linux': stream,
	solaris: stream,
	...others,
});

const vectors: readonly Vector[] = [
	{
		name: 'the classic vector',
		held: '2AAA 6BB 8CCC 12D 15EE 17FFF 20GG 22HH 24I 3JJJJ 8KKK 11LLL 14MMM 18N 21O 22P 24QQ 1"0"',
		expected: {
			bsd: '0AAAJJBCCCLLLMMMFFFGGHHIQ',
			first: '0AAAJBBCCCLDLMEEFFFGGHHIQ',
			last: '0AJJJJBKKKLLLMMMFNFGOPHQQ',
			linux: '0AAAJJBCCCLLLMMMFFFGGHHQQ',
			'old-linux': '0AAAJJBKKKLLLMMMFFFGGHHQQ',
			solaris: '0AJJJBBKKKLLLMMMFFFGGHHQQ',
		},
	},
	{
		name: 'segments that begin before what they overlap',
		held: '3B 9D 12EE 2AA 1JJJJ 8LLL 11MMM',
		expected: same('JJJJ...LLLMMM', { first: 'JABJ...LDLMEE' }),
	},
	{
		name: 'segments that begin behind the start of what they overlap',
		held: '1AA 16FFF 19GG 2JJ 20O 17N',
		expected: same('AAJ............FFFGG', { solaris: 'AJJ............FFFGG', last: 'AJJ............FNFGO' }),
	},
];

const isns = [0, 1, 9, 0xffffffff, 0xfffffff8, 0x7ffffff8];

describe.each(vectors)('overlap: $name', ({ held, expected }) => {
	describe.each(overlapPolicies)('with %s', overlap => {
		it.each(isns)('should settle it as that stack does, ISN %i', isn => {
			const bench = new Bench({ overlap });
			for (const [position, text] of parse(held)) bench.push(c(isn + position, text));
			expect(bench.chunks).toEqual([]);
			bench.push(c(isn, '', { flags: 'S' }));
			bench.end();
			expect(bench.stream()).toBe(expected[overlap]);
		});
	});
});

describe('overlap: bsd', () => {
	it('should give the same bytes as tcpassembly, whatever overlaps', () => {
		const segment = fc.record({ at: fc.integer({ min: 1, max: 40 }), length: fc.integer({ min: 1, max: 12 }), writer: fc.nat(25) });
		fc.assert(
			fc.property(fc.array(segment, { minLength: 1, maxLength: 12 }), segments => {
				const bench = new Bench({ overlap: 'bsd' });
				let gopacket = '';
				const tcpassembly = new Tcpassembly(({ skip, bytes }) => {
					gopacket += '.'.repeat(Math.max(0, skip)) + textOf(bytes);
				});
				const all = segments.map(({ at, length, writer }) => c(1000 + at, String.fromCharCode(65 + writer).repeat(length)));
				for (const pushed of [...all, c(1000, '', { flags: 'S' })]) {
					bench.push(pushed);
					tcpassembly.push(pushed);
				}
				bench.end();
				tcpassembly.end();
				expect(bench.stream()).toBe(gopacket);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('newWins', () => {
	// The table of R3; the older segment is [10, 20).
	it.each<[string, number, number, readonly OverlapPolicy[]]>([
		['has the same start and is shorter', 10, 15, ['last']],
		['has the same start and the same end', 10, 20, ['old-linux', 'solaris', 'last']],
		['has the same start and is longer', 10, 25, ['linux', 'old-linux', 'solaris', 'last']],
		['starts earlier and ends inside', 5, 15, ['bsd', 'linux', 'old-linux', 'last']],
		['starts earlier and ends at the end', 5, 20, ['bsd', 'linux', 'old-linux', 'solaris', 'last']],
		['starts earlier and ends behind', 5, 25, ['bsd', 'linux', 'old-linux', 'solaris', 'last']],
		['starts later and ends inside', 12, 18, ['last']],
		['starts later and ends at the end', 12, 20, ['last']],
		['starts later and ends beyond', 12, 25, ['solaris', 'last']],
	])('should say which stacks take the newer one where it %s', (_, start, end, winners) => {
		for (const origin of [0, -15, 0x7ffffff1]) {
			const at = (position: number) => (origin + position) | 0;
			const newer = { start: at(start), end: at(end) };
			const older = { start: at(10), end: at(20) };
			expect(overlapPolicies.filter(policy => newWins(policy, newer, older)).sort()).toEqual([...winners].sort());
		}
	});
});

describe('intersectionOf', () => {
	it.each([
		[1, 5, 3, 9, 3, 5],
		[3, 9, 1, 5, 3, 5],
		[1, 9, 3, 5, 3, 5],
		[-5, 5, -2, 9, -2, 5],
	])('should be what [%i, %i) and [%i, %i) share', (a, b, c, d, start, end) => {
		expect(intersectionOf({ start: a, end: b }, { start: c, end: d })).toEqual({ start, end });
	});

	it('should end before it starts where they share nothing', () => {
		const { start, end } = intersectionOf({ start: 1, end: 3 }, { start: 5, end: 9 });
		expect(end).toBeLessThan(start);
	});
});
