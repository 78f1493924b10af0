import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/codec/decode.js';
import { libraryObject, libraryValue } from '../../../src/codec/libraryValue.js';
import { expectSame, libraryValues, roundTrip } from './roundTrip.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const reasonsOf = (value: unknown) => {
	const decoded = decode(libraryValue, value);
	return decoded._tag === 'Left' ? decoded.left.reasons : [];
};

describe('values of a library', () => {
	it('should be given back exactly, whatever their members are called', () => {
		fc.assert(fc.property(libraryValues, value => expectSame(libraryValue, [value])));
	});

	it('should be written with bytes as an object', () => {
		expect(libraryValue.encode({ a: [Buffer.from([1]), 'x'], b: undefined })).toStrictEqual({ a: [{ base64: 'AQ==' }, 'x'] });
		expect(roundTrip(libraryValue, Buffer.from([1]))).toStrictEqual(Uint8Array.of(1));
	});

	it('should keep apart bytes and what only looks like them', () => {
		expect(libraryValue.encode({ base64: 'AQ==' })).toEqual({ object: { base64: 'AQ==' } });
		expect(libraryValue.encode({ object: { base64: 'AQ==' } })).toEqual({ object: { object: { object: { base64: 'AQ==' } } } });
		expect(libraryValue.encode({ base64: 'AQ==', more: 1 })).toEqual({ base64: 'AQ==', more: 1 });
		const hostile = JSON.parse('{"__proto__":{"polluted":true}}');
		expect(Object.keys(roundTrip(libraryValue, hostile) as object)).toEqual(['__proto__']);
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it('should be refused with the place of what is wrong', () => {
		expect(reasonsOf({ a: [1, { base64: '!' }] })).toEqual(['a[1].base64: expected bytes as Base64, got "!"']);
		expect(reasonsOf({ a: { object: 5 } })).toEqual(['a.object: expected an object, got 5']);
		expect(decode(libraryObject, { base64: 'AQ==' })).toMatchObject({ left: { reasons: ['expected an object, got an object'] } });
	});

	it('should be refused where they are nested deeper than any library does', () => {
		expect(reasonsOf(nested(16))).toEqual([]);
		expect(reasonsOf(nested(17))).toEqual([`${'[0]'.repeat(16)}: expected values, nested up to 16 deep, got an array of 0`]);
		expect(reasonsOf(nested(100_000))).toHaveLength(1);
		expect(reasonsOf(JSON.parse(`${'{"object":'.repeat(50_000)}{}${'}'.repeat(50_000)}`))).toHaveLength(1);
	});
});
