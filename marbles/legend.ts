import { TestScheduler } from 'rxjs/testing';
import { LineError } from './lineReader.js';

/** What the letters of a marble string mean: a line of text for each. */
export type Legend<Meaning = string> = Readonly<Record<string, Meaning>>;

/** Characters that have a meaning of their own in a marble string. */
const reserved = ' -|#()^!';

/**
 * Reads all lines of a legend; `call` names whose it is.
 *
 * @throws TypeError that names the legend's key.
 */
export function readLegend<Line>(call: string, legend: Legend, parse: (line: string) => Line): ReadonlyMap<string, Line> {
	return new Map(Object.entries(legend).map(([key, line]) => [key, readEntry(`${call}, legend '${key}'`, key, line, parse)]));
}

function readEntry<Line>(place: string, key: string, line: unknown, parse: (line: string) => Line): Line {
	if ([...key].length !== 1 || reserved.includes(key)) {
		throw new TypeError(`${place}: expected a key of one character, and none of ${[...reserved].join(' ').trim()}`);
	}
	if (typeof line !== 'string') throw new TypeError(`${place}: expected a line of text, found ${typeof line}`);
	try {
		return parse(line);
	} catch (error) {
		if (error instanceof LineError) throw error.at(place);
		throw error instanceof RangeError ? new RangeError(`${place}: ${error.message}`) : error;
	}
}

/** Checks that each letter of a marble string has a line in the legend. */
export function requireLetters(call: string, marbles: string, legend: ReadonlyMap<string, unknown>): void {
	for (const { notification } of TestScheduler.parseMarbles(marbles, undefined, undefined, false, true)) {
		if (notification.kind !== 'N' || legend.has(notification.value)) continue;
		const known = legend.size === 0 ? 'an empty legend' : `one for ${[...legend.keys()].join(', ')}`;
		throw new TypeError(`${call}: expected a legend line for '${notification.value}' of '${marbles.trim()}', found ${known}`);
	}
}
