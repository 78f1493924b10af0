import { u16 } from '../wire/bytes.js';
import type { Segment } from '../wire/segment.js';

/** So many shards there may be. */
export const SHARDS_MAX = 1024;

/**
 * The shard of a segment, 0 to `shards - 1`: the same for both directions of a connection.
 *
 * Each end is hashed by itself, and the sum does not know who is the source. There is no seed, so that a run can be repeated
 * shard by shard. Who chooses addresses that all fall on one shard gets the speed of one thread; the tables of flows, where
 * he could do more, have seeds of their own. VLANs and tunnels do not count, as `reassemble` may be
 * told to leave them out.
 */
export function shardOf(segment: Segment, shards: number): number {
	const { block, headerAt, version } = segment;
	const half = version === 4 ? 1 : 4;
	let source = u16(block, headerAt);
	let destination = u16(block, headerAt + 2);
	for (let i = 0; i < half; i++) {
		source = mix(source, segment.addressWord(i));
		destination = mix(destination, segment.addressWord(half + i));
	}
	let sum = (source + destination) | 0;
	sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
	sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
	return ((sum ^ (sum >>> 16)) >>> 0) % shards;
}

function mix(hash: number, word: number): number {
	const product = Math.imul(hash ^ word, 0x9e3779b1);
	return product ^ (product >>> 15);
}
