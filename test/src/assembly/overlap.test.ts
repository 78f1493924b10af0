import { describe, expect, it } from 'vitest';
import { type OverlapPolicy, overlapPolicies } from '../../../src/assembly/overlap.js';
import { Bench, c } from '../../support/segments.js';

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
