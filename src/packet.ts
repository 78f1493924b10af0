import { LinkType } from './linkType.js';
import { Timestamp } from './timestamp.js';

export { LinkType } from './linkType.js';

/** Where packets were captured: what all of them have in common. */
export interface CaptureInterface {
	/** Number in the tcpdump.org registry of link types; those of {@link LinkType} are decoded. */
	readonly linkType: number;
	/** Place in the capture, from 0; in pcapng, place in its section. 0 where the capture tells of no interfaces. */
	readonly id: number;
	/** Name of the device, where it is known. */
	readonly name?: string | undefined;
	/** What pcapng says of the device, where it does. */
	readonly description?: string | undefined;
	/** Most bytes that were kept of a packet, where that is known and there was a limit. */
	readonly snapLength?: number | undefined;
}

/** What {@link packetOf} takes. */
export interface PacketFields {
	/** The frame from its link header on. The bytes must not change after the packet was handed out. */
	readonly bytes: Uint8Array;
	/** When it was captured; a number is milliseconds since 1970. */
	readonly timestamp: Timestamp | number;
	/** Default {@link LinkType}`.ethernet`. */
	readonly linkType?: number;
	/** Bytes that the frame had on the wire. Default: as many as there are. */
	readonly originalLength?: number;
	/** Place in the capture, from 1, as Wireshark counts frames. Default 0: not counted. */
	readonly number?: number;
}

/**
 * One captured frame: bytes, link type, timestamp, original length.
 *
 * Its bytes lie in a larger block, and a view of them is only made when {@link Packet.bytes} is asked for. Nobody may
 * write to the block once the packet has been handed out: everything downstream points into it.
 */
export class Packet {
	constructor(
		/** The block that holds the frame. */
		readonly block: Uint8Array,
		/** Where the frame starts in the block. */
		readonly start: number,
		/** Where it ends in the block (exclusive). */
		readonly end: number,
		/** Bytes that the frame had on the wire; more than are here if the capture cut it. */
		readonly originalLength: number,
		readonly timestamp: Timestamp,
		/** Place in the capture, from 1, as Wireshark counts frames; 0 if nobody counted. */
		readonly number: number,
		readonly source: CaptureInterface,
	) {}

	/** The captured frame, link header first. */
	get bytes(): Uint8Array {
		return this.block.subarray(this.start, this.end);
	}

	/** Number in the tcpdump.org registry of link types. */
	get linkType(): number {
		return this.source.linkType;
	}
}

/**
 * Makes a {@link Packet} from bytes of your own, for an Observable of your own.
 *
 * @example
 * ```ts
 * const packet = packetOf({ bytes, timestamp: Date.now() });
 * ```
 */
export function packetOf(fields: PacketFields): Packet {
	const { bytes, timestamp, linkType = LinkType.ethernet, originalLength = bytes.length, number = 0 } = fields;
	const time = typeof timestamp === 'number' ? Timestamp.fromMs(timestamp) : timestamp;
	return new Packet(bytes, 0, bytes.length, originalLength, time, number, { linkType, id: 0 });
}
