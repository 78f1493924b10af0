import type { Direction } from '../src/flow.js';
import type { DrawnChunk, DrawnMoment } from './drawing.js';
import { KeyGiver } from './keyGiver.js';

/** What one marble of a picture says. */
export type MarkKind = 'packet' | 'bytes' | 'held' | 'dropped' | 'missing' | 'end' | 'flush' | 'more';

/** One marble of a picture. */
export interface Mark {
	readonly kind: MarkKind;
	/** As it stands in a text: a letter, or `(c)` `×` `~` `|` `!` `…`. */
	readonly text: string;
	/** The packet that it is about, from 1; 0 for none. */
	readonly packet: number;
}

/** The rows of a picture, from above. */
export const rowLabels = ['client sends', 'server sends', 'client stream', 'server stream'] as const;
/** What lies between the row of packets of a side and that of its stream. */
export const STREAM_BELOW = 2;

const sides = ['client', 'server'] as const;
/** Marbles that one cell shows at most. */
const MARKS_MAX = 10;

/** The letters of the packets of a picture, and of its moments. */
export class PacketLetters {
	private readonly letters: ReadonlyMap<number, string>;

	constructor(moments: readonly DrawnMoment[]) {
		const keys = new KeyGiver('packets');
		const packets = moments.filter(({ packet }) => packet > 0);
		this.letters = new Map(packets.map(({ packet }) => [packet, keys.of(String(packet))]));
	}

	of(packet: number): string {
		return this.letters.get(packet) ?? '!';
	}
}

/** What stands at each moment on each of the four rows. */
export function marksOf(moments: readonly DrawnMoment[], letters: PacketLetters): Mark[][][] {
	const delivered = deliveredBytes(moments);
	return moments.map(moment => [
		...sides.map(side => sentMarks(moment, side, letters)),
		...sides.map(side => fewer(streamMarks(moment, side, letters, delivered))),
	]);
}

/** Bytes of each packet that came out, some time. */
export function deliveredBytes(moments: readonly DrawnMoment[]): ReadonlyMap<number, number> {
	const bytes = new Map<number, number>();
	for (const { packet, length } of moments.flatMap(({ chunks }) => chunks)) bytes.set(packet, (bytes.get(packet) ?? 0) + length);
	return bytes;
}

/** Bytes of a moment's own packet that came out at once. */
export function promptBytes({ packet, chunks }: DrawnMoment): number {
	return chunks.filter(chunk => chunk.packet === packet).reduce((sum, { length }) => sum + length, 0);
}

function sentMarks({ packet, side: sender }: DrawnMoment, side: Direction, letters: PacketLetters): Mark[] {
	if (sender === undefined) return [{ kind: 'flush', text: '!', packet: 0 }];
	return sender === side ? [{ kind: 'packet', text: letters.of(packet), packet }] : [];
}

function streamMarks(moment: DrawnMoment, side: Direction, letters: PacketLetters, delivered: ReadonlyMap<number, number>): Mark[] {
	const marks = moment.chunks.filter(chunk => chunk.side === side).flatMap((chunk, i, all) => chunkMarks(chunk, all[i - 1], letters));
	if (moment.side !== side || moment.bytes === 0) return marks;
	const { packet } = moment;
	const all = delivered.get(packet) ?? 0;
	if (all > promptBytes(moment)) return [...marks, { kind: 'held', text: `(${letters.of(packet)})`, packet }];
	return all === 0 ? [{ kind: 'dropped', text: '×', packet }, ...marks] : marks;
}

function chunkMarks({ packet, skip, length, closed }: DrawnChunk, before: DrawnChunk | undefined, letters: PacketLetters): Mark[] {
	const marks: Mark[] = [];
	if (skip !== 0) marks.push({ kind: 'missing', text: '~', packet: 0 });
	// A packet may come out in pieces.
	const goesOn = skip === 0 && before?.packet === packet && before.length > 0;
	if (packet > 0 && !goesOn && (length > 0 || closed === undefined)) marks.push({ kind: 'bytes', text: letters.of(packet), packet });
	// At the end of what is drawn a stream may well go on.
	if (closed !== undefined && closed !== 'eof') marks.push({ kind: 'end', text: '|', packet });
	return marks;
}

/** The first ones and the last ones. */
function fewer(marks: readonly Mark[]): Mark[] {
	if (marks.length <= MARKS_MAX) return [...marks];
	const half = MARKS_MAX / 2;
	return [...marks.slice(0, half), { kind: 'more', text: '…', packet: 0 }, ...marks.slice(1 - half)];
}
