import { describe, expect, it } from 'vitest';
import { printValue } from '../../marbles/printValue.js';
import { chunkOf } from './chunkOf.js';

class Point {
	readonly y = 2;
	readonly x = 1;
}

const circle: Record<string, unknown> = { name: 'c' };
circle.self = circle;

describe('printValue', () => {
	it.each<[string, unknown, string]>([
		['text', 'it\'s "a"\n', `'it\\'s "a"\\n'`],
		['a number', 1.5, '1.5'],
		['minus zero', -0, '-0'],
		['not a number', Number.NaN, 'NaN'],
		['a bigint', 10n, '10n'],
		['undefined', undefined, 'undefined'],
		['null', null, 'null'],
		['an array', [1, [2], 'a'], "[1, [2], 'a']"],
		['an object, by the order of names', { b: 1, a: { c: undefined } }, '{ a: { c: undefined }, b: 1 }'],
		['an empty object', {}, '{}'],
		['an instance', new Point(), 'Point { x: 1, y: 2 }'],
		['bytes', Uint8Array.from([65, 66]), '"AB"'],
		['other numbers', Uint16Array.from([1, 2]), 'Uint16Array [1, 2]'],
		['a map', new Map([['a', 1]]), "Map [['a', 1]]"],
		['a set', new Set([1, 2]), 'Set [1, 2]'],
		['a date', new Date(0), 'Date 1970-01-01T00:00:00.000Z'],
		['an error with its fields', Object.assign(new TypeError('no'), { code: 'x' }), "TypeError: no { code: 'x' }"],
		['a chunk', chunkOf({ text: 'abc', skip: 3 }), 'C> k3 "abc"'],
		['what contains itself', circle, "{ name: 'c', self: <itself> }"],
		[
			'an inner stream',
			[
				{ frame: 0, notification: { kind: 'N', value: 'a' } },
				{ frame: 3, notification: { kind: 'C' } },
			],
			"<0: 'a', 3: |>",
		],
	])('should print %s', (_what, value, printed) => {
		expect(printValue(value)).toBe(printed);
	});
});
