import { describe, expect, it } from 'vitest';
import { describeLinkType, isDecoded, LinkType } from '../../../src/linkType.js';
import { bytesOf, datagramOf, decode, ethernet, told, withBytes } from './packets.js';
import { IPV4, IPV6, type Layer, links, nflog, radiotap, snap, u16, u32, wireless } from './stack.js';

const line = 'C> P. 1000:1005(5) ack 2000 "hello"';
const ipv4: Layer = { type: IPV4, bytes: datagramOf(line) };
const ipv6: Layer = { type: IPV6, bytes: datagramOf(`${line} ip6`) };
const expected = { seq: 1000, ack: 2000, flags: 24, payload: 'hello', missing: 0, vlan: 0 };
const over4 = { ...expected, flow: '10.0.0.1:1024->10.0.0.2:80' };
const over6 = { ...expected, flow: '[2001:db8::1]:1024->[2001:db8::2]:80' };

describe.each(Object.entries(links))('%s', (_, { linkType, wrap, ipv4Only }) => {
	const headers4 = wrap(ipv4).lastIndexOf(0x68) as number;

	it('should carry IPv4 and IPv6', () => {
		expect(isDecoded(linkType)).toBe(true);
		expect(told(decode(wrap(ipv4), { linkType }))).toEqual(over4);
		if (!ipv4Only) expect(told(decode(wrap(ipv6), { linkType }))).toEqual(over6);
	});

	it('should be truncated where the capture cuts it in its headers, wherever that is', () => {
		const whole = wrap(ipv4);
		for (let length = 0; length < headers4; length++) {
			expect(decode(whole, { linkType, length }), `${length} bytes`).toBe('truncated');
		}
		expect(decode(whole, { linkType, length: headers4 })).toMatchObject({ length: 0, missing: 5 });
	});

	it('should be a bad header if the frame itself ends in it', () => {
		const whole = wrap(ipv4);
		const link = whole.length - ipv4.bytes.length;
		for (let length = 0; length < link - 4; length++) {
			expect(decode(whole.subarray(0, length), { linkType }), `${length} bytes`).toBe('bad-header');
		}
	});

	it('should be something with any byte of it changed to an extreme, never an error', () => {
		const whole = wrap(ipv4);
		for (let at = 0; at < whole.length; at++) {
			for (const value of [0, 1, 0x7f, 0x80, 0xff]) decode(withBytes(whole, at, value), { linkType });
		}
	});
});

describe('802.11', () => {
	const of = (bytes: Uint8Array) => decode(bytes, { linkType: LinkType.ieee80211 });

	it('should be taken for data alone', () => {
		expect(of(wireless([0x80, 0], [], snap(ipv4)))).toBe('not-ip');
		expect(of(wireless([0xb4, 0], [], snap(ipv4)))).toBe('not-ip');
		expect(of(wireless([0x48, 1], [], snap(ipv4)))).toBe('not-ip');
		expect(of(wireless([0xc8, 1], [0, 0], snap(ipv4)))).toBe('not-ip');
		expect(of(wireless([0x09, 1], [], snap(ipv4)))).toBe('bad-header');
	});

	it('should be rejected where it is encrypted, aggregated, or a part of a frame', () => {
		expect(of(wireless([0x08, 0x41], [1, 2, 3, 4], snap(ipv4)))).toBe('encrypted');
		expect(of(wireless([0x88, 1], [0x80, 0], snap(ipv4)))).toBe('aggregated');
		expect(of(wireless([0x08, 5], [], snap(ipv4)))).toBe('fragment');
		expect(of(wireless([0x08, 1], [], snap(ipv4), 0x11))).toBe('fragment');
		expect(told(of(wireless([0x08, 1], [], snap(ipv4), 0x10)))).toEqual(over4);
	});

	it('should be no IP with LLC that is not SNAP', () => {
		expect(of(wireless([0x08, 1], [], [0x42, 0x42, 3, 0, 0, 0, 8, 0, ...ipv4.bytes]))).toBe('not-ip');
	});
});

describe('radiotap', () => {
	const of = (bytes: Uint8Array) => decode(bytes, { linkType: LinkType.radiotap });
	const data = wireless([0x08, 1], [], snap(ipv4));

	it('should have its length least byte first, and version 0', () => {
		const long = radiotap([0], new Array(0x101).fill(0), data);
		expect(told(of(long))).toEqual(over4);
		expect(of(withBytes(long, 0, 1))).toBe('bad-header');
		expect(of(withBytes(long, 2, 7, 0))).toBe('bad-header');
		expect(of(withBytes(long, 2, 0xff, 0xff))).toBe('bad-header');
	});

	it('should tell of the check sequence, which is no payload even where IP says no length', () => {
		const unsized = withBytes(ipv4.bytes, 2, 0, 0);
		const frame = bytesOf(wireless([0x08, 1], [], snap({ type: IPV4, bytes: unsized })), [1, 2, 3, 4]);
		expect(told(of(radiotap([2], [0x10], frame)))).toEqual(over4);
		expect(of(radiotap([2], [0], frame))).toMatchObject({ length: 9 });
		expect(
			told(
				of(
					radiotap(
						[3],
						[1, 2, 3, 4, 5, 6, 7, 8, 0x10].flatMap((byte, i) => (i === 0 ? [0, 0, 0, 0, byte] : [byte])),
						frame,
					),
				),
			),
		).not.toBe('bad-header');
	});
});

describe('NFLOG', () => {
	const of = (bytes: Uint8Array) => decode(bytes, { linkType: LinkType.nflog });

	it('should be bad with an attribute shorter than its header, and no IP with another family', () => {
		const whole = nflog(ipv4);
		expect(of(withBytes(whole, 4, 3, 0))).toBe('bad-header');
		expect(of(withBytes(whole, 4, 0, 0))).toBe('bad-header');
		expect(of(withBytes(whole, 4, 0xff, 0xff))).toBe('bad-header');
		expect(of(withBytes(whole, 0, 7))).toBe('not-ip');
	});

	it('should not take padding for payload', () => {
		const odd = { type: IPV4, bytes: withBytes(datagramOf('C> P. 1000:1003(3) ack 2000 "abc"'), 2, 0, 0) };
		expect(told(of(nflog(odd)))).toEqual({ ...over4, payload: 'abc' });
	});
});

describe('PPP', () => {
	it('should be no IP with control protocols, or as another code than session data in PPPoE', () => {
		expect(decode(bytesOf(0xff, 3, 0xc0, 0x21, ipv4.bytes), { linkType: LinkType.ppp })).toBe('not-ip');
		const session = bytesOf(0x11, 0, 0, 1, u16(2 + ipv4.bytes.length), 0, 0x21, ipv4.bytes);
		expect(told(decode(ethernet(0x88, 0x64, session)))).toEqual(over4);
		expect(decode(ethernet(0x88, 0x64, withBytes(session, 1, 9)))).toBe('not-ip');
		expect(decode(ethernet(0x88, 0x64, withBytes(session, 0, 0x21)))).toBe('not-ip');
	});

	it('should carry MPLS', () => {
		const labelled = bytesOf(0xff, 3, 2, 0x81, 0, 1, 1, 64, ipv4.bytes);
		expect(told(decode(labelled, { linkType: LinkType.ppp }))).toEqual(over4);
	});
});

describe('PPI', () => {
	it('should not carry itself, or what is not decoded', () => {
		const ppi = (linkType: number) => bytesOf(0, 0, 8, 0, u32(linkType).reverse(), ipv4.bytes);
		expect(told(decode(ppi(101), { linkType: LinkType.ppi }))).toEqual(over4);
		expect(decode(ppi(192), { linkType: LinkType.ppi })).toBe('bad-header');
		expect(decode(ppi(258), { linkType: LinkType.ppi })).toBe('bad-header');
		expect(decode(ppi(147), { linkType: LinkType.ppi })).toBe('unsupported-link');
	});
});

describe('describeLinkType', () => {
	it('should name what people meet and nobody decodes', () => {
		expect(describeLinkType(189)).toBe('189 (USB_LINUX)');
		expect(describeLinkType(4711)).toBe('4711');
	});

	it('should be for what is not decoded', () => {
		for (const { linkType } of Object.values(links)) expect(describeLinkType(linkType)).toBe(String(linkType));
	});
});
