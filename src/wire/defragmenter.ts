import { Datagram } from './datagram.js';
import type { DecodeCounters } from './decodeCounters.js';
import type { Frame } from './frame.js';

/** How long a datagram waits for the rest of it, in ms of packet time: as Linux does; RFC 8200, section 4.5, says 60 s. */
const WAIT_MS = 30_000;
/** Datagrams that wait, and bytes of memory that they take together. Beyond it, the oldest are forgotten. */
const DATAGRAMS_MAX = 1024;
const BYTES_MAX = 4 * 2 ** 20;
const DATAGRAM_BYTES_MAX = 65_535;

/**
 * Puts the fragments of IP datagrams together (RFC 791, section 3.2; RFC 8200, section 4.5). It is bounded in time, number, bytes, and
 * parts of a datagram, and takes no datagram whose fragments overlap.
 */
export class Defragmenter {
	/** By addresses, protocol, identification, VLAN and tunnel, oldest first. */
	private readonly datagrams = new Map<string, Datagram>();
	private cost = 0;

	constructor(private readonly counters: DecodeCounters) {}

	/**
	 * Takes the fragment that a frame was rejected as. If it completes its datagram, the frame is turned to that.
	 *
	 * @param ms when it was captured.
	 * @returns the protocol number of what is in the datagram, or `rejected` while that is not whole.
	 */
	take(frame: Frame, ms: number): number {
		this.forgetOlderThan(ms - WAIT_MS);
		const { offset, more } = frame.fragment;
		const length = frame.end - frame.at;
		const isOdd = length === 0 || (more && length % 8 !== 0) || offset + length > DATAGRAM_BYTES_MAX;
		if (isOdd) return frame.reject('bad-header');
		if (frame.end < frame.wireEnd) return frame.reject('fragment');
		const key = keyOf(frame);
		const datagram = this.datagrams.get(key) ?? this.begin(key, ms);
		this.add(datagram, frame);
		if (datagram.refused) return frame.reject('fragment-overlap');
		if (!datagram.isWhole) return frame.reject('fragment');
		this.forget(key, datagram);
		this.counters.defragmented++;
		turnTo(frame, datagram);
		return datagram.protocol;
	}

	private begin(key: string, ms: number): Datagram {
		const datagram = new Datagram(ms);
		this.datagrams.set(key, datagram);
		this.cost += datagram.cost;
		return datagram;
	}

	private add(datagram: Datagram, { block, at, end, fragment }: Frame): void {
		if (datagram.refused) return;
		this.cost -= datagram.cost;
		datagram.add({ offset: fragment.offset, bytes: block.subarray(at, end) }, !fragment.more, fragment.protocol);
		this.cost += datagram.cost;
		if (datagram.refused) this.counters.fragmentsRefused++;
		if (!datagram.isWhole) this.keepWithinLimits();
	}

	private keepWithinLimits(): void {
		for (const [key, datagram] of this.datagrams) {
			if (this.datagrams.size <= DATAGRAMS_MAX && this.cost <= BYTES_MAX) return;
			this.forget(key, datagram);
			if (!datagram.refused) this.counters.fragmentsEvicted++;
		}
	}

	private forgetOlderThan(limit: number): void {
		for (const [key, datagram] of this.datagrams) {
			if (datagram.since >= limit) return;
			this.forget(key, datagram);
			if (!datagram.refused) this.counters.fragmentsExpired++;
		}
	}

	private forget(key: string, datagram: Datagram): void {
		this.datagrams.delete(key);
		this.cost -= datagram.cost;
	}
}

const addressBytesOf = (frame: Frame): number => (frame.version === 4 ? 8 : 32);

/** IPv6 has no protocol in its key, since only the first fragment knows it (RFC 8200, section 4.5). */
function keyOf(frame: Frame): string {
	const { block, addressAt, vlan, tunnel, version, fragment } = frame;
	const addresses = block.subarray(addressAt, addressAt + addressBytesOf(frame)).join('.');
	return `${addresses} ${vlan} ${fragment.identification} ${version === 4 ? fragment.protocol : ''} ${tunnel ?? ''}`;
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
