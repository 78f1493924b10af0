import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../../src/contentCoding/decodeBody.js';

const text = 'hello, world. '.repeat(200);
const plain = new Uint8Array(Buffer.from(text));

function message(coding: string | undefined, body: Uint8Array, rest: { complete?: boolean; bodyTruncated?: boolean } = {}) {
	return { headers: coding === undefined ? {} : { 'content-encoding': coding }, body, complete: true, bodyTruncated: false, ...rest };
}

const zstd = Reflect.get(zlib, 'zstdCompressSync') as ((bytes: Uint8Array) => Uint8Array) | undefined;
if (zstd === undefined) console.log(`Node ${process.version} has no zstd; left out: bodies that are packed with it`);

const codings: [string, (bytes: Uint8Array) => Uint8Array][] = [
	['gzip', zlib.gzipSync],
	['X-GZIP', zlib.gzipSync],
	['deflate', zlib.deflateSync],
	['deflate', zlib.deflateRawSync],
	['br', zlib.brotliCompressSync],
	['identity', bytes => bytes],
	...(zstd === undefined ? [] : [['zstd', zstd] as [string, typeof zstd]]),
];

describe('decodeBody', () => {
	it.each(codings)('should undo %s', (coding, pack) => {
		expect(decodeBody(message(coding, pack(plain)))).toEqual({ bytes: plain, codings: [], error: null });
	});

	it('should give a body as it is that is not coded, or empty', () => {
		expect(decodeBody(message(undefined, plain))).toEqual({ bytes: plain, codings: [], error: null });
		expect(decodeBody(message('gzip', new Uint8Array(0)))).toMatchObject({ codings: [], error: null });
	});

	it('should undo several, the last one first', () => {
		const body = zlib.brotliCompressSync(zlib.gzipSync(plain));
		expect(decodeBody(message('gzip, br', body))).toEqual({ bytes: plain, codings: [], error: null });
	});

	it.each(codings.filter(([coding]) => /gzip|deflate|br/i.test(coding)))('should decode what came of a body: %s', (coding, pack) => {
		const random = Uint8Array.from({ length: 20_000 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
		const packed = pack(random);
		const { bytes, error } = decodeBody(message(coding, packed.subarray(0, packed.length - 50), { complete: false }));
		expect(error).toBe('the body is not complete');
		expect(bytes.length).toBeGreaterThan(1000);
		expect(bytes).toEqual(random.subarray(0, bytes.length));
	});

	it('should leave what is unknown, and say so', () => {
		const { codings: left, error, bytes } = decodeBody(message('gzip, sdch', plain));
		expect({ left, bytes }).toEqual({ left: ['gzip', 'sdch'], bytes: plain });
		expect(error).toContain('"sdch" is no coding');
	});

	it.each(codings.filter(([coding]) => coding !== 'identity'))('should leave what grows beyond its limit: %s', (coding, pack) => {
		const packed = pack(new Uint8Array(2_000_000));
		const { bytes, codings: left, error } = decodeBody(message(coding, packed), { maxBytes: 1_000_000 });
		expect({ bytes, left }).toEqual({ bytes: packed, left: [coding.toLowerCase()] });
		expect(error).not.toBeNull();
	});

	it('should not undo a list of codings without an end', () => {
		const { codings: left, error } = decodeBody(message('gzip,'.repeat(1000), zlib.gzipSync(plain)));
		expect(left).toHaveLength(1000);
		expect(error).toContain('1000 codings');
	});

	it('should throw for no bytes whatever', () => {
		fc.assert(
			fc.property(fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'gzip, br'), fc.uint8Array({ maxLength: 200 }), (coding, body) => {
				const { bytes, error } = decodeBody(message(coding, body));
				expect(error === null || typeof error === 'string').toBe(true);
				expect(bytes).toBeInstanceOf(Uint8Array);
			}),
		);
	});

	it('should refuse wrong options', () => {
		expect(() => decodeBody(message('gzip', plain), { maxBytes: -1 })).toThrow(/decodeBody: option maxBytes/);
	});
});
