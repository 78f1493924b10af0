import { i32, u16 } from '../wire/bytes.js';
import type { Segment } from '../wire/segment.js';

/** Words of a key: the addresses (1 + 1 or 4 + 4), the ports in one, and the lane: see `laneOf`. */
export const keyWordsOf = (version: number): number => (version === 4 ? 4 : 10);

/** What else than addresses and ports tells one flow from another. */
export interface Lanes {
	readonly separateVlans: boolean;
	readonly separateTunnels: boolean;
}

/** Set in the lane of what came through a tunnel, so that it is none that a VLAN has. */
const IN_TUNNEL = 0x8000_0000 | 0;

/**
 * Writes the key of a segment's connection: the same words for both directions, the lower end first.
 *
 * @returns whether the segment goes from the higher end to the lower one.
 */
export function writeConnectionKey(segment: Segment, key: Int32Array, lanes: Lanes): boolean {
	if (segment.version === 6) return writeIpv6Key(segment, key, lanes);
	const { block, addressAt, headerAt } = segment;
	const source = i32(block, addressAt);
	const destination = i32(block, addressAt + 4);
	const sourcePort = u16(block, headerAt);
	const destinationPort = u16(block, headerAt + 2);
	const reversed = source === destination ? sourcePort > destinationPort : source >>> 0 > destination >>> 0;
	key[0] = reversed ? destination : source;
	key[1] = reversed ? source : destination;
	key[2] = reversed ? (destinationPort << 16) | sourcePort : (sourcePort << 16) | destinationPort;
	key[3] = laneOf(segment, lanes);
	return reversed;
}

function writeIpv6Key(segment: Segment, key: Int32Array, lanes: Lanes): boolean {
	const half = 4;
	const { sourcePort, destinationPort } = segment;
	let order = 0;
	for (let i = 0; i < half && order === 0; i++) order = compareUnsigned(segment.addressWord(i), segment.addressWord(half + i));
	const reversed = order === 0 ? sourcePort > destinationPort : order > 0;
	const low = reversed ? half : 0;
	for (let i = 0; i < half; i++) {
		key[i] = segment.addressWord(low + i);
		key[half + i] = segment.addressWord(half - low + i);
	}
	key[2 * half] = reversed ? (destinationPort << 16) | sourcePort : (sourcePort << 16) | destinationPort;
	key[2 * half + 1] = laneOf(segment, lanes);
	return reversed;
}

/** Writes the key of a segment's flow: that direction alone, source first. */
export function writeFlowKey(segment: Segment, key: Int32Array, lanes: Lanes): void {
	const words = segment.version === 4 ? 2 : 8;
	for (let i = 0; i < words; i++) key[i] = segment.addressWord(i);
	key[words] = (segment.sourcePort << 16) | segment.destinationPort;
	key[words + 1] = laneOf(segment, lanes);
}

/**
 * The VLAN; of what came through a tunnel, a hash of both. Its seed is unknown, so two tunnels with the same one, and connections in them
 * with the same addresses and ports, come by chance alone: once in 2^31.
 */
function laneOf({ tunnel, vlan }: Segment, { separateVlans, separateTunnels }: Lanes): number {
	const tags = separateVlans ? vlan : 0;
	if (tunnel === null || !separateTunnels) return tags;
	const hash = Math.imul(tunnel.hash ^ tags, 0x9e3779b1);
	return IN_TUNNEL | (hash ^ (hash >>> 15));
}

function compareUnsigned(a: number, b: number): number {
	return (a >>> 0) - (b >>> 0);
}
