import { type Frame, rejected } from './frame.js';

/** How long a datagram waits for the rest of it, in ms of packet time: as Linux does; RFC 8200, section 4.5, says 60 s. */
const WAIT_MS = 30_000;
/** Datagrams that wait, and bytes that they hold together. Beyond it, the oldest are forgotten. */
const DATAGRAMS_MAX = 1024;
const BYTES_MAX = 4 * 2 ** 20;
const DATAGRAM_BYTES_MAX = 65_535;

/** A piece of a datagram: where it belongs, and a copy of its bytes. */
interface Part {
	readonly offset: number;
	readonly bytes: Uint8Array;
}

const endOf = ({ offset, bytes }: Part): number => offset + bytes.length;

/** What has come of one datagram. */
class Datagram {
	readonly parts: Part[] = [];
	held = 0;
	/** How long it is, once its last part has come. */
	length = Number.POSITIVE_INFINITY;
	/** The protocol of what is in it, once its first part has come. */
	protocol = rejected as number;
	/** It contradicts itself: nothing more is taken. */
	refused = false;

	constructor(readonly since: number) {}

	get isWhole(): boolean {
		return this.held === this.length;
	}

	/** Adds a part; what overlaps another, but for an exact repetition, refuses the datagram (RFC 5722). */
	add(part: Part, isLast: boolean, protocol: number): void {
		const overlapped = this.parts.filter(({ offset, bytes }) => offset < endOf(part) && part.offset < offset + bytes.length);
		if (overlapped.some(other => isSame(other, part))) return;
		const reach = Math.max(...this.parts.map(endOf), 0);
		if (overlapped.length > 0 || endOf(part) > this.length || (isLast && endOf(part) < reach)) {
			this.refuse();
			return;
		}
		this.parts.push(part);
		this.held += part.bytes.length;
		if (isLast) this.length = endOf(part);
		if (part.offset === 0) this.protocol = protocol;
	}

	private refuse(): void {
		this.refused = true;
		this.parts.length = 0;
		this.held = 0;
	}
}

function isSame(a: Part, b: Part): boolean {
	return a.offset === b.offset && a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i]);
}

/**
 * Puts the fragments of IP datagrams together (RFC 791, section 3.2; RFC 8200, section 4.5). It is bounded in time, number and bytes, and
 * takes no datagram whose fragments overlap.
 */
export class Defragmenter {
	/** By addresses, protocol and identification, oldest first. */
	private readonly datagrams = new Map<string, Datagram>();
	private held = 0;

	/**
	 * Takes the fragment that a frame was rejected as. If it completes its datagram, the frame is turned to that.
	 *
	 * @param ms when it was captured.
	 * @returns the protocol number of what is in the datagram, or `rejected` while that is not whole.
	 */
	take(frame: Frame, ms: number): number {
		this.forgetOlderThan(ms - WAIT_MS);
		const { offset, more, protocol } = frame.fragment;
		const length = frame.end - frame.at;
		const isOdd = length === 0 || (more && length % 8 !== 0) || offset + length > DATAGRAM_BYTES_MAX;
		if (isOdd) return frame.reject('bad-header');
		if (frame.end < frame.wireEnd) return frame.reject('fragment');
		const key = keyOf(frame);
		const datagram = this.datagrams.get(key) ?? new Datagram(ms);
		this.datagrams.set(key, datagram);
		this.held -= datagram.held;
		if (!datagram.refused) datagram.add({ offset, bytes: new Uint8Array(frame.block.subarray(frame.at, frame.end)) }, !more, protocol);
		this.held += datagram.held;
		if (!datagram.isWhole) {
			this.keepWithinLimits();
			return frame.reject('fragment');
		}
		this.forget(key, datagram);
		turnTo(frame, datagram);
		return datagram.protocol;
	}

	private keepWithinLimits(): void {
		for (const [key, datagram] of this.datagrams) {
			if (this.datagrams.size <= DATAGRAMS_MAX && this.held <= BYTES_MAX) return;
			this.forget(key, datagram);
		}
	}

	private forgetOlderThan(limit: number): void {
		for (const [key, datagram] of this.datagrams) {
			if (datagram.since >= limit) return;
			this.forget(key, datagram);
		}
	}

	private forget(key: string, datagram: Datagram): void {
		this.datagrams.delete(key);
		this.held -= datagram.held;
	}
}

const addressBytesOf = (frame: Frame): number => (frame.version === 4 ? 8 : 32);

/** IPv6 has no protocol in its key, since only the first fragment knows it (RFC 8200, section 4.5). */
function keyOf(frame: Frame): string {
	const { block, addressAt, vlan, version, fragment } = frame;
	const addresses = block.subarray(addressAt, addressAt + addressBytesOf(frame)).join('.');
	return `${addresses} ${vlan} ${fragment.identification} ${version === 4 ? fragment.protocol : ''}`;
}

/** A block of its own for a datagram: the addresses, and behind them what was in its parts. */
function turnTo(frame: Frame, { parts, length }: Datagram): void {
	const addressBytes = addressBytesOf(frame);
	const block = new Uint8Array(addressBytes + length);
	block.set(frame.block.subarray(frame.addressAt, frame.addressAt + addressBytes));
	for (const { offset, bytes } of parts) block.set(bytes, addressBytes + offset);
	frame.block = block;
	frame.addressAt = 0;
	frame.at = addressBytes;
	frame.end = block.length;
	frame.wireEnd = block.length;
}
