import type { DrawnMoment } from './drawing.js';
import type { Mark, MarkKind, PacketLetters } from './drawingMarks.js';
import type { DrawnLine } from './drawingText.js';
import { wrapped } from './wrapped.js';

/** What the marbles mean, in the order in which a legend says it. */
const meanings: readonly (readonly [kind: MarkKind, meaning: string])[] = [
	['bytes', 'a below: bytes of packet a come out'],
	['held', '(a) held: bytes before it are missing'],
	['dropped', '× dropped'],
	['missing', '~ bytes that never came'],
	['end', '| the stream ends'],
	['flush', '! no packet: a flush, or the end'],
	['more', '… more packets than fit'],
];

/** A line for each moment, with what is to know about it beside it, or below it where there is no room. */
export function legendLines(moments: readonly DrawnMoment[], notes: readonly string[], letters: PacketLetters, width: number): DrawnLine[] {
	const times = moments.map(({ ms }) => `${ms} ms`);
	const timeWidth = Math.max(...times.map(time => time.length));
	const heads = moments.map(({ packet, text }, i) => `${letters.of(packet)}  ${(times[i] as string).padStart(timeWidth)}  ${text}`);
	const headWidth = Math.max(...heads.map(head => head.length));
	const isBeside = headWidth + 4 + Math.max(...notes.map(note => note.length)) <= width;
	const indent = ' '.repeat(timeWidth + 5);
	return moments.flatMap(({ side }, i): DrawnLine[] => {
		const [head, note] = [heads[i] as string, notes[i] as string];
		if (isBeside && note !== '') return [{ text: `${head.padEnd(headWidth)}  ← ${note}`, about: side }];
		const lines = wrapped(head, width, `${indent}  `).map(text => ({ text, about: side }));
		if (note === '') return lines;
		return [...lines, ...wrapped(`${indent}↑ ${note}`, width, `${indent}  `).map(text => ({ text, about: 'note' as const }))];
	});
}

/** What the marbles of a picture mean, of those that are in it. */
export function keyItems(marks: readonly (readonly (readonly Mark[])[])[]): (readonly [MarkKind, string])[] {
	const kinds = new Set(marks.flat(2).map(({ kind }) => kind));
	return meanings.filter(([kind]) => kinds.has(kind)).map(([kind, meaning]) => [kind, meaning]);
}

/** The same as lines of text: as many on a line as there is room for. */
export function keyLines(marks: readonly (readonly (readonly Mark[])[])[], width: number): string[] {
	const lines: string[] = [];
	for (const [, meaning] of keyItems(marks)) {
		const last = lines.at(-1);
		const longer = `${last}   ${meaning}`;
		if (last !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
		else lines.push(...wrapped(meaning, width, '  '));
	}
	return lines;
}
