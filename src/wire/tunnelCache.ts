import { hashTunnel, Tunnel, type TunnelKind } from '../tunnel.js';
import { i32 } from './bytes.js';

/** Beyond it they are made anew. */
const TUNNELS_MAX = 4096;

/** The tunnels that were met, so that a packet of one makes no new object. It is bounded. */
export class TunnelCache {
	private readonly byHash = new Map<number, Tunnel>();
	/** Of the ends at hand, the lower one first. */
	private readonly words = new Int32Array(8);

	/** The tunnel between the two addresses at `addressAt`, or with none of them, only by its number. */
	find(kind: TunnelKind, id: number, block: Uint8Array, addressAt: number, addressWords: number, outer: Tunnel | null): Tunnel {
		this.readEnds(block, addressAt, addressWords);
		const { words, byHash } = this;
		const count = 2 * addressWords;
		const hash = hashTunnel(kind, id, words, count, outer);
		const known = byHash.get(hash);
		if (known?.is(kind, id, words, count, outer)) return known;
		if (byHash.size === TUNNELS_MAX) byHash.clear();
		const tunnel = new Tunnel(kind, id, Array.from(words.subarray(0, count)), outer);
		byHash.set(hash, tunnel);
		return tunnel;
	}

	private readEnds(block: Uint8Array, at: number, count: number): void {
		let order = 0;
		for (let i = 0; i < count && order === 0; i++) order = (i32(block, at + 4 * i) >>> 0) - (i32(block, at + 4 * (count + i)) >>> 0);
		const [low, high] = order > 0 ? [count, 0] : [0, count];
		for (let i = 0; i < count; i++) {
			this.words[i] = i32(block, at + 4 * (low + i));
			this.words[count + i] = i32(block, at + 4 * (high + i));
		}
	}
}
