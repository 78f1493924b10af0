import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePayload, printPayload } from '../../marbles/payload.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('parsePayload', () => {
	it('should read text with its escapes', () => {
		expect(parsePayload(String.raw`"a b\r\n\t\"\\\x00\xfF"`)).toEqual(Uint8Array.from([97, 32, 98, 13, 10, 9, 34, 92, 0, 255]));
	});

	it('should read other characters as UTF-8', () => {
		expect(text(parsePayload('"Grüße 🦈"'))).toBe('Grüße 🦈');
	});

	it('should read hex, and nothing', () => {
		expect(parsePayload('hex:48656C6c6f')).toEqual(new TextEncoder().encode('Hello'));
		expect(parsePayload('""')).toEqual(new Uint8Array(0));
	});

	it('should repeat a filler', () => {
		expect(text(parsePayload('"ab"*3'))).toBe('ababab');
		expect(parsePayload('hex:00*1000')).toEqual(new Uint8Array(1000));
	});

	it('should join parts', () => {
		expect(text(parsePayload('"a b"*2+hex:4142+"+*"'))).toBe('a ba bAB+*');
	});

	it.each([
		['"a', 'column 1: expected a closing "'],
		['"a\\q"', "column 3: expected one of \\n \\r \\t \\\" \\\\ \\xHH, found '\\q'"],
		['"a\\x4"', "column 3: expected one of \\n \\r \\t \\\" \\\\ \\xHH, found '\\x'"],
		['"a"*0', "column 4: expected a blank, + or *count, found '*0'"],
		['"a"b', "column 4: expected a blank, + or *count, found 'b'"],
		['"a"*1048577', 'column 4: expected at most 1048576 bytes, found 1048577'],
		['"a"+', 'column 5: expected a payload'],
		['"a"+b', 'column 5: expected a payload'],
		['"a b"+"c\\q"', 'column 9: expected one of \\n \\r \\t'],
		['"a"*1048576+"b"', 'column 16: expected at most 0 bytes, found 1'],
		['hex:', 'column 1: expected hex: and pairs of hex digits'],
		['hex:123', 'column 1: expected hex: and pairs of hex digits'],
		['hex:zz*2', 'column 1: expected hex: and pairs of hex digits'],
		['ABC', 'column 1: expected a payload'],
		['"a" "b"', 'column 5: expected nothing behind the payload'],
		['', 'column 1: expected a payload'],
	])('should refuse %s', (word, message) => {
		expect(() => parsePayload(word)).toThrow(message);
		expect(() => parsePayload(word)).toThrow(TypeError);
	});
});

describe('printPayload', () => {
	it.each([
		['"GET / HTTP/1.1\\r\\n"', '"GET / HTTP/1.1\\r\\n"'],
		['hex:48656c6c6f', '"Hello"'],
		['"\\x00\\xff"', 'hex:00ff'],
		['""', '""'],
		['"aaaaaaaaaaaaaaa"', '"aaaaaaaaaaaaaaa"'],
		['"aaaaaaaaaaaaaaaa"', '"a"*16'],
		['"abab"*10', '"ab"*20'],
		['"0123456789"*3', '"012345678901234567890123456789"'],
		['hex:0001*8', 'hex:0001*8'],
		['"GET "+hex:00*32+"x"', String.raw`"GET "+"\x00"*32+"x"`],
		['"GET "+"a"*31+"x"', '"GET aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax"'],
		['"a"*32+"b"*32', '"a"*32+"b"*32'],
	])('should print %s as %s', (word, printed) => {
		expect(printPayload(parsePayload(word))).toBe(printed);
	});

	it('should be read again as the same bytes', () => {
		const payload = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 8 })).map(([unit, count]) => {
			return Uint8Array.from(Array.from({ length: count }, () => [...unit]).flat());
		});
		const ascii = fc.string({ unit: 'binary-ascii' }).map(string => new TextEncoder().encode(string));
		const runs = fc.array(fc.tuple(fc.constantFrom(0, 65, 255), fc.integer({ min: 1, max: 40 })), { maxLength: 4 });
		const joined = runs.map(parts => Uint8Array.from(parts.flatMap(([byte, count]) => Array.from({ length: count }, () => byte))));
		fc.assert(
			fc.property(fc.oneof(payload, ascii, joined), bytes => {
				expect(parsePayload(printPayload(bytes))).toEqual(bytes);
			}),
		);
	});
});
