import type { Packet } from '../packet.js';
import { shardOf } from '../shards/shardOf.js';
import { FragmentShelf } from '../wire/fragmentShelf.js';
import { TcpDecoder } from '../wire/tcpDecoder.js';

/**
 * Finds the shard of each packet by its innermost flow. Fragments wait for the packet that completes their datagram, and
 * come right before it. What is not TCP has no shard.
 */
export class PacketSharder {
	private readonly decoder = new TcpDecoder();
	private readonly shelf = new FragmentShelf();

	constructor(private readonly shards: number) {}

	/** Hands out what belongs together, in order: a packet, or the fragments of a datagram. */
	give(packet: Packet, take: (shard: number, packets: readonly Packet[]) => void): void {
		const segment = this.decoder.decode(packet);
		if (segment === null) {
			if (this.decoder.reason === 'fragment') this.shelf.put(packet);
			return;
		}
		// A datagram that was put together lies in a block of its own.
		const fragments = segment.block === packet.block ? [] : this.shelf.take(packet, segment);
		take(shardOf(segment, this.shards), [...fragments, packet]);
	}
}
