import { excerpt } from './excerpt.js';

/** A notification as it is compared and drawn. */
export interface Mark {
	readonly frame: number;
	readonly letter: string;
	/** What it is; '' for the end. */
	readonly text: string;
}

/** Lines of each kind that are explained at most. */
const LINES_MAX = 50;

/**
 * Says of the marks that differ what they are, in up to two parts: what was only expected, or only came, the two below one
 * another where they belong together, with a `^` where they begin to differ; and what is in both, but elsewhere.
 */
export function explainDifference(expected: readonly Mark[], actual: readonly Mark[]): string[] {
	const same = matches(expected, actual);
	const wanted = expected.filter(mark => mark.text !== '' && !same.has(mark));
	const came = new Set(same.values());
	const got = actual.filter(mark => mark.text !== '' && !came.has(mark));
	const changed = new Set([...wanted, ...got].map(({ frame }) => frame));
	const texts = [...expected, ...actual].map(({ text }) => text);
	const moved = [...same].flatMap(([{ letter, text, frame }, other]) => {
		if (text === '' || (frame === other.frame && changed.has(frame))) return [];
		const where = frame === other.frame ? `at ${frame} ms, in another order` : `at ${other.frame} ms, not at ${frame}`;
		return [`  ${letter} = ${excerpt(text, texts)}  ${where}`];
	});
	return [
		titled('- expected, + actual', distinct(pairs(wanted.slice(0, LINES_MAX), got).map(pairLines)), Math.max(0, wanted.length - LINES_MAX)),
		titled('as expected, but elsewhere', distinct(moved), 0),
	].filter(part => part !== '');
}

/** Each expected mark with the one that came for it: one of the same text, at the same moment if there is one. */
function matches(expected: readonly Mark[], actual: readonly Mark[]): Map<Mark, Mark> {
	const left = new Map<string, Mark[]>();
	for (const mark of actual) {
		const others = left.get(mark.text);
		if (others === undefined) left.set(mark.text, [mark]);
		else others.push(mark);
	}
	const same = new Map<Mark, Mark>();
	for (const isNear of [true, false]) {
		for (const mark of expected) {
			if (same.has(mark)) continue;
			const others = left.get(mark.text) ?? [];
			const at = isNear ? others.findIndex(({ frame }) => frame === mark.frame) : 0;
			const other = others[at];
			if (other === undefined) continue;
			same.set(mark, other);
			others.splice(at, 1);
		}
	}
	return same;
}

const distinct = (lines: readonly string[]) => [...new Set(lines)];

type Pair = readonly [expected: Mark | undefined, actual: Mark | undefined];

/** What stands for one another: of one sender, which is the first word, and of one moment if there is one; else of one moment alone. */
function pairs(expected: readonly Mark[], actual: readonly Mark[]): Pair[] {
	const left = new Set(actual);
	const paired = expected.map((mark): Pair => {
		const near = [...left].filter(({ frame }) => frame === mark.frame);
		const isOfSender = ({ text }: Mark) => firstWord(text) === firstWord(mark.text);
		const other = near.find(isOfSender) ?? near[0] ?? [...left].find(isOfSender);
		if (other !== undefined) left.delete(other);
		return [mark, other];
	});
	return [...paired, ...[...left].map((mark): Pair => [undefined, mark])];
}

function firstWord(text: string): string {
	return text.split(' ', 1)[0] as string;
}

function pairLines([expected, actual]: Pair): string {
	const others = [expected, actual].flatMap(mark => (mark === undefined ? [] : [mark.text]));
	const [a, b] = [expected, actual].map(mark => (mark === undefined ? undefined : excerpt(mark.text, others)));
	const lines = [
		...(expected === undefined ? [] : [`- ${expected.letter} = ${a}`]),
		...(actual === undefined ? [] : [`+ ${actual.letter} = ${b}`]),
	];
	if (a === undefined || b === undefined) return lines.join('\n');
	let at = 0;
	while (at < a.length && a[at] === b[at]) at++;
	return [...lines, `${' '.repeat('- X = '.length + at)}^`].join('\n');
}

/** @param more lines that there are beside these. */
function titled(title: string, lines: readonly string[], more: number): string {
	if (lines.length === 0) return '';
	const hidden = more + Math.max(0, lines.length - LINES_MAX);
	return [title, ...lines.slice(0, LINES_MAX), ...(hidden > 0 ? [`  … and ${hidden} more`] : [])].join('\n');
}
