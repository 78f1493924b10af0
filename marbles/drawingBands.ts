/** A part of a time line that lies below the one before it: which moments it has, and where each begins. */
export interface Band {
	readonly moments: readonly BandMoment[];
	readonly isFirst: boolean;
	readonly isLast: boolean;
}

/** One column of a band. */
export interface BandMoment {
	/** Its place among all moments. */
	readonly index: number;
	/** Where it begins in its band. */
	readonly at: number;
	readonly width: number;
}

/** Breaks columns into bands, none wider than there is room; a column that is wider has a band of its own. */
export function bandsOf(widths: readonly number[], room: number): Band[] {
	const bands: BandMoment[][] = [[]];
	let at = 0;
	for (const [index, width] of widths.entries()) {
		if (at > 0 && at + width > room) {
			bands.push([]);
			at = 0;
		}
		bands.at(-1)?.push({ index, at, width });
		at += width;
	}
	return bands.map((moments, i) => ({ moments, isFirst: i === 0, isLast: i === bands.length - 1 }));
}

/** The times that have room above a band, each where it stands, `gap` behind the one before it. */
export function timesOf(
	{ moments }: Band,
	ms: readonly number[],
	widthOf: (text: string) => number,
	gap: number,
	room: number,
): { readonly at: number; readonly text: string }[] {
	const times: { at: number; text: string }[] = [];
	let free = 0;
	let before: number | undefined;
	for (const { index, at } of moments) {
		const time = ms[index] as number;
		const end = at + widthOf(String(time));
		if (at < free || end > room || time === before) continue;
		before = time;
		times.push({ at, text: String(time) });
		free = end + gap;
	}
	return times;
}
