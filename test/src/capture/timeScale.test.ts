import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeScale } from '../../../src/capture/timeScale.js';

const SECONDS_MAX = 8_640_000_000_000n;

/** What it must say, by integers without an end. */
function exactly(resolution: number, offset: bigint, units: bigint): { seconds: number; nanoseconds: number } {
	const perSecond = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
	const seconds = units / perSecond + offset;
	if (seconds >= SECONDS_MAX) return { seconds: Number(SECONDS_MAX), nanoseconds: 0 };
	if (seconds <= -SECONDS_MAX) return { seconds: Number(-SECONDS_MAX), nanoseconds: 0 };
	return { seconds: Number(seconds), nanoseconds: Number(((units % perSecond) * 1_000_000_000n) / perSecond) };
}

function at(scale: TimeScale, units: bigint) {
	return scale.at(Number(units >> 32n), Number(units & 0xffff_ffffn));
}

const quad = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 2n ** 64n - 1n, 2n ** 32n, 2n ** 32n - 1n));
const resolution = fc.oneof(fc.constantFrom(0, 3, 6, 9, 0x80, 0x8a, 0x97, 0x98), fc.nat(255));
const signed = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -100n, max: 100n }));
/** How far the next packet is from the one before. */
const step = fc.oneof(fc.bigInt({ min: -3_000_000n, max: 3_000_000n }), fc.constantFrom(0n, 1n, -1n, 1_000_000n, -1_000_000n), quad);

describe('TimeScale', () => {
	it('should be exact to the nanosecond for every resolution, offset and order of packets', () => {
		fc.assert(
			fc.property(resolution, signed, quad, fc.array(step, { maxLength: 8 }), (power, offset, first, steps) => {
				const scale = new TimeScale(power, offset);
				let units = first;
				for (const by of [0n, ...steps]) {
					units = BigInt.asUintN(64, units + by);
					const { seconds, nanoseconds } = at(scale, units);
					expect({ seconds, nanoseconds }).toEqual(exactly(power, offset, units));
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('should count microseconds unless it is told otherwise', () => {
		expect(String(at(new TimeScale(), 1_700_000_000_123_456n))).toBe('2023-11-14T22:13:20.123456Z');
	});

	it.each([
		[0, 0],
		[3, 3],
		[9, 9],
		[12, 9],
		[0x80, 0],
		[0x8a, 4],
		[0xbf, 9],
	])('should know as many digits as the resolution %i has: %i', (power, digits) => {
		expect(at(new TimeScale(power), 0n).digits).toBe(digits);
	});

	it('should always be a moment that can be printed', () => {
		for (const offset of [2n ** 63n - 1n, -(2n ** 63n), 0n]) {
			expect(String(at(new TimeScale(0, offset), 2n ** 64n - 1n))).toMatch(/Z$/);
		}
	});
});
