import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetOf } from '../../src/packet.js';
import { Timestamp } from '../../src/timestamp.js';

describe('Timestamp', () => {
	it.each([
		[new Timestamp(1_700_000_000, 10_000_000), '2023-11-14T22:13:20.010000Z'],
		[new Timestamp(1_700_000_000, 1, 9), '2023-11-14T22:13:20.000000001Z'],
		[new Timestamp(0, 999_999_999, 3), '1970-01-01T00:00:00.999Z'],
		[new Timestamp(0, 0, 0), '1970-01-01T00:00:00Z'],
		[new Timestamp(-1, 500_000_000, 3), '1969-12-31T23:59:59.500Z'],
		[new Timestamp(253_402_300_800, 0, 3), '+010000-01-01T00:00:00.000Z'],
	])('should be written with the digits of its source', (timestamp, text) => {
		expect(String(timestamp)).toBe(text);
		expect(JSON.stringify(timestamp)).toBe(`"${text}"`);
	});

	it('should be as many milliseconds', () => {
		expect(new Timestamp(1_700_000_000, 10_000_000).ms).toBe(1_700_000_000_010);
		expect(new Timestamp(1, 1_500_000).ms).toBe(1001.5);
	});

	it('should be made of milliseconds, with a fraction too', () => {
		expect(Timestamp.fromMs(1_700_000_000_010)).toEqual(new Timestamp(1_700_000_000, 10_000_000, 3));
		expect(Timestamp.fromMs(1001.5, 6)).toEqual(new Timestamp(1, 1_500_000, 6));
		expect(Timestamp.fromMs(-0.5)).toEqual(new Timestamp(-1, 999_500_000, 3));
	});

	it('should never have a second full of nanoseconds', () => {
		expect(Timestamp.fromMs(999.999_999_9)).toEqual(new Timestamp(1, 0, 3));
		expect(String(Timestamp.fromMs(1_999.999_999_9))).toBe('1970-01-01T00:00:02.000Z');
		fc.assert(
			fc.property(fc.double({ min: -1e12, max: 4e12, noNaN: true }), ms => {
				const { nanoseconds, ms: back } = Timestamp.fromMs(ms);
				expect(nanoseconds).toBeGreaterThanOrEqual(0);
				expect(nanoseconds).toBeLessThan(1e9);
				expect(Math.abs(back - ms)).toBeLessThan(0.001);
			}),
		);
	});

	it('should be put in order to the nanosecond', () => {
		const times = [new Timestamp(1_700_000_000, 2, 9), new Timestamp(1_700_000_000, 1, 9), new Timestamp(1_699_999_999, 999_999_999, 9)];
		expect([...times].sort(Timestamp.compare)).toEqual([...times].reverse());
		expect(Timestamp.compare(new Timestamp(1, 1), new Timestamp(1, 1, 9))).toBe(0);
	});
});

describe('packetOf', () => {
	it('should take a time in milliseconds, and what is usual for the rest', () => {
		const bytes = Uint8Array.of(1, 2, 3);
		const packet = packetOf({ bytes, timestamp: 1_700_000_000_010 });
		expect(packet).toMatchObject({ originalLength: 3, number: 0, linkType: 1 });
		expect(packet.bytes).toEqual(bytes);
		expect(String(packet.timestamp)).toBe('2023-11-14T22:13:20.010Z');
	});

	it('should take everything', () => {
		const timestamp = new Timestamp(1, 2, 9);
		const packet = packetOf({ bytes: new Uint8Array(1), timestamp, linkType: 101, originalLength: 60, number: 9 });
		expect(packet).toMatchObject({ originalLength: 60, number: 9, linkType: 101 });
		expect(packet.timestamp).toBe(timestamp);
	});
});
