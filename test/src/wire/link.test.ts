import { describe, expect, it } from 'vitest';
import { LinkType } from '../../../src/packet.js';
import { TcpDecoder } from '../../../src/wire/tcpDecoder.js';
import { bytesOf, datagramOf, decode, decodeWith, ethernet, frameOf, told } from './packets.js';

const line = 'C> P. 1000:1005(5) ack 2000 "hello"';
const ipv4 = datagramOf(line);
const ipv6 = datagramOf(`${line} ip6`);
const expected = { seq: 1000, ack: 2000, flags: 24, payload: 'hello', missing: 0, vlan: 0 };
const over4 = { ...expected, flow: '10.0.0.1:1024->10.0.0.2:80' };
const over6 = { ...expected, flow: '[2001:db8::1]:1024->[2001:db8::2]:80' };

const type4 = [0x08, 0x00];
const type6 = [0x86, 0xdd];
const snap = [0xaa, 0xaa, 3, 0, 0, 0];
const u16 = (value: number) => [value >> 8, value & 255];
/** A VLAN tag: the EtherType that announces it comes before. */
const tag = (type: number, id: number) => [...u16(type), ...u16(id)];

describe('Ethernet', () => {
	it('should carry IPv4 and IPv6', () => {
		expect(told(decode(ethernet(type4, ipv4)))).toEqual(over4);
		expect(told(decode(ethernet(type6, ipv6)))).toEqual(over6);
	});

	it('should carry them behind LLC and SNAP (IEEE 802.3)', () => {
		expect(told(decode(ethernet(u16(ipv4.length + 8), snap, type4, ipv4)))).toEqual(over4);
		expect(told(decode(ethernet(u16(1500), snap, type6, ipv6)))).toEqual(over6);
	});

	it.each([
		['ARP', [0x08, 0x06]],
		['a type of 1501, which is no length', u16(1501)],
		['LLC that is not SNAP (spanning tree)', [...u16(38), 0x42, 0x42, 3]],
		['SNAP of another organisation', [...u16(38), 0xaa, 0xaa, 3, 0, 0, 0x0c, ...type4]],
		['a length where SNAP should have a type', [...u16(38), ...snap, ...u16(38)]],
	])('should not be IP with %s', (_, header) => {
		expect(decode(ethernet(header, ipv4))).toBe('not-ip');
	});

	it('should not take padding for payload', () => {
		const padded = frameOf('C> P. 1000:1003(3) ack 2000 pad "abc"');
		expect(padded).toHaveLength(60);
		expect(told(decode(padded))).toEqual({ ...over4, payload: 'abc' });
		expect(told(decode(bytesOf(ethernet(type6, ipv6), new Uint8Array(20))))).toEqual(over6);
	});
});

describe('VLAN tags', () => {
	it('should tell the id of one, without priority', () => {
		expect(told(decode(ethernet(tag(0x8100, 0xe000 | 10), type4, ipv4)))).toEqual({ ...over4, vlan: 10 });
		expect(told(decode(ethernet(tag(0x8100, 4094), type6, ipv6)))).toEqual({ ...over6, vlan: 4094 });
	});

	it.each([0x88a8, 0x9100, 0x9200, 0x8100])('should tell the ids of two, the inner one in the low 12 bits: outer type %i', type => {
		expect(told(decode(ethernet(tag(type, 5), tag(0x8100, 10), type4, ipv4)))).toEqual({ ...over4, vlan: (5 << 12) | 10 });
	});

	it('should tell the inner two of more', () => {
		const tags = [tag(0x88a8, 1), tag(0x8100, 2), tag(0x8100, 3)];
		expect(told(decode(ethernet(...tags, type4, ipv4)))).toEqual({ ...over4, vlan: (2 << 12) | 3 });
	});

	it('should be none with a mere priority', () => {
		expect(told(decode(ethernet(tag(0x8100, 0x6000), type4, ipv4)))).toEqual(over4);
	});

	it('should stand before a length, LLC and SNAP too', () => {
		expect(told(decode(ethernet(tag(0x8100, 10), u16(ipv4.length + 8), snap, type4, ipv4)))).toEqual({ ...over4, vlan: 10 });
	});

	it('should be at most eight', () => {
		const tags = (count: number) => Array.from({ length: count }, () => tag(0x8100, 7)).flat();
		expect(told(decode(ethernet(tags(8), type4, ipv4)))).toEqual({ ...over4, vlan: (7 << 12) | 7 });
		expect(decode(ethernet(tags(9), type4, ipv4))).toBe('bad-header');
	});

	it('should not be remembered for the next packet', () => {
		const frames = [ethernet(tag(0x8100, 10), type4, ipv4), ethernet(type4, ipv4)];
		const decoder = new TcpDecoder();
		expect(frames.map(bytes => told(decodeWith(decoder, bytes)))).toEqual([{ ...over4, vlan: 10 }, over4]);
	});
});

describe('BSD loopback', () => {
	const families6 = [10, 24, 28, 30];

	it.each([LinkType.null, LinkType.loop])('should carry IPv4 and IPv6 in either byte order: link type %i', linkType => {
		for (const header of [(family: number) => [family, 0, 0, 0], (family: number) => [0, 0, 0, family]]) {
			expect(told(decode(bytesOf(header(2), ipv4), { linkType }))).toEqual(over4);
			for (const family of families6) expect(told(decode(bytesOf(header(family), ipv6), { linkType }))).toEqual(over6);
		}
	});

	it('should be no IP with another family', () => {
		expect(decode(bytesOf([7, 0, 0, 0], ipv4), { linkType: LinkType.null })).toBe('not-ip');
		expect(decode(bytesOf([0, 0, 0, 99], ipv4), { linkType: LinkType.loop })).toBe('not-ip');
	});
});

describe('Linux cooked capture', () => {
	const cooked = (...parts: readonly (number | Iterable<number>)[]) => bytesOf([0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], ...parts);
	const linkType = LinkType.linuxSll;

	it('should carry IPv4 and IPv6, and VLAN tags', () => {
		expect(told(decode(cooked(type4, ipv4), { linkType }))).toEqual(over4);
		expect(told(decode(cooked(type6, ipv6), { linkType }))).toEqual(over6);
		expect(told(decode(cooked(tag(0x8100, 10), type4, ipv4), { linkType }))).toEqual({ ...over4, vlan: 10 });
	});

	it('should be no IP with ARP, or with a protocol that is no EtherType', () => {
		expect(decode(cooked([0x08, 0x06], ipv4), { linkType })).toBe('not-ip');
		expect(decode(cooked([0, 4], snap, type4, ipv4), { linkType })).toBe('not-ip');
	});
});

describe('raw IP', () => {
	const linkTypes = [LinkType.raw, LinkType.rawBsd, LinkType.rawOpenBsd, LinkType.ipv4, LinkType.ipv6];

	it.each(linkTypes)('should tell IPv4 and IPv6 by their version: link type %i', linkType => {
		expect(told(decode(ipv4, { linkType }))).toEqual(over4);
		expect(told(decode(ipv6, { linkType }))).toEqual(over6);
		expect(decode(bytesOf(0x50, ipv4), { linkType })).toBe('bad-header');
	});
});

it('should not decode another link type', () => {
	expect(decode(ipv4, { linkType: 147 })).toBe('unsupported-link');
});
