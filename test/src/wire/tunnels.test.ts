import { describe, expect, it } from 'vitest';
import { keyWordsOf, writeConnectionKey } from '../../../src/assembly/flowKey.js';
import { LinkType } from '../../../src/linkType.js';
import type { Segment } from '../../../src/wire/segment.js';
import { TcpDecoder, type TcpDecoderOptions } from '../../../src/wire/tcpDecoder.js';
import { bytesOf, datagramOf, decode, decodeWith, told, withBytes } from './packets.js';
import { carriers, frameIn, IPV4, IPV6, ip4, ip6, type Layer, teredo, tunnels, u16, u32, udp } from './stack.js';

const line = 'C> P. 1000:1005(5) ack 2000 "hello"';
const ipv4: Layer = { type: IPV4, bytes: datagramOf(line) };
const ipv6: Layer = { type: IPV6, bytes: datagramOf(`${line} ip6`) };
const answer: Layer = { type: IPV4, bytes: datagramOf('S> P. 2000:2005(5) ack 1005 "HELLO"') };
const expected = { seq: 1000, ack: 2000, flags: 24, payload: 'hello', missing: 0, vlan: 0 };
const over4 = { ...expected, flow: '10.0.0.1:1024->10.0.0.2:80' };
const over6 = { ...expected, flow: '[2001:db8::1]:1024->[2001:db8::2]:80' };
const raw = { linkType: LinkType.raw };

function segmentIn({ bytes }: Layer, options: TcpDecoderOptions = {}): Segment {
	const decoded = decode(bytes, raw, options);
	if (typeof decoded === 'string') throw new Error(decoded);
	return decoded;
}

function keyOf(segment: Segment, separateTunnels = true): number[] {
	const key = new Int32Array(keyWordsOf(segment.version));
	writeConnectionKey(segment, key, { separateVlans: true, separateTunnels });
	return Array.from(key);
}

const reasons = ['truncated', 'not-tcp'];

describe.each(Object.entries(tunnels))('%s', (_, { wrap, text, guessed = false }) => {
	it('should carry IPv4 and IPv6, and be told', () => {
		expect(told(segmentIn(wrap(ipv4)))).toEqual(over4);
		expect(told(segmentIn(wrap(ipv6)))).toEqual(over6);
		const { tunnel, flow } = segmentIn(wrap(ipv4));
		expect(String(tunnel)).toBe(text);
		expect(flow.tunnel).toBe(tunnel);
		expect(String(flow)).toBe(over4.flow);
	});

	it('should verify the checksums in it', () => {
		expect(told(segmentIn(wrap(ipv4), { checksums: 'verify' }))).toEqual(over4);
		const wrong = wrap({ ...ipv4, bytes: withBytes(ipv4.bytes, 36, 1, 2) });
		expect(decode(wrong.bytes, raw, { checksums: 'verify' })).toBe('bad-checksum');
	});

	it('should give both directions the same key, and another than without it', () => {
		const [there, back] = [segmentIn(wrap(ipv4)), segmentIn(wrap(answer, { from: 2, to: 1 }))];
		expect(keyOf(there)).toEqual(keyOf(back));
		expect(keyOf(there)).not.toEqual(keyOf(segmentIn(ipv4)));
		expect(keyOf(there, false)).toEqual(keyOf(segmentIn(ipv4)));
	});

	it('should give the same tunnel again, and the same key with another decoder', () => {
		const decoder = new TcpDecoder();
		const [a, b] = [1, 2].map(() => decodeWith(decoder, wrap(ipv4).bytes, raw) as Segment) as [Segment, Segment];
		expect(a.tunnel).toBe(b.tunnel);
		expect(keyOf(a)).toEqual(keyOf(segmentIn(wrap(ipv4))));
		expect((decodeWith(decoder, ipv4.bytes, raw) as Segment).tunnel).toBeNull();
	});

	it('should be left alone if that is said', () => {
		expect(decode(wrap(ipv4).bytes, raw, { tunnels: false })).toBe('not-tcp');
	});

	it('should be truncated where the capture cuts it in its headers, wherever that is', () => {
		const { bytes } = wrap(ipv4);
		const outer = bytes[0] === 0x45 ? 20 : 40;
		const whole = bytes.lastIndexOf(0x68) as number;
		for (let length = 0; length < whole; length++) {
			const allowed = guessed && length < outer + 8 ? reasons : ['truncated'];
			expect(allowed, `${length} bytes`).toContain(decode(bytes, { ...raw, length }));
		}
		expect(decode(bytes, { ...raw, length: whole })).toMatchObject({ length: 0, missing: 5 });
	});

	it('should be something with any byte changed to an extreme, never an error', () => {
		const { bytes } = wrap(ipv4);
		for (let at = 0; at < bytes.length; at++) {
			for (const value of [0, 1, 0x7f, 0x80, 0xff]) decode(withBytes(bytes, at, value), raw);
		}
	});

	it('should be put together from fragments around it and in it', () => {
		const cutAt = 24;
		const parts = (datagram: Uint8Array) => {
			const part = (from: number, to: number, flags: number) =>
				bytesOf(
					datagram.subarray(0, 2),
					u16(20 + to - from),
					0,
					9,
					u16(flags | (from >> 3)),
					datagram.subarray(8, 20),
					datagram.subarray(20 + from, 20 + to),
				);
			return [part(0, cutAt, 0x2000), part(cutAt, datagram.length - 20, 0)];
		};
		const told2 = (frames: readonly Uint8Array[]) => {
			const decoder = new TcpDecoder();
			return frames.map(bytes => told(decodeWith(decoder, bytes, raw)));
		};
		expect(told2(parts(ipv4.bytes).map(bytes => wrap({ type: IPV4, bytes }).bytes))).toEqual(['fragment', over4]);
		const around = wrap(ipv4).bytes;
		if (around[0] === 0x45) expect(told2(parts(around))).toEqual(['fragment', over4]);
	});
});

describe('Teredo', () => {
	const authentication = [0, 1, 2, 3, 9, 9, 8, 8, 8, ...u32(1), ...u32(2), 0];
	const origin = [0, 0, ...u16(1234), ...u32(5)];

	it('should carry IPv6 behind an authentication, an origin, both, or neither, from and to its port', () => {
		for (const before of [[], authentication, origin, [...authentication, ...origin]]) {
			expect(segmentIn(teredo(ipv6, before))).toMatchObject({ length: 5, version: 6 });
			expect(String(segmentIn(teredo(ipv6, before, [3544, 999])).tunnel)).toBe('teredo 192.0.2.1-192.0.2.2');
		}
	});

	it('should be no tunnel without an address of its own, or with anything else in it', () => {
		expect(decode(ip4(17, udp(3544, ipv6.bytes)).bytes, raw)).toBe('not-tcp');
		expect(decode(ip4(17, udp(3544, ipv4.bytes)).bytes, raw)).toBe('not-tcp');
		for (let length = 0; length < 40; length++) {
			expect(decode(ip4(17, udp(3544, bytesOf(authentication, ipv6.bytes).subarray(0, length))).bytes, raw)).toBe('not-tcp');
		}
	});
});

describe('what does not look like the tunnel of its port', () => {
	const gtp = (...bytes: number[]) => udp(2152, bytesOf(bytes, ipv4.bytes));
	it.each<[string, Uint8Array]>([
		['VXLAN without a network', udp(4789, bytesOf(0, 0, 0, 0, 0, 0, 42, 0, frameIn(ipv4)))],
		['VXLAN that is short', udp(4789, bytesOf(8, 0, 0, 0, 0, 0, 42))],
		['VXLAN from its port', udp(999, bytesOf(8, 0, 0, 0, 0, 0, 42, 0, frameIn(ipv4)), 4789)],
		['VXLAN-GPE with another protocol', udp(4790, bytesOf(0x0c, 0, 0, 4, 0, 0, 42, 0, ipv4.bytes))],
		['Geneve of version 1', udp(6081, bytesOf(0x40, 0, 8, 0, 0, 0, 42, 0, ipv4.bytes))],
		['Geneve with more options than there are', udp(6081, bytesOf(0x3f, 0, 8, 0, 0, 0, 42, 0, ipv4.bytes))],
		['GTP version 2', gtp(0x48, 255, 0, 45, 0, 0, 0, 1)],
		['GTP, an echo', gtp(0x30, 1, 0, 45, 0, 0, 0, 1)],
		['GTP, not IP in it', gtp(0x30, 255, 0, 46, 0, 0, 0, 1, 0)],
		['GTP, an extension of no length', gtp(0x34, 255, 0, 53, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 0, 0, 0)],
		['GTP, nothing in it', udp(2152, bytesOf(0x30, 255, 0, 0, 0, 0, 0, 1))],
		['L2TP, a control message', udp(1701, bytesOf(0xc8, 2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0))],
		['L2TP version 3', udp(1701, bytesOf(0, 3, 0, 0, 0, 0, 0, 1, ipv4.bytes))],
		['UDP without room for its header', bytesOf(1, 2, 3)],
		['another port', udp(53, bytesOf(8, 0, 0, 0, 0, 0, 42, 0, frameIn(ipv4)))],
	])('should be not-tcp: %s', (_, payload) => {
		expect(decode(ip4(17, payload).bytes, raw)).toBe('not-tcp');
		expect(decode(ip6(17, payload).bytes, raw)).toBe('not-tcp');
	});

	it.each<[string, readonly number[]]>([
		['source routes', [0x40, 0, 8, 0, 0, 0, 0, 0]],
		['version 2', [0, 2, 8, 0]],
		['version 1 without PPP', [0x20, 1, 8, 0, 0, 0, 0, 0]],
		['a PPTP acknowledgment alone', [0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 1, 0, 0, 0, 1]],
		['ERSPAN II of another version', [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0, 0]],
	])('should be not-tcp: GRE with %s', (_, header) => {
		expect(decode(ip4(47, bytesOf(header, ipv4.bytes)).bytes, raw)).toBe('not-tcp');
	});

	it('should be what it is in a tunnel that holds no IP', () => {
		expect(decode(ip4(47, bytesOf(0, 0, 8, 6, ipv4.bytes)).bytes, raw)).toBe('not-ip');
		expect(decode(ip4(17, udp(4789, bytesOf(8, 0, 0, 0, 0, 0, 42, 0, frameIn({ ...ipv4, type: 0x0806 })))).bytes, raw)).toBe('not-ip');
	});
});

describe('tunnels in tunnels', () => {
	const gre = tunnels.GRE as (typeof tunnels)[string];
	const vxlan = tunnels.VXLAN as (typeof tunnels)[string];
	const deep = (count: number, inner = ipv4, { wrap } = gre): Layer =>
		count === 0 ? inner : wrap(deep(count - 1, inner, { ...gre, wrap }));

	it('should add up', () => {
		const { tunnel } = segmentIn(vxlan.wrap(gre.wrap(ipv4)));
		expect(String(tunnel)).toBe('gre 192.0.2.1-192.0.2.2 in vxlan 42');
		expect(JSON.stringify(tunnel)).toBe(`"${tunnel}"`);
		expect(tunnel?.depth).toBe(2);
		expect(keyOf(segmentIn(vxlan.wrap(gre.wrap(ipv4))))).not.toEqual(keyOf(segmentIn(gre.wrap(ipv4))));
	});

	it('should be eight at most, with what else carries datagrams', () => {
		for (const maker of [gre, vxlan]) {
			expect(told(segmentIn(deep(8, ipv4, maker)))).toEqual(over4);
			expect(decode(deep(9, ipv4, maker).bytes, raw)).toBe('too-deep');
		}
		const pseudowire = carriers['a pseudowire'] as (typeof carriers)[string];
		const stacked = (count: number) => frameIn(Array.from({ length: count }).reduce<Layer>(pseudowire, ipv4));
		expect(told(decode(stacked(4)))).toEqual(over4);
		expect(decode(stacked(5))).toBe('too-deep');
	});

	it('should keep fragments in two tunnels apart', () => {
		const part = (from: number, to: number, flags: number) =>
			bytesOf(
				ipv4.bytes.subarray(0, 2),
				u16(20 + to - from),
				0,
				9,
				u16(flags | (from >> 3)),
				ipv4.bytes.subarray(8, 20),
				ipv4.bytes.subarray(20 + from, 20 + to),
			);
		const inNetwork = (id: number, bytes: Uint8Array) =>
			ip4(17, udp(4789, bytesOf(8, 0, 0, 0, 0, 0, id, 0, frameIn({ type: IPV4, bytes })))).bytes;
		const [first, second] = [part(0, 16, 0x2000), part(16, 25, 0)];
		const decoder = new TcpDecoder();
		const frames = [inNetwork(1, first), inNetwork(2, second), inNetwork(2, first), inNetwork(1, second)];
		const results = frames.map(bytes => decodeWith(decoder, bytes, raw));
		expect(results.map(result => (typeof result === 'string' ? result : String(result.tunnel)))).toEqual([
			'fragment',
			'fragment',
			'vxlan 2',
			'vxlan 1',
		]);
	});

	it('should keep TCP around anything for TCP', () => {
		const outer = bytesOf(datagramOf('C> . 1:1(0) ack 1').slice(20), frameIn(ipv4));
		expect(segmentIn(ip4(6, outer))).toMatchObject({ tunnel: null, length: frameIn(ipv4).length });
	});
});
