import type { AnomalyKind } from '../src/assembly/anomaly.js';
import type { CloseReason } from '../src/assembly/closeReason.js';
import type { DrawnChunk, DrawnMoment } from './drawing.js';
import { deliveredBytes, type PacketLetters, promptBytes } from './drawingMarks.js';

/** Letters that a note names at most. */
const LETTERS_MAX = 8;

const anomalyWords: Readonly<Record<AnomalyKind, string>> = {
	'overlap-conflict': 'other bytes than before for the same place',
	'data-after-fin': 'bytes behind the FIN',
	'data-after-close': 'the stream has ended',
	'late-data': 'too late: the stream is beyond it',
	'far-segment': 'too far ahead',
	'fin-out-of-window': 'a FIN from before, ignored',
	'rst-in-window': 'a RST that is not exactly next, ignored',
	'rst-out-of-window': 'a RST from elsewhere, ignored',
	'syn-with-other-isn': 'another initial sequence number, ignored',
};

const endWords: Readonly<Record<CloseReason, string>> = {
	fin: 'over (FIN)',
	rst: 'cut off (RST)',
	idle: 'given up, as nothing came for too long',
	evicted: 'given up, as room was needed',
	reused: 'over, as its ports are used again',
	eof: 'still open',
};

/** What a newcomer should know about each moment; '' for nothing. */
export function notesOf(moments: readonly DrawnMoment[], letters: PacketLetters): string[] {
	const delivered = deliveredBytes(moments);
	const outAt = new Map<number, number>();
	for (const [index, { chunks }] of moments.entries()) {
		for (const { packet, length } of chunks) if (length > 0) outAt.set(packet, index);
	}
	return moments.map(moment => {
		const out = delivered.get(moment.packet) ?? 0;
		const until = moments[outAt.get(moment.packet) ?? -1];
		const parts = moment.packet === 0 ? [] : [...repetition(moment, out), ...holding(moment, out, until, letters), ...loss(moment, out)];
		return [...parts, ...release(moment, letters), ...anomalies(moment), ...endings(moment.chunks)].join('; ');
	});
}

function repetition({ bytes, repeated, repeatsControl }: DrawnMoment, out: number): string[] {
	if (bytes === 0) return repeatsControl ? ['sent again'] : [];
	if (repeated === 0) return [];
	if (repeated < bytes) return [`${repeated} of its ${counted(bytes)} were sent before`];
	return [out === 0 ? 'sent again: nothing new, so dropped' : `sent again, and ${out === bytes ? 'used' : `${counted(out)} of it used`}`];
}

/** What waited; `until` is the moment at which the last of it came out. */
function holding(moment: DrawnMoment, out: number, until: DrawnMoment | undefined, letters: PacketLetters): string[] {
	const held = out - promptBytes(moment);
	if (held === 0 || until === undefined) return [];
	const what = held < moment.bytes ? `${held} of its ${counted(moment.bytes)} held` : 'held';
	const when = until.packet > 0 ? letters.of(until.packet) : until.what === 'flush' ? 'the flush' : 'the end';
	return [`${what} until ${when}: ${moment.syn ? 'it came with the SYN' : 'bytes before it are missing'}`];
}

/** What neither came out nor had been sent before. */
function loss({ bytes, repeated }: DrawnMoment, out: number): string[] {
	const lost = bytes - repeated - out;
	if (lost <= 0) return [];
	return [lost === bytes ? 'dropped' : `${counted(lost)} dropped`];
}

function release(moment: DrawnMoment, letters: PacketLetters): string[] {
	const { packet, chunks } = moment;
	const freed = [...new Set(chunks.filter(chunk => chunk.packet !== packet && chunk.length > 0).map(chunk => letters.of(chunk.packet)))];
	const skips = chunks
		.filter(({ skip }) => skip !== 0)
		.map(({ skip, side }) => (skip < 0 ? `the start of the ${side} was not seen` : `${counted(skip)} of the ${side} never came`));
	return freed.length === 0 ? skips : [...skips, released(moment, freed, skips.length > 0)];
}

function released(moment: DrawnMoment, letters: readonly string[], isSkip: boolean): string {
	const { length } = letters;
	const named = length > LETTERS_MAX ? `${letters.slice(0, LETTERS_MAX).join(' ')} and ${length - LETTERS_MAX} more` : letters.join(' ');
	if (isSkip || moment.packet === 0) return `${named} ${length === 1 ? 'comes' : 'come'} out`;
	return promptBytes(moment) > 0 ? `fills the hole: ${named} can come out too` : `lets ${named} come out`;
}

function anomalies({ anomalies: kinds }: DrawnMoment): string[] {
	return [...new Set(kinds)].map(kind => anomalyWords[kind]);
}

function endings(chunks: readonly DrawnChunk[]): string[] {
	const [first, second, ...more] = chunks.filter(({ closed }) => closed !== undefined);
	if (first !== undefined && first.closed === second?.closed && more.length === 0)
		return [`both streams: ${endWords[first.closed as CloseReason]}`];
	return chunks.flatMap(({ side, closed }) => (closed === undefined ? [] : [`${side} stream: ${endWords[closed]}`]));
}

function counted(bytes: number): string {
	return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
