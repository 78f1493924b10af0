import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as codec from '../../src/codec.js';

const { POSITIVE_INFINITY: Infinite, NaN: NotANumber } = Number;
const noNumbers = [undefined, null, '', '1', true, 1n, [1], {}, () => 1, Symbol('1')];

describe('the checks', () => {
	it.each<[string, Pick<codec.Check<unknown>, 'is' | 'decode'>, readonly unknown[], readonly unknown[]]>([
		['milliseconds', codec.milliseconds, [0, 0.5, 1e12, Infinite], [-1, -0.001, -Infinite, NotANumber, ...noNumbers]],
		['interval', codec.interval, [0.001, 1, 2 ** 31 - 1], [0, -1, 2 ** 31, Infinite, NotANumber, ...noNumbers]],
		['limit', codec.limit, [1, 2 ** 40, Infinite], [0, 0.5, 1.5, -1, -Infinite, NotANumber, ...noNumbers]],
		['limitOrNone', codec.limitOrNone, [0, 1, 2 ** 40, Infinite], [0.5, -1, -Infinite, NotANumber, ...noNumbers]],
		['wholeNumber', codec.wholeNumber, [0, 1, 2 ** 40], [0.5, -1, Infinite, NotANumber, ...noNumbers]],
		['wholeNumberTo', codec.wholeNumberTo(5), [1, 5], [0, 6, 1.5, Infinite, NotANumber, ...noNumbers]],
		['boolean', codec.boolean, [true, false], [0, 1, '', 'true', null, undefined, {}]],
		['text', codec.text, ['', 'a'], [0, null, undefined, ['a'], {}, Symbol('a')]],
		['nonEmptyText', codec.nonEmptyText, ['a', ' '], ['', 0, null, undefined, ['a'], {}]],
		['oneOf', codec.oneOf('a', 'b'), ['a', 'b'], ['', 'c', 'ab', 'A', ['a'], null, undefined]],
		['either', codec.either(codec.oneOf('a'), codec.milliseconds), ['a', 0], ['b', -1, null, undefined]],
		[
			'having',
			codec.having<{ next(): void }>('next'),
			[
				{ next: () => 0 },
				new (class {
					next() {}
				})(),
			],
			[{}, { next: 1 }, () => 0, null, undefined, 'next'],
		],
		['aFunction', codec.aFunction(), [() => 0, class {}], [{}, null, undefined, 'f']],
	])('%s should take what it says, and nothing else', (_name, check, right, wrong) => {
		expect(right.filter(value => !check.is(value))).toEqual([]);
		expect(wrong.filter(value => check.is(value))).toEqual([]);
		expect(right.map(value => check.decode(value)._tag)).toEqual(right.map(() => 'Right'));
		expect(wrong.map(value => check.decode(value)._tag)).toEqual(wrong.map(() => 'Left'));
	});

	it('should say in words what they want', () => {
		const checks = [
			codec.wholeNumberTo(65_535),
			codec.oneOf('a', 'b', 'c'),
			codec.either(codec.oneOf('wait'), codec.milliseconds),
			codec.having<{ now(): void; schedule(): void }>('now', 'schedule'),
		];
		expect(checks.map(({ name }) => name)).toEqual([
			'a whole number from 1 to 65535',
			"'a' or 'b' or 'c'",
			"'wait' or a number of milliseconds, 0 or more",
			'an object with now() and schedule()',
		]);
	});
});

describe('checkArgument', () => {
	it('should answer what is right', () => {
		expect(codec.checkArgument('call', 'age', codec.milliseconds, 5)).toBe(5);
		expectTypeOf(codec.checkArgument('call', 'age', codec.milliseconds, 5 as unknown)).toEqualTypeOf<number>();
	});

	it.each<[unknown, string]>([
		[undefined, 'undefined'],
		[null, 'null'],
		['', '""'],
		['5', '"5"'],
		['a "quoted"\nline', '"a \\"quoted\\"\\nline"'],
		[-5, '-5'],
		[NotANumber, 'NaN'],
		[5n, '5n'],
		[true, 'true'],
		[Symbol('five'), 'Symbol(five)'],
		[() => 5, 'a function'],
		[class {}, 'a function'],
		[[5], 'an array'],
		[{ value: 5 }, 'an object'],
		[Object.create(null), 'an object'],
		[new Map(), 'an instance of Map'],
		[new Date(0), 'an instance of Date'],
		[new Uint8Array(1), 'an instance of Uint8Array'],
	])('should name the call, the argument, what was expected, and what came: %s', (value, text) => {
		const error = new TypeError(`call: age must be a number of milliseconds, 0 or more, but is ${text}`);
		expect(() => codec.checkArgument('call', 'age', codec.milliseconds, value)).toThrow(error);
	});
});

describe('checkOptions', () => {
	interface Options {
		readonly age?: number | undefined;
		readonly mode?: 'a' | 'b' | undefined;
	}
	const checks: codec.Checks<Options> = { age: codec.milliseconds, mode: codec.oneOf('a', 'b') };
	const check = (options: unknown) => codec.checkOptions<Options>('call', checks, options);

	it.each([{}, { age: 5 }, { mode: 'a' }, { age: 5, mode: 'b' }, { age: undefined }, { age: 0, mode: undefined }])(
		'should answer what is right: %o',
		options => {
			expect(check(options)).toEqual(options);
		},
	);

	it.each<[unknown, string]>([
		[{ age: -1 }, 'option age must be a number of milliseconds, 0 or more, but is -1'],
		[{ age: null }, 'option age must be a number of milliseconds, 0 or more, but is null'],
		[{ age: 5, mode: 'c' }, "option mode must be 'a' or 'b', but is \"c\""],
		[{ ages: 5 }, 'there is no option ages; the options are age, mode'],
		[{ ages: undefined }, 'there is no option ages; the options are age, mode'],
		[{ age: 'x', toString: 5 }, 'there is no option toString; the options are age, mode'],
		[{ constructor: 5 }, 'there is no option constructor; the options are age, mode'],
		[JSON.parse('{ "__proto__": 5 }'), 'there is no option __proto__; the options are age, mode'],
		[undefined, 'options must be an object, but is undefined'],
		[null, 'options must be an object, but is null'],
		[5, 'options must be an object, but is 5'],
		['age', 'options must be an object, but is "age"'],
		[[], 'options must be an object, but is an array'],
		[() => undefined, 'options must be an object, but is a function'],
		[new Map([['age', 5]]), 'options must be an object, but is an instance of Map'],
		[Promise.resolve({ age: 5 }), 'options must be an object, but is an instance of Promise'],
	])('should refuse %o', (options, message) => {
		expect(() => check(options)).toThrow(new TypeError(`call: ${message}`));
	});

	it('should take options that an object has from its class', () => {
		const from = (age: number) =>
			new (class {
				get age() {
					return age;
				}
			})();
		expect({ ...check(from(5)) }).toEqual({ age: 5 });
		expect(() => check(from(-5))).toThrow('call: option age must be');
	});

	it('should read each option once, and answer a copy', () => {
		let reads = 0;
		const changing = {
			get age() {
				return reads++ === 0 ? 5 : -5;
			},
		};
		expect(check(changing).age).toBe(5);
		const options = { age: 5 };
		const checked = check(options);
		options.age = -5;
		expect(checked.age).toBe(5);
	});

	it('should answer the right ones and refuse all others, whatever comes', () => {
		const isRight = (options: object) =>
			Object.entries(options).every(([name, value]) => {
				if (name === 'age') return value === undefined || (typeof value === 'number' && value >= 0);
				return name === 'mode' && (value === undefined || value === 'a' || value === 'b');
			});
		const value = fc.oneof(fc.constantFrom(undefined, null, 'a', 'b', 'c', 0, 5, -1), fc.anything());
		const options = fc.dictionary(fc.oneof(fc.constantFrom('age', 'mode'), fc.string()), value, { maxKeys: 3 });
		fc.assert(
			fc.property(options, given => {
				if (isRight(given)) expect(check(given)).toEqual(given);
				else expect(() => check(given)).toThrow(/^call: (?:option (?:age|mode) must be |there is no option )/);
			}),
		);
	});
});
