import { map, type Observable } from 'rxjs';
import type { RunHelpers, TestScheduler } from 'rxjs/testing';
import { LinkType, Packet } from '../src/packet.js';
import { Timestamp } from '../src/timestamp.js';
import { frame } from './frame.js';
import { InitialNumbers } from './initialNumbers.js';
import { type Legend, readLegend, requireLetters } from './legend.js';
import { type PacketLine, parsePacketLine } from './packetLine.js';

type MarbleSource = ReturnType<RunHelpers['cold']> | ReturnType<RunHelpers['hot']>;

/** Packets at the times of a marble string; `subscriptions` is for `expectSubscriptions`. */
export type PacketSource = Observable<Packet> & Pick<MarbleSource, 'subscriptions'>;

const source = { linkType: LinkType.ethernet, id: 0, name: 'marbles' };

/**
 * Makes the packet that a line stands for.
 *
 * @param ms when it was captured, in ms, unless the line says so itself.
 * @param number its place in the capture, from 1; default 0, not counted.
 * @throws RangeError if it does not fit into a packet, or less is there than is cut off.
 * @example
 * ```ts
 * packetFromLine(parsePacketLine('C> S 0:0(0)'), 0, 1).bytes.length; // 54
 * ```
 */
export function packetFromLine(line: PacketLine, ms: number, number = 0): Packet {
	return capture(encode(line), ms, number);
}

/** A line, and its frame. */
interface Encoded {
	readonly line: PacketLine;
	readonly bytes: Uint8Array;
}

function encode(line: PacketLine): Encoded {
	const bytes = frame(line);
	if (line.cut > bytes.length) throw new RangeError(`cut: expected at most the ${bytes.length} bytes of the frame, found ${line.cut}`);
	return { line, bytes };
}

function capture({ line, bytes }: Encoded, ms: number, number: number): Packet {
	const { length } = bytes;
	return new Packet(bytes, 0, length - line.cut, length, line.timestamp ?? Timestamp.fromMs(ms), number, source);
}

/** Replaces the letters that a marble source emits by packets; the frames are made once, the packets at each emission. */
export function packetSource(call: string, letters: MarbleSource, marbles: string, legend: Legend, scheduler: TestScheduler): PacketSource {
	const lines = readLegend(call, legend, line => encode(parsePacketLine(line)));
	requireLetters(call, marbles, lines);
	const emitted = letters.messages.map(({ notification }) => (notification.kind === 'N' ? lines.get(notification.value) : undefined));
	const isns = new InitialNumbers(emitted.flatMap(encoded => encoded?.line ?? []));
	let number = 0;
	for (const [index, message] of letters.messages.entries()) {
		if (message.notification.kind !== 'N') continue;
		const place = ++number;
		const inLegend = emitted[index];
		if (inLegend === undefined) continue;
		const line = isns.absolute(inLegend.line);
		const encoded = line === inLegend.line ? inLegend : encode(line);
		message.notification = { kind: 'N', value: () => capture(encoded, scheduler.now(), place) };
	}
	const packets = (letters as Observable<unknown>).pipe(map(emit => (emit as () => Packet)()));
	return Object.assign(packets, { subscriptions: letters.subscriptions });
}
