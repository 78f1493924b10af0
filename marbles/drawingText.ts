import type { Direction } from '../src/flow.js';
import { type Band, bandsOf, timesOf } from './drawingBands.js';
import { type Mark, rowLabels } from './drawingMarks.js';

/** One line of a picture that is text, and what it is about. */
export interface DrawnLine {
	readonly text: string;
	/** Whose packets or bytes it shows; `note`: it says something about a line above. */
	readonly about: Direction | 'note' | undefined;
}

const LABEL = 15;
/** What stands before and behind a band that goes on, with a dash. */
const GOES_ON = 2;

/** Draws rows of marbles as bands, no line longer than `width`. */
export function drawBands(marks: readonly (readonly (readonly Mark[])[])[], ms: readonly number[], width: number): DrawnLine[] {
	const widths = marks.map(rows => 2 + Math.max(...rows.map(row => textOf(row).length)));
	const room = width - LABEL - 2 * GOES_ON;
	const bands = bandsOf(widths, room);
	return bands.flatMap((band, i) => [
		...(i === 0 ? [] : [{ text: '', about: undefined }]),
		{ text: timeRow(band, ms, room), about: undefined },
		...rowLabels.map((label, row) => ({
			text: label.padEnd(LABEL) + drawRow(band, row, marks),
			about: label.startsWith('client') ? ('client' as const) : ('server' as const),
		})),
	]);
}

function textOf(marks: readonly Mark[]): string {
	return marks.map(({ text }) => text).join('');
}

function drawRow({ moments, isFirst, isLast }: Band, row: number, marks: readonly (readonly (readonly Mark[])[])[]): string {
	const cells = moments.map(({ index, width }) => textOf(marks[index]?.[row] ?? []).padEnd(width, '─'));
	return `${isFirst ? '' : '…─'}${cells.join('')}${isLast ? '' : '…'}`;
}

/** Numbers that would not fit into the line are left out: the legend has them all. */
function timeRow(band: Band, ms: readonly number[], room: number): string {
	const from = LABEL + (band.isFirst ? 0 : GOES_ON);
	const times = timesOf(band, ms, text => text.length, 1, room);
	return times.reduce((line, { at, text }) => line.padEnd(from + at) + text, 'ms').trimEnd();
}
