import * as t from 'io-ts';

/** Checks one option: what it must be, in words, and whether something is that. */
export type Check<T> = t.Type<T>;

/** A check for each option that there is; all may be left out. */
export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check<NonNullable<Options[Name]>> };

/** A check from a predicate, and the words for what it wants. */
function check<T>(expected: string, is: (value: unknown) => value is T): Check<T> {
	return new t.Type<T, T, unknown>(
		expected,
		is,
		(value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
		t.identity,
	);
}

export { check as predicate };

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A number of milliseconds, 0 or more. */
export const milliseconds = check('a number of milliseconds, 0 or more', (value): value is number => isNumber(value) && value >= 0);

/** A number of milliseconds, more than 0, that a timer can wait. */
export const interval = check(
	'a number of milliseconds, more than 0 and less than 2^31',
	(value): value is number => isNumber(value) && value > 0 && value < 2 ** 31,
);

/** A whole number from 1 on, or Infinity. */
export const limit = check(
	'a whole number from 1 on, or Infinity',
	(value): value is number => isNumber(value) && value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
);

/** A whole number from 0 on, or Infinity. */
export const limitOrNone = check(
	'a whole number from 0 on, or Infinity',
	(value): value is number => isNumber(value) && value >= 0 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
);

/** A whole number from 0 on. */
export const wholeNumber = check(
	'a whole number from 0 on',
	(value): value is number => isNumber(value) && Number.isInteger(value) && value >= 0,
);

/** A whole number from 1 to `max`. */
export function wholeNumberTo(max: number): Check<number> {
	return wholeNumberBetween(1, max);
}

/** A whole number from `min` to `max`. */
export function wholeNumberBetween(min: number, max: number): Check<number> {
	return check(
		`a whole number from ${min} to ${max}`,
		(value): value is number => isNumber(value) && Number.isInteger(value) && value >= min && value <= max,
	);
}

/** One of these numbers. */
export function oneOfNumbers<Choice extends number>(...numbers: readonly Choice[]): Check<Choice> {
	return check(numbers.join(' or '), (value): value is Choice => numbers.includes(value as Choice));
}

/** What a delimiter can be. */
export const delimiterBytes = check(
	'a Uint8Array or a text of 1 to 1024 bytes',
	(value): value is Uint8Array | string =>
		(typeof value === 'string' || value instanceof Uint8Array) && value.length >= 1 && value.length <= 1024,
);

export const boolean = check('true or false', (value): value is boolean => typeof value === 'boolean');

export const text = check('a text', (value): value is string => typeof value === 'string');

export const nonEmptyText = check('a text that is not empty', (value): value is string => typeof value === 'string' && value !== '');

/** A text that a pattern describes, with the words for it. */
export function matching(expected: string, pattern: RegExp): Check<string> {
	return check(expected, (value): value is string => typeof value === 'string' && pattern.test(value));
}

/** A list of such things. */
export function listOf<T>(each: Check<T>): Check<readonly T[]> {
	return check(`a list, each ${each.name}`, (value): value is readonly T[] => Array.isArray(value) && value.every(item => each.is(item)));
}

/** One of these words. */
export function oneOf<Word extends string>(...words: readonly Word[]): Check<Word> {
	const expected = words.map(word => `'${word}'`).join(' or ');
	return check(expected, (value): value is Word => words.includes(value as Word));
}

/** Either of two checks. */
export function either<A, B>(a: Check<A>, b: Check<B>): Check<A | B> {
	return check(`${a.name} or ${b.name}`, (value): value is A | B => a.is(value) || b.is(value));
}

/** An object that has these methods. */
export function having<T>(...methods: readonly (keyof T & string)[]): Check<T> {
	const has = (value: unknown): value is T =>
		typeof value === 'object' && value !== null && methods.every(name => typeof Reflect.get(value, name) === 'function');
	return check(`an object with ${methods.map(name => `${name}()`).join(' and ')}`, has);
}

/** An instance of a class. */
export function instanceOf<T>(type: abstract new (...args: never[]) => T, expected: string): Check<T> {
	return check(expected, (value): value is T => value instanceof type);
}

/** Whatever it is. */
export const anything = check('anything', (_value): _value is NonNullable<unknown> => true);

/** A function. */
export function aFunction<T>(): Check<T> {
	return check('a function', (value): value is T => typeof value === 'function');
}

/**
 * Checks one argument of a call.
 *
 * @throws TypeError that names the argument, what was expected and what came.
 */
export function checkArgument<T>(call: string, name: string, expected: Check<T>, value: unknown): T {
	if (expected.is(value)) return value;
	throw new TypeError(`${call}: ${name} must be ${expected.name}, but is ${describe(value)}`);
}

/**
 * Checks the options of a call, once, where they come in. What is left out, or undefined, is fine.
 *
 * @returns a copy, so that nobody changes them after they were checked.
 * @throws TypeError that names the option, what was expected and what came; also for an option that there is not.
 */
export function checkOptions<Options extends object>(call: string, checks: Checks<Options>, options: unknown): Options {
	if (!t.UnknownRecord.is(options) || kindOf(options) !== 'Object') {
		throw new TypeError(`${call}: options must be an object, but is ${describe(options)}`);
	}
	const unknown = Object.keys(options).find(name => !Object.hasOwn(checks, name));
	if (unknown !== undefined) {
		throw new TypeError(`${call}: there is no option ${unknown}; the options are ${Object.keys(checks).join(', ')}`);
	}
	const given = Object.fromEntries(Object.keys(checks).map(name => [name, options[name]]));
	const result = t.partial(checks as t.Props).decode(given);
	if (result._tag === 'Left') {
		const wrong = result.left[0]?.context.at(-1);
		throw new TypeError(`${call}: option ${wrong?.key} must be ${wrong?.type.name}, but is ${describe(wrong?.actual)}`);
	}
	return given as Options;
}

function describe(value: unknown): string {
	if (typeof value === 'string') return JSON.stringify(value);
	if (typeof value === 'bigint') return `${value}n`;
	if (typeof value === 'function') return 'a function';
	if (typeof value !== 'object' || value === null) return String(value);
	if (Array.isArray(value)) return 'an array';
	return kindOf(value) === 'Object' ? 'an object' : `an instance of ${kindOf(value)}`;
}

/** `'Object'`, or the class of an object that has to do with the language: `'Map'`, `'Date'`, `'Promise'`. */
function kindOf(value: object): string {
	return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
