import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FixedOptions, fixedFramer } from '../../../src/framing/fixedFramer.js';
import { bytesOf, cutAt, framed, type Told } from './framed.js';

const cut = (told: readonly Told[], options: FixedOptions = {}, length = 4) =>
	framed(dropped => fixedFramer(length, { dropped, ...options }), told).lines;

describe('fixedFramer', () => {
	it('should cut into frames of one length, and leave out the rest', () => {
		expect(cut(['abcdefghi', 'END'])).toEqual(['0:abcd', '4:efgh', '(unfinished at 8: 1 bytes, 0 missing, stopped)']);
		expect(cut(['abcdefghi', 'END'], { unfinished: 'emit' })).toEqual(['0:abcd', '4:efgh', '8:i']);
		expect(cut(['abcdefgh', 'END'], { unfinished: 'error' })).toEqual(['0:abcd', '4:efgh']);
	});

	it('should give the same however the bytes are cut', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 30 }), fc.array(fc.nat(30)), fc.integer({ min: 1, max: 7 }), (text, places, length) => {
				const bytes = bytesOf(text);
				expect(cut([...cutAt(bytes, places), 'END'], {}, length)).toEqual(cut([bytes, 'END'], {}, length));
			}),
		);
	});

	it('should keep step over a gap at every place', () => {
		const text = 'abcdefghijklmnop';
		for (let from = 0; from < 16; from++) {
			for (let length = 1; from + length <= 16; length++) {
				const told = [text.slice(0, from), length, text.slice(from + length)].filter(each => each !== '');
				const whole = [0, 4, 8, 12].filter(at => at + 4 <= from || at >= from + length);
				const found = cut([...told, 'END']);
				expect(found.filter(line => !line.startsWith('('))).toEqual(whole.map(at => `${at}:${text.slice(at, at + 4)}`));
				const left = 16 - length - 4 * whole.length;
				expect(found.filter(line => line.startsWith('('))).toEqual([`(gap at ${from - (from % 4)}: ${left} bytes, ${length} missing)`]);
			}
		}
	});

	it('should stop where nobody knows how much is missing, or it is told so', () => {
		expect(cut([-1, 'abcdefgh', 'END'])).toEqual(['(gap at 0: 8 bytes, -1 missing, stopped)']);
		expect(cut(['abcd', 4, 'abcdefgh', 'END'], { onGap: 'stop' })).toEqual(['0:abcd', '(gap at 4: 8 bytes, 4 missing, stopped)']);
		expect(cut(['abcd', 4, 'abcd'], { onGap: 'error' })[1]).toBe('# 4 bytes are missing at offset 4 of the client, packet 2');
	});

	it.each([0, -1, 1.5, 2 ** 30 + 1, Number.POSITIVE_INFINITY, '4'])('should refuse %o as a length', length => {
		expect(() => fixedFramer(length as number)).toThrow('fixedFramer: length must be a whole number from 1 to');
	});
});
