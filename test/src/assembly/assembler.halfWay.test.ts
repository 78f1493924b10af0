import { describe, expect, it } from 'vitest';
import { Bench, c, handshake } from '../../support/segments.js';

const HALF_WAY = 2 ** 31;

function connected(options = {}): Bench {
	const bench = new Bench(options);
	bench.push(...handshake);
	return bench;
}

const statistics = (bench: Bench) => bench.chunks[0]?.connection.statistics('client');

describe('R1: half way round the sequence numbers', () => {
	it.each([-2, -1, 0, 1, 2])('should neither hold nor give a segment that begins there, or %i beside it', beside => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC'), c(1004 + HALF_WAY + beside, 'xyz'))).toEqual(['C> "ABC"']);
		expect(bench.counters.heldBytes).toBe(0);
		expect(bench.flush(1)).toEqual([]);
		expect(bench.push(c(1004, 'DEF'))).toEqual(['C> "DEF"']);
		expect(bench.end()).toEqual(['C> eof', 'S> eof']);
	});

	it.each(['S', 'F.', 'R', 'R.'])('should end a flush behind a %s there', flags => {
		const bench = connected();
		bench.push(c(1001 + HALF_WAY, '', { flags }));
		bench.flush(1);
		bench.end();
		expect(bench.counters).toMatchObject({ flows: 0, heldBytes: 0, heldSegments: 0 });
	});

	it('should end a flush where the start is not known', () => {
		const bench = new Bench();
		bench.push(c(1000, 'ABC'), c(1000 + HALF_WAY, 'xyz'), c(1003 + HALF_WAY, 'xyz'));
		bench.flush(1);
		expect(bench.stream()).toBe('ABC');
		bench.end();
		expect(bench.counters.heldBytes).toBe(0);
	});

	it.each([-3, -2, -1, 0, 1])('should drop no less than nothing of what ends there, or %i beside it, after a FIN', beside => {
		const bench = connected();
		bench.push(c(1001, 'ABC', { flags: 'F.' }), c(1004 + HALF_WAY + beside, 'xy'));
		expect(statistics(bench)?.dropped).toBeGreaterThanOrEqual(0);
		expect(statistics(bench)?.dropped).toBeLessThanOrEqual(2);
		expect(bench.anomalies.every(({ length }) => length >= 0)).toBe(true);
	});
});

describe('statistics where ports are used again', () => {
	it('should count the new SYN in the new connection only', () => {
		const bench = connected();
		bench.push(c(900_000, '', { flags: 'S' }));
		expect(bench.chunks.at(-1)?.connection.statistics('client').packets).toBe(1);
		expect(statistics(bench)?.packets).toBe(2);
	});
});
