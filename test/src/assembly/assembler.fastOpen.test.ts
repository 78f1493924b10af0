import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/index.js';
import { Bench, c, s } from '../../support/segments.js';

const SYN = { flags: 'S' };
/** The server's SYN-ACK; `ack` 1001 takes nothing of the payload, 1004 three bytes. */
const synAck = (ack: number) => s(5000, '', { flags: 'S.', ack });

/** Pushes all, and tells the client's stream and the anomalies, when nothing more comes. */
function outcome(...segments: readonly Segment[]): { stream: string; anomalies: string[] } {
	const bench = new Bench();
	bench.push(...segments);
	bench.end();
	expect(bench.chunks.every(chunk => chunk.skip === 0)).toBe(true);
	return { stream: bench.stream(), anomalies: bench.anomalyLines };
}

const clean = (stream: string) => ({ stream, anomalies: [] as string[] });

describe('R15: payload of a SYN that the server took', () => {
	it('should be given when the server acknowledges it, and never change', () => {
		expect(outcome(c(1000, 'GET', SYN), synAck(1004), c(1004, 'REST'))).toEqual(clean('GETREST'));
		expect(outcome(c(1000, 'GET', SYN), synAck(1004), c(1001, 'PUT'), c(1004, 'REST')).stream).toBe('GETREST');
	});

	it('should be given although nobody acknowledged it, where data follow it, or nothing more comes', () => {
		expect(outcome(c(1000, 'GET', SYN), c(1004, 'REST'))).toEqual(clean('GETREST'));
		expect(outcome(c(1000, 'GET', SYN))).toEqual(clean('GET'));
	});

	it('should be given at a flush, whether it was acknowledged or not', () => {
		const bench = new Bench();
		bench.push(c(1000, 'GET', SYN), synAck(1001));
		bench.flush(1);
		expect(bench.stream()).toBe('GET');
	});

	it('should not keep the start waiting', () => {
		expect(new Bench().push(c(1000, 'GET', SYN))[0]).toBe('C> start');
	});
});

describe('R15: payload of a SYN that comes again, the same', () => {
	it.each([
		['with the SYN', [c(1000, 'GET', SYN), c(1000, 'GET', SYN), synAck(1004)], 'GET'],
		['behind the handshake', [c(1000, 'GET', SYN), synAck(1001), c(1001, 'GET')], 'GET'],
		['behind the handshake, and more', [c(1000, 'GET', SYN), synAck(1001), c(1001, 'GET / HTTP')], 'GET / HTTP'],
		['behind a SYN without it', [c(1000, 'GET', SYN), c(1000, '', SYN), synAck(1001), c(1001, 'GET /')], 'GET /'],
		['in parts', [c(1000, 'GET', SYN), synAck(1001), c(1001, 'G'), c(1002, 'ET /')], 'GET /'],
		['where a part was taken', [c(1000, 'GET', SYN), synAck(1002), c(1002, 'ET /')], 'GET /'],
	])('should be given once: %s', (_, segments, stream) => {
		expect(outcome(...segments)).toEqual(clean(stream));
	});
});

describe('R15: payload of a SYN that nobody acknowledged, and that comes again as something else', () => {
	const conflict = 'overlap-conflict 1001+3';

	it.each([
		['behind the handshake', [c(1000, 'GET', SYN), synAck(1001), c(1001, 'PUT')], 'PUT'],
		['behind the handshake, and more', [c(1000, 'GET', SYN), synAck(1001), c(1001, 'PUT / HTTP')], 'PUT / HTTP'],
		['with the SYN', [c(1000, 'GET', SYN), c(1000, 'PUT', SYN), synAck(1004), c(1004, ' /')], 'PUT /'],
		['where only one side was captured', [c(1000, 'GET', SYN), c(1001, 'PUT'), c(1004, ' /')], 'PUT /'],
	])('should count as it came last, and be told: %s', (_, segments, stream) => {
		expect(outcome(...segments)).toEqual({ stream, anomalies: [conflict] });
	});

	it('should say so for its length where it is shorter, and give the rest as it comes', () => {
		const { stream, anomalies } = outcome(c(1000, 'GET', SYN), synAck(1001), c(1001, 'PU'), c(1003, 'T /'));
		expect(stream).toBe('PUT /');
		expect(anomalies).toEqual(['overlap-conflict 1001+2']);
	});

	it('should be the same across the wrap', () => {
		const { stream } = outcome(
			c(0xfffffffe, 'GET', SYN),
			s(5000, '', { flags: 'S.', ack: 0xffffffff }),
			c(0xffffffff, 'PUT', { ack: 5001 }),
		);
		expect(stream).toBe('PUT');
	});
});
