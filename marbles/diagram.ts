/** What happened at one moment of a timeline. */
export interface TimelineEvent {
	/** Virtual time in ms. */
	readonly frame: number;
	/** One character each for what happened then, in order: letters, `|` and `#`, or `^` and `!`. */
	readonly marks: string;
}

/** One line of a diagram. */
export interface TimelineRow {
	readonly label: string;
	/** By time, with a moment no more than once. */
	readonly events: readonly TimelineEvent[];
}

/** A moment at which something happened on any row. */
interface Column {
	readonly frame: number;
	/** What each row shows there. */
	readonly cells: readonly string[];
	/** Where it starts in the text. */
	readonly offset: number;
	/** Characters that the widest cell takes. */
	readonly width: number;
	/** ms to the next column; Infinity behind the last one. */
	readonly gap: number;
	/** Written as `119s` instead of dashes; '' where dashes do. */
	readonly pause: string;
}

/** A longer silence than this many ms is written as a number. */
const DASHES_MAX = 24;

/**
 * Draws rows of events below one ruler of time, aligned, in RxJS's marble syntax: a row can be copied into a test,
 * except where a group `(ab)` is longer than the time to what follows it (the others are filled with blanks there).
 *
 * @param differing the frames to be pointed at by `^` below the rows.
 * @example
 * ```text
 * time      0 2   6   10
 * expected  s-x---(yz)(t|)
 * actual    s-x---A---(t|)
 *                 ^
 * ```
 */
export function drawTimeline(rows: readonly TimelineRow[], differing: ReadonlySet<number> = new Set()): string {
	const columns = layOut(rows);
	const labels = ['time', ...rows.map(row => row.label), ''];
	const labelWidth = Math.max(...labels.map(label => label.length)) + 2;
	const lines = [
		drawRuler(columns, differing),
		...rows.map((row, index) => drawRow(row, index, columns)),
		drawPointers(columns, differing),
	];
	const labelled = lines.map((line, index) => `${(labels[index] as string).padEnd(labelWidth)}${line}`.trimEnd());
	return labelled.filter(line => line !== '').join('\n');
}

function layOut(rows: readonly TimelineRow[]): Column[] {
	const marks = rows.map(row => new Map(row.events.map(event => [event.frame, event.marks])));
	const frames = [...new Set([0, ...marks.flatMap(row => [...row.keys()])])].sort((a, b) => a - b);
	const columns: Column[] = [];
	let offset = 0;
	for (const [index, frame] of frames.entries()) {
		const cells = marks.map(row => cellOf(row.get(frame) ?? ''));
		const width = Math.max(...cells.map(widthOf));
		const gap = (frames[index + 1] ?? Number.POSITIVE_INFINITY) - frame;
		const isLong = Number.isFinite(gap) && gap - width > DASHES_MAX;
		const pause = isLong ? ` ${printPause(gap - width)} ` : '';
		columns.push({ frame, cells, offset, width, gap, pause });
		offset += isLong ? width + pause.length : Math.max(width, Math.ceil(gap));
	}
	return columns;
}

function cellOf(marks: string): string {
	if (marks === '') return '-';
	return widthOf(marks) > 1 ? `(${marks})` : marks;
}

function drawRow(row: TimelineRow, index: number, columns: readonly Column[]): string {
	const lastFrame = row.events.at(-1)?.frame ?? Number.NEGATIVE_INFINITY;
	return columns
		.filter(column => column.frame <= lastFrame)
		.map(column => drawCell(column.cells[index] as string, column, column.frame === lastFrame))
		.join('');
}

function drawCell(cell: string, { width, gap, pause }: Column, isLast: boolean): string {
	if (isLast) return cell;
	if (pause !== '') return fill(cell, width, '-') + pause;
	return fill(fill(cell, Math.ceil(gap), '-'), width, ' ');
}

function drawRuler(columns: readonly Column[], differing: ReadonlySet<number>): string {
	const ruler: string[] = [];
	const isFree = (from: number, to: number) => ruler.slice(Math.max(from, 0), to).every(char => char === ' ' || char === undefined);
	// Where there is no room for all, the frames that differ go first.
	const byNeed = [...columns].sort((a, b) => Number(differing.has(b.frame)) - Number(differing.has(a.frame)));
	for (const { frame, offset } of byNeed) {
		const label = String(frame);
		if (!isFree(offset - 1, offset + label.length + 1)) continue;
		while (ruler.length < offset) ruler.push(' ');
		ruler.splice(offset, label.length, ...label);
	}
	return ruler.join('');
}

function drawPointers(columns: readonly Column[], differing: ReadonlySet<number>): string {
	return columns.filter(column => differing.has(column.frame)).reduce((line, column) => `${line.padEnd(column.offset)}^`, '');
}

function printPause(ms: number): string {
	return Number.isInteger(ms / 1000) ? `${ms / 1000}s` : `${ms}ms`;
}

function fill(text: string, width: number, filler: string): string {
	return text + filler.repeat(Math.max(0, width - widthOf(text)));
}

/** A letter beyond the basic plane is one column, and two in `length`. */
function widthOf(text: string): number {
	return [...text].length;
}
