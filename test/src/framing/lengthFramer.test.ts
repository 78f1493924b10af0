import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthFramer } from '../../../src/framing/lengthFramer.js';
import type { LengthOptions } from '../../../src/framing/lengthOptions.js';
import { bytesOf, cutAt, framed, type Told } from './framed.js';

const cut = (told: readonly Told[], options: LengthOptions = { bytes: 2 }) =>
	framed(dropped => lengthFramer({ dropped, ...options }), told).lines;
const frame = (text: string) => bytesOf(`\0${String.fromCharCode(text.length)}${text}`);
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('lengthFramer', () => {
	it('should cut by lengths, of which 0 is one', () => {
		expect(cut([joined(frame('abc'), frame(''), frame('d')), 'END'])).toEqual(['0:abc', '5:', '7:d']);
	});

	it.each<[string, LengthOptions, number[], string]>([
		['one byte', { bytes: 1 }, [1, 97], '0:a'],
		['little endian', { bytes: 2, endian: 'little' }, [1, 0, 97], '0:a'],
		['three bytes', { bytes: 3 }, [0, 0, 1, 97], '0:a'],
		['eight bytes', { bytes: 8 }, [0, 0, 0, 0, 0, 0, 0, 1, 97], '0:a'],
		['a length of all', { bytes: 2, includesHeader: true }, [0, 3, 97], '0:a'],
		['a type before it', { bytes: 2, offset: 1 }, [9, 0, 1, 97], '0:a'],
		['the header kept', { bytes: 1, offset: 1, keepHeader: true }, [97, 1, 98], '0:a\u0001b'],
		['a length without the type, but with itself', { bytes: 4, offset: 1, adjust: -4 }, [81, 0, 0, 0, 5, 97], '0:a'],
		['more header than it counts', { bytes: 1, adjust: 2 }, [1, 97, 98, 99], '0:abc'],
	])('should read %s', (_, options, bytes, expected) => {
		expect(cut([Uint8Array.from(bytes), 'END'], options)).toEqual([expected]);
		expect(cut([...Array.from(bytes, byte => Uint8Array.of(byte)), 'END'], options)).toEqual([expected]);
	});

	it('should give the same however the bytes are cut', () => {
		const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }), { maxLength: 9 });
		fc.assert(
			fc.property(texts, fc.array(fc.nat(99)), fc.nat(12), (given, places, lost) => {
				const whole = joined(...given.map(frame));
				const bytes = whole.subarray(0, Math.max(0, whole.length - lost));
				const options: LengthOptions = { bytes: 2, maxFrameBytes: 8 };
				expect(cut([...cutAt(bytes, places), 'END'], options)).toEqual(cut([bytes, 'END'], options));
			}),
		);
	});

	it('should lose one frame to a gap that ends within it, and all that follows to one that takes a header, at every place', () => {
		const texts = ['abcde', 'fghij', 'klmno'];
		const bytes = joined(...texts.map(frame));
		for (let from = 0; from < bytes.length; from++) {
			for (let length = 1; from + length <= bytes.length; length++) {
				const told = [bytes.subarray(0, from), length, bytes.subarray(from + length), 'END'] as const;
				const hit = Math.floor(from / 7);
				const fits = from % 7 >= 2 && (from % 7) + length <= 7;
				const expected = texts.flatMap((text, i) => (i < hit || (i > hit && fits) ? [`${i * 7}:${text}`] : []));
				const found = cut(told.filter(each => typeof each === 'number' || each.length > 0));
				expect(found.filter(line => !line.startsWith('('))).toEqual(expected);
				const came = fits ? 7 - length : bytes.length - length - hit * 7;
				expect(found.filter(line => line.startsWith('('))).toEqual([
					`(gap at ${hit * 7}: ${came} bytes, ${length} missing${fits ? '' : ', stopped'})`,
				]);
			}
		}
	});

	it('should stop where nobody knows how much is missing', () => {
		expect(cut([frame('ab'), -1, frame('cd'), 'END'])).toEqual(['0:ab', '(gap at 4: 4 bytes, -1 missing, stopped)']);
	});

	it('should fail at a gap, even one within a frame, if it is told so', () => {
		expect(cut([frame('abc').subarray(0, 3), 1, 'c'], { bytes: 2, onGap: 'error' })).toEqual([
			'# 1 bytes are missing at offset 0 of the client, packet 2',
		]);
		expect(cut([frame('abc').subarray(0, 3), 1, 'c', 'END'], { bytes: 2, onGap: 'stop' })).toEqual([
			'(gap at 0: 4 bytes, 1 missing, stopped)',
		]);
	});

	it('should pass over a frame that is too long, also with gaps in it, and go on behind it', () => {
		const options: LengthOptions = { bytes: 2, maxFrameBytes: 6 };
		expect(cut([joined(frame('abcd'), frame('abcde'), frame('x')), 'END'], options)).toEqual([
			'0:abcd',
			'(too-long at 6: 7 bytes, 0 missing)',
			'13:x',
		]);
		expect(cut([frame('abcde').subarray(0, 3), 2, 'de', frame('x'), 'END'], options)).toEqual([
			'(too-long at 0: 5 bytes, 2 missing)',
			'7:x',
		]);
		expect(cut([joined(frame('abcde'), frame('x')), 'END'], { ...options, onBadFrame: 'stop' })).toEqual([
			'(too-long at 0: 10 bytes, 0 missing, stopped)',
		]);
	});

	it('should allocate nothing by what a length says', () => {
		const before = process.memoryUsage().arrayBuffers;
		const hostile = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 2, 3);
		const kept: unknown[] = [];
		for (let i = 0; i < 1000; i++) {
			for (const maxFrameBytes of [2 ** 20, 2 ** 33]) {
				const framer = lengthFramer({ bytes: 4, maxFrameBytes })(() => undefined);
				framer.push(hostile, { direction: 'client', packet: 1, seen: undefined as never });
				kept.push(framer);
			}
		}
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2000 * 200);
		expect(kept).toHaveLength(2000);
	});

	it('should stop at a length that cannot be', () => {
		expect(cut([Uint8Array.of(0, 1, 97), 'END'], { bytes: 2, includesHeader: true })).toEqual([
			'(malformed at 0: 3 bytes, 0 missing, stopped)',
		]);
		expect(cut([new Uint8Array(9).fill(255), 'END'], { bytes: 8 })).toEqual(['(malformed at 0: 9 bytes, 0 missing, stopped)']);
		expect(cut([...cutAt(new Uint8Array(9).fill(255), [1, 3, 5]), 'END'], { bytes: 8 })).toEqual([
			'(malformed at 0: 9 bytes, 0 missing, stopped)',
		]);
		expect(cut([new Uint8Array(9).fill(255)], { bytes: 8, onBadFrame: 'error' })).toEqual([
			'# a length that cannot be at offset 0 of the client, packet 1',
		]);
	});

	it('should tell of a frame that the stream ends in', () => {
		expect(cut([frame('ab').subarray(0, 3), 'END'])).toEqual(['(unfinished at 0: 3 bytes, 0 missing, stopped)']);
		expect(cut([frame('ab').subarray(0, 1), 'END'], { bytes: 2, unfinished: 'error' })).toEqual([
			'# the stream ends within a frame at offset 0 of the client, packet 1',
		]);
	});

	it('should put a frame of a mebibyte together out of single bytes', () => {
		const size = 2 ** 20;
		const found: number[] = [];
		const framer = lengthFramer({ bytes: 4, maxFrameBytes: size + 4 })(({ bytes }) => found.push(bytes.length, bytes.buffer.byteLength));
		const origin = { direction: 'client', packet: 1, seen: undefined as never } as const;
		framer.push(Uint8Array.of(0, 16, 0, 0), origin);
		const one = Uint8Array.of(7);
		for (let i = 0; i < size; i++) framer.push(one, origin);
		expect(found).toEqual([size, size + 4]);
	});

	it('should refuse wrong options', () => {
		expect(() => lengthFramer({} as LengthOptions)).toThrow('lengthFramer: option bytes must be 1 or 2 or 3 or 4 or 8, but is undefined');
		expect(() => lengthFramer({ bytes: 5 as 4 })).toThrow('option bytes must be 1 or 2 or 3 or 4 or 8, but is 5');
		expect(() => lengthFramer({ bytes: 4, offset: -1 })).toThrow('option offset must be a whole number from 0 to 1024');
	});
});
