import { drawTimeline, type TimelineEvent } from './diagram.js';
import { explainDifference, type Mark } from './difference.js';
import { Lettered, Letters } from './letters.js';
import { printValue } from './printValue.js';

/** What TestScheduler notes of a notification. */
interface Message {
	readonly frame: number;
	readonly notification: { readonly kind: 'N' | 'E' | 'C'; readonly value?: unknown; readonly error?: unknown };
}

/** What TestScheduler notes of a subscription; Infinity: it did not happen. */
interface Log {
	readonly subscribedFrame: number;
	readonly unsubscribedFrame: number;
}

/**
 * What TestScheduler compares by: nothing happens if both are the same, by frame, kind and {@link printValue}.
 *
 * @throws Error that shows both as diagrams below one ruler, and what the letters mean where they differ.
 */
export function assertSameMarbles(actual: unknown, expected: unknown): void {
	const both = [...(actual as unknown[]), ...(expected as unknown[])];
	if (both.every(isMessage)) compareMessages(actual as Message[], expected as Message[]);
	else compareLogs(actual as Log[], expected as Log[]);
}

function isMessage(item: unknown): boolean {
	return typeof item === 'object' && item !== null && 'notification' in item;
}

function compareMessages(actual: readonly Message[], expected: readonly Message[]): void {
	const letters = lettersOf(expected);
	const wanted = expected.map(message => markOf(message, letters));
	const got = actual.map((message, index) => markOf(message, letters, wanted[index]?.letter));
	const differing = differingFrames(got, wanted);
	if (differing.size === 0) return;
	const rows = [
		{ label: 'expected', events: eventsOf(wanted) },
		{ label: 'actual', events: eventsOf(got) },
	];
	throw mismatch('the stream is', Math.min(...differing), [
		drawTimeline(rows, differing),
		...explainDifference(
			wanted.filter(({ frame }) => differing.has(frame)),
			got.filter(({ frame }) => differing.has(frame)),
		),
	]);
}

function lettersOf(expected: readonly Message[]): Letters {
	const letters = new Letters();
	const lettered = expected.map(({ notification }) => notification.value).filter(value => value instanceof Lettered);
	for (const { letter, value } of lettered) letters.add(letter, printValue(value));
	for (const [letter, value] of Object.entries(lettered[0]?.legend ?? {})) letters.add(letter, printValue(value));
	return letters;
}

function markOf({ frame, notification }: Message, letters: Letters, preferred?: string): Mark {
	if (notification.kind === 'C') return { frame, letter: '|', text: '' };
	if (notification.kind === 'E') return { frame, letter: '#', text: printValue(notification.error) };
	const { value } = notification;
	if (value instanceof Lettered) return { frame, letter: value.letter, text: printValue(value.value) };
	const text = printValue(value);
	return { frame, letter: letters.of(text, preferred, value), text };
}

function eventsOf(marks: readonly Mark[]): TimelineEvent[] {
	const events = new Map<number, string>();
	for (const { frame, letter } of marks) events.set(frame, (events.get(frame) ?? '') + letter);
	return [...events].map(([frame, letters]) => ({ frame, marks: letters })).sort((a, b) => a.frame - b.frame);
}

/** Frames at which not the same happened in the same order. */
function differingFrames(actual: readonly Mark[], expected: readonly Mark[]): Set<number> {
	const got = contentsByFrame(actual);
	const wanted = contentsByFrame(expected);
	return new Set([...got.keys(), ...wanted.keys()].filter(frame => got.get(frame) !== wanted.get(frame)));
}

function contentsByFrame(marks: readonly Mark[]): Map<number, string> {
	const contents = new Map<number, string>();
	for (const { frame, letter, text } of marks) {
		contents.set(frame, `${contents.get(frame) ?? ''}${JSON.stringify([kindOf(letter), text])}`);
	}
	return contents;
}

function kindOf(letter: string): string {
	return letter === '|' || letter === '#' ? letter : '';
}

function compareLogs(actual: readonly Log[], expected: readonly Log[]): void {
	const rows: { label: string; events: TimelineEvent[] }[] = [];
	const differing = new Set<number>();
	for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
		const events = [eventsOfLog(expected[i]), eventsOfLog(actual[i])] as const;
		for (const frame of differingFrames(marksOf(events[1]), marksOf(events[0]))) differing.add(frame);
		rows.push({ label: `expected ${i + 1}`, events: events[0] }, { label: `actual ${i + 1}`, events: events[1] });
	}
	if (differing.size > 0) throw mismatch('the subscriptions are', Math.min(...differing), [drawTimeline(rows, differing)]);
}

function eventsOfLog(log: Log | undefined): TimelineEvent[] {
	if (log === undefined) return [];
	const { subscribedFrame, unsubscribedFrame } = log;
	if (subscribedFrame === unsubscribedFrame) return [{ frame: subscribedFrame, marks: '^!' }];
	const events = [
		{ frame: subscribedFrame, marks: '^' },
		{ frame: unsubscribedFrame, marks: '!' },
	];
	return events.filter(event => Number.isFinite(event.frame));
}

function marksOf(events: readonly TimelineEvent[]): Mark[] {
	return events.map(({ frame, marks }) => ({ frame, letter: '', text: marks }));
}

function mismatch(what: string, frame: number, parts: readonly string[]): Error {
	const body = parts.filter(part => part !== '').join('\n\n');
	return new Error(`${what} not as expected at ${frame} ms:\n\n${body.replace(/^(?=.)/gm, '  ')}\n`);
}
