import { InvalidArgumentError } from 'commander';
import { SHARDS_MAX } from '../shards/shardOf.js';

/** A whole number, 0 or more. */
export function wholeNumber(text: string): number {
	if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
	return Number(text);
}

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** How much of something there may be: `4M`, or `Infinity`. */
export function amount(text: string): number {
	const [, digits, unit = ''] = /^(\d+)([kMG]?)$/.exec(text) ?? [];
	const value = text === 'Infinity' ? Number.POSITIVE_INFINITY : Number(digits ?? Number.NaN) * (units[unit] as number);
	if (!(value >= 1)) throw new InvalidArgumentError('It must be a whole number from 1 on, as in 4096, 64k, 4M or 1G, or Infinity.');
	return value;
}

export function threads(text: string): number {
	const value = wholeNumber(text);
	if (value < 1 || value > SHARDS_MAX) throw new InvalidArgumentError(`It must be a whole number from 1 to ${SHARDS_MAX}.`);
	return value;
}

export function milliseconds(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It must be a number of milliseconds, 0 or more.');
	return value;
}

export function midstream(text: string): 'wait' | 'pickup' | number {
	if (text === 'wait' || text === 'pickup') return text;
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError("It must be 'wait', 'pickup' or a number of milliseconds.");
	return value;
}

export function wholeNumberFrom1(text: string): number {
	const value = wholeNumber(text);
	if (value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
	return value;
}

/** As wide as a picture may be. */
export function columns(text: string): number {
	const value = wholeNumber(text);
	if (value < 40 || value > 10_000) throw new InvalidArgumentError('It must be a number of columns from 40 to 10000.');
	return value;
}
