import type { ConnectionRecord } from './connectionRecord.js';
import { type DrawnMoment, type DrawSettings, momentsOf } from './drawing.js';
import { keyLines, legendLines } from './drawingLegend.js';
import { type Mark, marksOf, PacketLetters } from './drawingMarks.js';
import { notesOf } from './drawingNotes.js';
import { type DrawnLine, drawBands } from './drawingText.js';
import { wrapped } from './wrapped.js';

/** All that a picture shows of one connection, as text or as an image. */
export interface Picture {
	readonly title: string;
	readonly moments: readonly DrawnMoment[];
	readonly letters: PacketLetters;
	/** By moment, then by row. */
	readonly marks: readonly (readonly (readonly Mark[])[])[];
	/** By moment. */
	readonly notes: readonly string[];
	/** What is left out; '' for nothing. */
	readonly rest: string;
}

/** @throws Error if there is nothing of the connection. */
export function pictureOf(record: ConnectionRecord, settings: DrawSettings): Picture {
	const { flow, packets } = record.result();
	const moments = momentsOf(packets, settings);
	const letters = new PacketLetters(moments);
	const rest = record.leftOut === 0 ? '' : `… ${record.leftOut} more ${record.leftOut === 1 ? 'packet is' : 'packets are'} not drawn`;
	return {
		title: `client ${flow.source}, server ${flow.destination}`,
		moments,
		letters,
		marks: marksOf(moments, letters),
		notes: notesOf(moments, letters),
		rest,
	};
}

/** The picture as lines of text, none longer than `width`. */
export function textLines(picture: Picture, width: number): DrawnLine[] {
	const { title, moments, letters, marks, notes, rest } = picture;
	const plain = (text: string): DrawnLine => ({ text, about: undefined });
	const times = moments.map(({ ms }) => ms);
	return [
		...wrapped(title, width, '  ').map(plain),
		plain(''),
		...drawBands(marks, times, width),
		plain(''),
		...legendLines(moments, notes, letters, width),
		...(rest === '' ? [] : [plain(rest)]),
		plain(''),
		...keyLines(marks, width).map(plain),
	];
}
