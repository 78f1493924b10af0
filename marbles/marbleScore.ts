/** What comes at one moment, on two rows: one packet, and the chunks that it makes. */
export interface Moment {
	/** When, in ms; the place of a moment is never before the end of the one before. */
	readonly ms: number;
	readonly above: readonly string[];
	readonly below: readonly string[];
}

/** Two marble strings, aligned, and the frames at which the moments are. */
export interface Score {
	readonly above: string;
	readonly below: string;
	readonly frames: readonly number[];
}

/** A longer silence than this many ms is written as a number. */
const DASHES_MAX = 24;

/** Writes moments as marbles of `TestScheduler.run`: a group takes as many ms as it has characters, so what follows may come later. */
export function writeScore(moments: readonly Moment[]): Score {
	let above = '';
	let below = '';
	let free = 0;
	const frames = moments.map(moment => {
		const frame = Math.max(free, moment.ms);
		const silence = silenceOf(frame - free);
		const cells = [cellOf(moment.above), cellOf(moment.below)] as const;
		const width = Math.max(...cells.map(cell => [...cell].length));
		const [upper, lower] = cells.map(cell => cell + '-'.repeat(width - [...cell].length)) as [string, string];
		above += silence + upper;
		below += silence + lower;
		free = frame + width;
		return frame;
	});
	return { above: above.trim(), below: below.trim(), frames };
}

function silenceOf(ms: number): string {
	if (ms <= DASHES_MAX) return '-'.repeat(ms);
	return ms % 1000 === 0 ? ` ${ms / 1000}s ` : ` ${ms}ms `;
}

function cellOf(marks: readonly string[]): string {
	if (marks.length === 0) return '-';
	return marks.length === 1 ? (marks[0] as string) : `(${marks.join('')})`;
}
