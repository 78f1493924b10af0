import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkType, packetOf } from '../../../src/packet.js';
import { DecodeCounters } from '../../../src/wire/decodeCounters.js';
import { TcpDecoder, type TcpDecoderOptions } from '../../../src/wire/tcpDecoder.js';
import { bytesOf, datagramOf, told } from './packets.js';

const text = 'a text that is long enough to be cut into some fragments, of eight bytes at the least';
const line = `C> P. 1000:${1000 + text.length}(${text.length}) ack 2000 "${text}"`;
const expected = { seq: 1000, ack: 2000, flags: 24, payload: text, missing: 0, vlan: 0 };
const versions = {
	4: { datagram: datagramOf(line), told: { ...expected, flow: '10.0.0.1:1024->10.0.0.2:80' } },
	6: { datagram: datagramOf(`${line} ip6`), told: { ...expected, flow: '[2001:db8::1]:1024->[2001:db8::2]:80' } },
};
type Version = keyof typeof versions;

const word = (value: number) => [(value >>> 8) & 255, value & 255];

/** Bytes `from` to `to` of what is in a datagram, as a fragment of it. */
function fragment(
	version: Version,
	from: number,
	to: number,
	{ more = true, id = 7, text = undefined as Uint8Array | undefined } = {},
): Uint8Array {
	const { datagram } = versions[version];
	const headerBytes = version === 4 ? 20 : 40;
	const part = text ?? datagram.subarray(headerBytes + from, headerBytes + to);
	if (version === 4) {
		const flags = word((more ? 0x2000 : 0) | (from >> 3));
		return bytesOf(datagram.subarray(0, 2), word(20 + part.length), word(id), flags, datagram.subarray(8, 20), part);
	}
	const header = [6, 0, ...word(from | (more ? 1 : 0)), 0, 0, ...word(id)];
	return bytesOf(datagram.subarray(0, 4), word(8 + part.length), [44], datagram.subarray(7, 40), header, part);
}

const lengthOf = (version: Version) => versions[version].datagram.length - (version === 4 ? 20 : 40);

/** The fragments of a datagram that is cut at these places. */
function fragments(version: Version, cuts: readonly number[], id = 7): Uint8Array[] {
	const length = lengthOf(version);
	const places = [0, ...cuts, length];
	return places.slice(1).map((to, i) => fragment(version, places[i] as number, to, { more: to < length, id }));
}

/** What each of the frames gives: the segment, or why there is none. */
function decodeAll(frames: readonly Uint8Array[], options: TcpDecoderOptions = {}, msOf: (i: number) => number = i => i) {
	const decoder = new TcpDecoder(options);
	return frames.map((bytes, i) => {
		const segment = decoder.decode(packetOf({ bytes, timestamp: msOf(i), linkType: LinkType.raw, number: i + 1 }));
		return segment === null ? decoder.reason : told(segment);
	});
}

describe.each([4, 6] as const)('Defragmenter, IPv%i', version => {
	const whole = versions[version].told;

	it('should give the segment with the fragment that completes its datagram, in any order', () => {
		const [first, second, third] = fragments(version, [40, 72]) as [Uint8Array, Uint8Array, Uint8Array];
		expect(decodeAll([first, second, third])).toEqual(['fragment', 'fragment', whole]);
		expect(decodeAll([third, second, first])).toEqual(['fragment', 'fragment', whole]);
		expect(decodeAll([second, third, second, first])).toEqual(['fragment', 'fragment', 'fragment', whole]);
	});

	it('should verify the checksum of the whole', () => {
		const parts = fragments(version, [40]);
		expect(decodeAll(parts, { checksums: 'verify' }).at(-1)).toEqual(version === 4 ? 'bad-checksum' : whole);
	});

	it('should leave fragments alone if it is told to', () => {
		expect(decodeAll(fragments(version, [40]), { defragment: false })).toEqual(['fragment', 'fragment']);
	});

	it('should keep datagrams apart by their identification', () => {
		const [a, b] = [fragments(version, [40], 1), fragments(version, [40], 2)] as [[Uint8Array, Uint8Array], [Uint8Array, Uint8Array]];
		expect(decodeAll([a[0], b[1], a[1], b[0]])).toEqual(['fragment', 'fragment', whole, whole]);
	});

	it('should take no datagram of which two fragments overlap, whatever comes', () => {
		const [first, second] = fragments(version, [48]) as [Uint8Array, Uint8Array];
		const overlap = fragment(version, 40, 56);
		expect(decodeAll([first, overlap, second, first])).toEqual(['fragment', 'fragment-overlap', 'fragment-overlap', 'fragment-overlap']);
		const other = fragment(version, 0, 48, { text: new Uint8Array(48).fill(0x58) });
		expect(decodeAll([first, other, second])).toEqual(['fragment', 'fragment-overlap', 'fragment-overlap']);
	});

	it('should take no datagram that goes on behind its end', () => {
		const [first, second] = fragments(version, [48]) as [Uint8Array, Uint8Array];
		const behind = fragment(version, lengthOf(version) + (8 - (lengthOf(version) % 8)), 0, { text: new Uint8Array(8) });
		expect(decodeAll([second, behind, first])).toEqual(['fragment', 'fragment-overlap', 'fragment-overlap']);
		expect(decodeAll([behind, second, first])).toEqual(['fragment', 'fragment-overlap', 'fragment-overlap']);
		const shorter = fragment(version, 48, 56, { more: false });
		expect(decodeAll([second, shorter, first])).toEqual(['fragment', 'fragment-overlap', 'fragment-overlap']);
	});

	it('should refuse fragments that cannot be', () => {
		expect(decodeAll([fragment(version, 0, 0)])).toEqual(['bad-header']);
		expect(decodeAll([fragment(version, 0, 41)])).toEqual(['bad-header']);
		expect(decodeAll([fragment(version, 65_528, 0, { more: false, text: new Uint8Array(8) })])).toEqual(['bad-header']);
	});

	it('should forget a datagram that was not whole after 30 s', () => {
		const parts = fragments(version, [40]);
		expect(decodeAll(parts, {}, i => i * 30_000).at(-1)).toEqual(whole);
		expect(decodeAll(parts, {}, i => i * 30_001).at(-1)).toBe('fragment');
	});

	it('should forget the oldest where there are too many, or too large ones', () => {
		const [first, second] = fragments(version, [40]) as [Uint8Array, Uint8Array];
		const others = (count: number, bytes: number) =>
			Array.from({ length: count }, (_, i) => fragment(version, 8, 0, { id: 100 + i, text: new Uint8Array(bytes) }));
		expect(decodeAll([first, ...others(1023, 8), second]).at(-1)).toEqual(whole);
		expect(decodeAll([first, ...others(1024, 8), second]).at(-1)).toBe('fragment');
		expect(decodeAll([first, ...others(63, 65_000), second]).at(-1)).toEqual(whole);
		expect(decodeAll([first, ...others(65, 65_000), second]).at(-1)).toBe('fragment');
	});

	it('should count what it puts together, forgets and refuses', () => {
		const counters = new DecodeCounters();
		const [first, second] = fragments(version, [48]) as [Uint8Array, Uint8Array];
		const overlap = fragment(version, 40, 56, { id: 8 });
		const refused = fragment(version, 0, 48, { id: 8 });
		decodeAll([first, second, refused, overlap, overlap, first], { counters });
		expect(counters).toMatchObject({ defragmented: 1, fragmentsRefused: 1, fragmentsExpired: 0, fragmentsEvicted: 0 });
		decodeAll([first, refused, second], { counters }, i => i * 30_001);
		expect(counters).toMatchObject({ defragmented: 1, fragmentsRefused: 1, fragmentsExpired: 2, fragmentsEvicted: 0 });
		const flood = Array.from({ length: 1034 }, (_, i) => fragment(version, 8, 0, { id: 100 + i, text: new Uint8Array(8) }));
		decodeAll(flood, { counters });
		expect(counters.fragmentsEvicted).toBe(10);
	});

	it('should count what parts cost beside their bytes', () => {
		const counters = new DecodeCounters();
		const [first, second] = fragments(version, [40]) as [Uint8Array, Uint8Array];
		// Ten datagrams of 1700 parts of eight bytes: 136 kB of bytes, and more than 4 MiB of memory.
		const tiny = Array.from({ length: 17_000 }, (_, i) =>
			fragment(version, 8 + 16 * (i % 1700), 0, { id: 100 + Math.floor(i / 1700), text: new Uint8Array(8) }),
		);
		const results = decodeAll([first, ...tiny, second], { counters }, () => 0);
		expect(results.at(-1)).toBe('fragment');
		expect(counters.fragmentsEvicted).toBeGreaterThan(0);
	});

	it('should take 2048 parts of a datagram, and refuse one of more', () => {
		const tiny = Array.from({ length: 2049 }, (_, i) => fragment(version, 8 + 16 * i, 0, { text: new Uint8Array(8) }));
		const results = decodeAll(tiny, {}, () => 0);
		expect(new Set(results.slice(0, 2048))).toEqual(new Set(['fragment']));
		expect(results.at(-1)).toBe('fragment-overlap');
	});

	it('should take exact repetitions for what they are, but not with another end', () => {
		const [first, second] = fragments(version, [48]) as [Uint8Array, Uint8Array];
		expect(decodeAll([first, first, second])).toEqual(['fragment', 'fragment', whole]);
		const [middle, asLast] = [true, false].map(more => fragment(version, 48, 56, { more })) as [Uint8Array, Uint8Array];
		expect(decodeAll([middle, asLast, first])).toEqual(['fragment', 'fragment-overlap', 'fragment-overlap']);
	});

	it('should take a fragment that is all of its datagram (RFC 6946)', () => {
		const atomic = fragment(version, 0, lengthOf(version), { more: false });
		expect(decodeAll([atomic, atomic])).toEqual([whole, whole]);
	});

	it('should give the same however a datagram is cut, and in whatever order it comes', () => {
		const cuts = fc.uniqueArray(fc.integer({ min: 1, max: Math.floor((lengthOf(version) - 1) / 8) }), { maxLength: 6 });
		fc.assert(
			fc.property(cuts, fc.infiniteStream(fc.nat()), (places, random) => {
				const parts = fragments(
					version,
					places.toSorted((a, b) => a - b).map(place => place * 8),
				);
				const order = parts.map(part => ({ part, key: random.next().value as number })).toSorted((a, b) => a.key - b.key);
				const results = decodeAll(order.map(({ part }) => part));
				expect(results.at(-1)).toEqual(whole);
				expect(results.slice(0, -1).every(result => result === 'fragment')).toBe(true);
			}),
		);
	});
});
