import { distance } from './sequence.js';

/** More than any sender has under way; more would only be of use to who wants to fill memory. */
const MARKS_MAX = 64;

/** Where the urgent bytes of a flow are that are still to come, and that nobody wants (RFC 6093). */
export class UrgentMarks {
	private marks: number[] = [];

	get isEmpty(): boolean {
		return this.marks.length === 0;
	}

	add(sequence: number): void {
		if (!this.marks.includes(sequence) && this.marks.length < MARKS_MAX) this.marks.push(sequence);
	}

	/** Takes the first mark from `start` to `end` (exclusive), and forgets those before it. */
	takeIn(start: number, end: number): number | undefined {
		this.marks = this.marks.filter(mark => distance(start, mark) >= 0);
		const within = this.marks.filter(mark => distance(mark, end) > 0);
		if (within.length === 0) return undefined;
		const first = within.reduce((a, b) => (distance(a, b) < 0 ? b : a));
		this.marks = this.marks.filter(mark => mark !== first);
		return first;
	}
}
