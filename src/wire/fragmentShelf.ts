import { Packet } from '../packet.js';
import type { Segment } from './segment.js';

/** The same bounds as those of the fragments' datagrams. */
const WAIT_MS = 30_000;
const PACKETS_MAX = 1024;
const BYTES_MAX = 4 * 2 ** 20;
/** How far into a frame its IP header may begin, tunnels included. */
const SEARCHED_BYTES = 256;

/**
 * Keeps the packets of fragments until the one that completes their datagram comes, which tells whose they are.
 *
 * They belong to it if they have its addresses and, in IPv4, its identification. With IPv6 the addresses alone decide.
 */
export class FragmentShelf {
	private packets: Packet[] = [];
	private bytes = 0;

	put(packet: Packet): void {
		const oldest = packet.timestamp.ms - WAIT_MS;
		this.packets.push(copyOf(packet));
		this.bytes += packet.end - packet.start;
		let gone = 0;
		for (const { start, end, timestamp } of this.packets) {
			const fits = this.packets.length - gone <= PACKETS_MAX && this.bytes <= BYTES_MAX;
			if (fits && timestamp.ms >= oldest) break;
			this.bytes -= end - start;
			gone += 1;
		}
		if (gone > 0) this.packets.splice(0, gone);
	}

	/** Takes the fragments that a packet has completed to a segment out, in the order of their capture. */
	take(last: Packet, segment: Segment): Packet[] {
		const addressBytes = segment.version === 4 ? 8 : 32;
		const addresses = segment.block.subarray(segment.addressAt, segment.addressAt + addressBytes);
		const identification = identificationOf(last, addresses);
		const isOfIt = (packet: Packet) => identification !== undefined && identificationOf(packet, addresses) === identification;
		const taken = this.packets.filter(isOfIt);
		if (taken.length > 0) this.packets = this.packets.filter(packet => !isOfIt(packet));
		for (const { start, end } of taken) this.bytes -= end - start;
		return taken;
	}
}

/** In memory of its own: a fragment that waits would keep its whole block alive. */
function copyOf({ bytes, originalLength, timestamp, number, source }: Packet): Packet {
	return new Packet(bytes.slice(), 0, bytes.length, originalLength, timestamp, number, source);
}

/** What the datagrams of these addresses are told apart by; undefined if the packet has other addresses. */
function identificationOf({ block, start, end }: Packet, addresses: Uint8Array): number | undefined {
	const last = Math.min(end, start + SEARCHED_BYTES) - addresses.length;
	for (let at = start; at <= last; at++) {
		if (!addresses.every((byte, i) => block[at + i] === byte)) continue;
		if (addresses.length > 8) return 0;
		// Four words into an IPv4 header are the addresses, one word into it the identification.
		if (at >= start + 8) return (block[at - 8] as number) * 256 + (block[at - 7] as number);
	}
	return undefined;
}
