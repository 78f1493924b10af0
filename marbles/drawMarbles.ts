import {
	type Checks,
	checkArgument,
	checkOptions,
	either,
	instanceOf,
	milliseconds,
	nonEmptyText,
	oneOf,
	wholeNumberBetween,
	wholeNumberTo,
} from '../src/codec.js';
import { Flow } from '../src/flow.js';
import type { Packet } from '../src/packet.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import { ConnectionRecord } from './connectionRecord.js';
import { pictureOf, textLines } from './drawingPicture.js';
import { drawSvg } from './drawingSvg.js';
import { KEYS_MAX } from './keyGiver.js';

/** What a picture is to show. */
export interface DrawMarblesOptions {
	/** Age at which waiting for missing bytes stops, in ms of packet time. Default: only at the end. */
	readonly flushOlderThanMs?: number | undefined;
	/** Packets that are drawn, the first ones. Default 60. */
	readonly maxPackets?: number | undefined;
	/** Columns: no line is longer, the line of time is broken into bands; in SVG, where a column is 8 pixels, likewise. 40 to 10,000, default 80. */
	readonly width?: number | undefined;
	/** Text for a terminal, or an SVG image. Default `'text'`. */
	readonly format?: 'text' | 'svg' | undefined;
}

const checks: Checks<DrawMarblesOptions> = {
	flushOlderThanMs: milliseconds,
	maxPackets: wholeNumberTo(KEYS_MAX),
	width: wholeNumberBetween(40, 10_000),
	format: oneOf('text', 'svg'),
};
/** Bytes of payload that are kept for a picture. */
export const DRAWN_BYTES_MAX = 2 ** 20;

/**
 * Draws what became of one connection as text or as SVG: its packets above, the chunks that come out below, on one line of
 * time, with a legend that tells of each packet what it was, and whether it was held, filled a hole, or was sent again.
 *
 * A packet has the same letter above, and below where its bytes come out; `(c)` is held, `×` dropped, `~` are bytes that
 * never came, `|` is the end of a stream, `!` a flush or the end of what is drawn. A line of time that is too long for `width` is broken into bands:
 * `…` stands where it goes on. Bytes are printed as visible ASCII, whatever they are. A segment that is longer than a datagram is
 * drawn as the ones that a network card makes of it. What is beyond the limits, or 1 MiB of payload, is counted in a last line.
 *
 * @param which a flow of the connection, either direction, or its text, as in `'10.0.0.1:1234->10.0.0.2:80'`.
 * @throws TypeError if an argument is wrong.
 * @throws Error if there is no packet of the flow; it names flows that there are.
 * @example
 * ```ts
 * console.log(drawMarbles(frames, flow, { maxPackets: 20, width: 120 }));
 * ```
 */
export function drawMarbles(packets: Iterable<Packet>, which: Flow | string, options: DrawMarblesOptions = {}): string {
	checkArgument('drawMarbles', 'which', either(instanceOf(Flow, 'a Flow'), nonEmptyText), which);
	const { flushOlderThanMs, maxPackets = 60, width = 80, format = 'text' } = checkOptions('drawMarbles', checks, options);
	const record = new ConnectionRecord('drawMarbles', which, maxPackets, DRAWN_BYTES_MAX);
	const decoder = new TcpDecoder();
	for (const packet of packets) {
		const segment = decoder.decode(packet);
		if (segment !== null) record.add(segment);
	}
	const picture = pictureOf(record, { flushMs: flushOlderThanMs });
	if (format === 'svg') return drawSvg([picture], width);
	return textLines(picture, width)
		.map(({ text }) => text)
		.join('\n');
}
