import {
	type Checks,
	checkArgument,
	checkOptions,
	either,
	instanceOf,
	milliseconds,
	nonEmptyText,
	oneOf,
	wholeNumberTo,
} from '../src/codec.js';
import { Flow } from '../src/flow.js';
import type { Packet } from '../src/packet.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import { ConnectionRecord } from './connectionRecord.js';
import { type DrawnMoment, explain, momentsOf } from './drawing.js';
import { drawSvg, rowLabels } from './drawingSvg.js';
import { KEYS_MAX, KeyGiver } from './keyGiver.js';

/** What a picture is to show. */
export interface DrawMarblesOptions {
	/** Age at which waiting for missing bytes stops, in ms of packet time. Default: only at the end. */
	readonly flushOlderThanMs?: number | undefined;
	/** Packets that are drawn, the first ones. Default 60. */
	readonly maxPackets?: number | undefined;
	/** Text for a terminal, or an SVG image. Default `'text'`. */
	readonly format?: 'text' | 'svg' | undefined;
}

const checks: Checks<DrawMarblesOptions> = {
	flushOlderThanMs: milliseconds,
	maxPackets: wholeNumberTo(KEYS_MAX),
	format: oneOf('text', 'svg'),
};
const BYTES_MAX = 2 ** 20;

/**
 * Draws what became of one connection as text or as SVG: its packets above, the chunks that come out below, on one line of time,
 * with a legend that tells of each packet what it was, and whether it was held, filled a hole, or was sent again.
 *
 * A packet and the chunk of its bytes have the same letter; `_` is a chunk without bytes, `!` a flush or the end, `~` a hole that was skipped.
 *
 * @throws Error if there is no packet of the flow.
 * @example
 * ```ts
 * console.log(drawMarbles(frames, flow, { maxPackets: 20 }));
 * ```
 */
export function drawMarbles(packets: Iterable<Packet>, which: Flow | string, options: DrawMarblesOptions = {}): string {
	checkArgument('drawMarbles', 'which', either(instanceOf(Flow, 'a Flow'), nonEmptyText), which);
	const { flushOlderThanMs, maxPackets = 60, format = 'text' } = checkOptions('drawMarbles', checks, options);
	const record = new ConnectionRecord(which, maxPackets, BYTES_MAX);
	const decoder = new TcpDecoder();
	for (const packet of packets) {
		const segment = decoder.decode(packet);
		if (segment !== null) record.add(segment);
	}
	const { flow, packets: recorded } = record.result();
	const moments = momentsOf(recorded, flushOlderThanMs);
	const title = `client ${flow.source}, server ${flow.destination}`;
	const more = record.leftOut > 0 ? [`… ${record.leftOut} more packets are not drawn`] : [];
	if (format === 'svg') return drawSvg(title, cellsOf(moments), [...legend(moments), ...more]);
	return [title, '', ...drawRows(cellsOf(moments)), '', ...legend(moments), ...more].join('\n');
}

/** What stands at each moment on each row. */
function cellsOf(moments: readonly DrawnMoment[]): string[][] {
	const keys = new KeyGiver('packets');
	const letters = new Map(moments.filter(({ packet }) => packet > 0).map(({ packet }) => [packet, keys.of(String(packet))]));
	const sides = ['client', 'server'] as const;
	return moments.map(moment => [
		...sides.map(side => (moment.direction === side ? (letters.get(moment.packet) ?? '?') : moment.direction === undefined ? '!' : '─')),
		...sides.map(side =>
			moment.chunks
				.filter(({ direction }) => direction === side)
				.map(({ skip, packet }) => `${skip === 0 ? '' : '~'}${letters.get(packet) ?? '_'}`)
				.join(''),
		),
	]);
}

function drawRows(cells: readonly (readonly string[])[]): string[] {
	const widths = cells.map(row => 2 + Math.max(...row.map(cell => cell.length)));
	return rowLabels.map(
		(label, row) => `${label.padEnd(13)}  ${cells.map((cell, i) => (cell[row] ?? '').padEnd(widths[i] as number, '─')).join('')}`,
	);
}

function legend(moments: readonly DrawnMoment[]): string[] {
	const keys = new KeyGiver('packets');
	return moments.map(moment => {
		const letter = moment.packet > 0 ? keys.of(String(moment.packet)) : '!';
		const note = explain(moment, moments);
		return `${letter} ${`${moment.ms} ms`.padStart(9)}  ${moment.text.padEnd(40)}${note === '' ? '' : `  ← ${note}`}`.trimEnd();
	});
}
