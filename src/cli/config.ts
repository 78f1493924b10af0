import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { type Codec, decode } from '../codec/decode.js';
import { predicate } from '../codec.js';
import { CaptureError } from '../errors.js';

type Setting = string | number | boolean | readonly (string | number)[];
const isWord = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/** What a flag may be set to: a list where it may be repeated. */
const setting = predicate(
	'a text, a number, true, false, or a list of texts and numbers',
	(value): value is Setting => isWord(value) || typeof value === 'boolean' || (Array.isArray(value) && value.every(isWord)),
);
const settings = predicate(
	'an object of flags',
	(value): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/**
 * Sets the flags of a command that were not given to what a file says: a JSON object of names as in the API (`maxHeldBytes`,
 * `overlap`, `separateVlans` …). What belongs to other commands is passed over.
 *
 * @throws CaptureError that says what is wrong with the file.
 */
export function applyConfig(path: string, command: Command, root: Command): void {
	const known = new Set(everyOption(root).map(option => option.attributeName()));
	for (const [name, given] of Object.entries(read(path))) {
		if (!known.has(name)) throw wrong(path, `'${name}' is no flag of any command`);
		const option = command.options.find(each => each.attributeName() === name);
		if (option === undefined || command.getOptionValueSource(name) === 'cli') continue;
		command.setOptionValueWithSource(name, settingOf(path, option, checked(setting, given, `${path}: ${name}`)), 'config');
	}
}

function read(path: string): Readonly<Record<string, unknown>> {
	let plain: unknown;
	try {
		plain = JSON.parse(readFileSync(path, 'utf8'));
	} catch (cause) {
		throw new CaptureError('io', `${path}: ${(cause as Error).message}`, { cause });
	}
	return checked(settings, plain, path);
}

function checked<A>(codec: Codec<A>, value: unknown, place: string): A {
	const decoded = decode(codec, value);
	if (decoded._tag === 'Left') throw wrong(place, decoded.left.reasons.join('; '));
	return decoded.right;
}

/** The value as the command line would have made it. */
function settingOf(path: string, option: Option, given: Setting): unknown {
	const name = option.attributeName();
	if (option.isBoolean() || option.negate) {
		if (typeof given !== 'boolean') throw wrong(path, `${name}: it must be true or false`);
		return given;
	}
	if (typeof given === 'boolean') throw wrong(path, `${name}: it must not be true or false`);
	const texts = (Array.isArray(given) ? given : [given]).map(String);
	const { parseArg } = option;
	try {
		return texts.reduce<unknown>((previous, text) => (parseArg === undefined ? text : parseArg(text, previous)), undefined);
	} catch (error) {
		throw wrong(path, `${name}: ${(error as Error).message}`);
	}
}

function everyOption(command: Command): readonly Option[] {
	return [...command.options, ...command.commands.flatMap(everyOption)];
}

const wrong = (path: string, what: string) => new CaptureError('io', `${path}: ${what}`);
