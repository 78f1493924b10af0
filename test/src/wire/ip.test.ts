import { describe, expect, it } from 'vitest';
import { LinkType } from '../../../src/packet.js';
import type { TcpDecoderOptions } from '../../../src/wire/tcpDecoder.js';
import {
	bytesOf,
	type Captured,
	datagramOf,
	decode,
	type Extension,
	sealed,
	told,
	withBytes,
	withExtensions,
	withIpv4Options,
} from './packets.js';

const line = 'C> P. 1000:1005(5) ack 2000 "hello"';
const ipv4 = datagramOf(line);
const ipv6 = datagramOf(`${line} ip6`);
const expected = { seq: 1000, ack: 2000, flags: 24, payload: 'hello', missing: 0, vlan: 0 };
const over4 = { ...expected, flow: '10.0.0.1:1024->10.0.0.2:80' };
const over6 = { ...expected, flow: '[2001:db8::1]:1024->[2001:db8::2]:80' };

const decodeIp = (datagram: Uint8Array, captured: Captured = {}, options: TcpDecoderOptions = {}) =>
	decode(datagram, { linkType: LinkType.raw, ...captured }, options);

describe('IPv4', () => {
	it('should have options', () => {
		for (const options of [
			[1, 1, 1, 0],
			[7, 39, 4, ...new Array(36).fill(0), 0],
		]) {
			expect(told(decodeIp(withIpv4Options(ipv4, options)))).toEqual(over4);
		}
	});

	it('should end where it says, not where the frame does', () => {
		expect(told(decodeIp(bytesOf(ipv4, [9, 9, 9])))).toEqual(over4);
	});

	it('should end where the frame does if it says 0 (TSO)', () => {
		const offloaded = withBytes(ipv4, 2, 0, 0);
		expect(told(decodeIp(offloaded))).toEqual(over4);
		expect(told(decodeIp(offloaded, { length: ipv4.length - 3 }))).toEqual({ ...over4, payload: 'he', missing: 3 });
	});

	it('should say how much of the payload the capture cut off', () => {
		const cut = { length: ipv4.length - 2, originalLength: ipv4.length };
		expect(told(decodeIp(ipv4, cut))).toEqual({ ...over4, payload: 'hel', missing: 2 });
		expect(told(decodeIp(ipv4, { ...cut, length: ipv4.length - 5 }))).toEqual({ ...over4, payload: '', missing: 5 });
	});

	it('should not take cut padding for missing payload', () => {
		expect(told(decodeIp(ipv4, { originalLength: ipv4.length + 6 }))).toEqual(over4);
	});

	it.each([
		['another version', withBytes(ipv4, 0, 0x65)],
		['a header length below 20', withBytes(ipv4, 0, 0x44)],
		['a total length below the header', withBytes(ipv4, 2, 0, 19)],
		['a header that is longer than the frame', withBytes(ipv4, 0, 0x4f).subarray(0, 50)],
		['no room for a header', ipv4.subarray(0, 19)],
	])('should be a bad header with %s', (_, datagram) => {
		expect(decode(bytesOf(new Uint8Array(12), 8, 0, datagram))).toBe('bad-header');
	});

	it('should take what was on the wire, and say that nothing is missing, if it says more', () => {
		for (const length of [ipv4.length + 1, 29_492, 0xffff]) {
			const wrong = withBytes(ipv4, 2, length >> 8, length & 255);
			expect(told(decodeIp(wrong))).toEqual(over4);
			expect(told(decodeIp(wrong, { length: ipv4.length - 2 }))).toEqual({ ...over4, payload: 'hel', missing: 2 });
		}
	});

	it('should be of bad length if it says more than was on the wire, and that is verified', () => {
		const wrong = sealed(withBytes(ipv4.subarray(0, 20), 3, ipv4.length + 1));
		expect(decodeIp(bytesOf(wrong, ipv4.subarray(20)), {}, { checksums: 'verify' })).toBe('bad-length');
	});

	it('should be a fragment with more to come, or with an offset, but not with DF', () => {
		const alone = { defragment: false };
		expect(decodeIp(withBytes(ipv4, 6, 0x20, 0), {}, alone)).toBe('fragment');
		expect(decodeIp(withBytes(ipv4, 6, 0, 1), {}, alone)).toBe('fragment');
		expect(decodeIp(withBytes(ipv4, 6, 0x1f, 0), {}, alone)).toBe('fragment');
		expect(told(decodeIp(withBytes(ipv4, 6, 0x40, 0)))).toEqual(over4);
	});

	it('should not be TCP with another protocol', () => {
		expect(decodeIp(withBytes(ipv4, 9, 17))).toBe('not-tcp');
	});
});

describe('IPv6', () => {
	const options = [0, 0, 1, 4, 0, 0, 0, 0];
	const extensions: Record<string, Extension> = {
		'hop-by-hop options': [0, options],
		routing: [43, options],
		'an atomic fragment': [44, [0, 0, 0, 0, 1, 2, 3, 4]],
		authentication: [51, [0, 4, 0, 0, ...new Array(20).fill(0xcc)]],
		'destination options': [60, [0, 2, ...new Array(22).fill(0)]],
		mobility: [135, options],
		HIP: [139, options],
		shim6: [140, options],
	};

	it.each(Object.entries(extensions))('should pass over %s', (_, extension) => {
		expect(told(decodeIp(withExtensions(ipv6, extension)))).toEqual(over6);
	});

	it('should pass over all of them, one behind the other', () => {
		expect(told(decodeIp(withExtensions(ipv6, ...Object.values(extensions))))).toEqual(over6);
	});

	it('should have at most sixteen of them', () => {
		const many = (count: number) => Array.from({ length: count }, (): Extension => [60, options]);
		expect(told(decodeIp(withExtensions(ipv6, ...many(16))))).toEqual(over6);
		expect(decodeIp(withExtensions(ipv6, ...many(17)))).toBe('bad-header');
	});

	it('should be a bad header with an extension that is longer than the datagram', () => {
		expect(decodeIp(withExtensions(ipv6, [60, [0, 255, 0, 0, 0, 0, 0, 0]]))).toBe('bad-header');
	});

	it('should be a fragment with more to come, or with an offset', () => {
		expect(decodeIp(withExtensions(ipv6, [44, [0, 0, 0, 1, 0, 0, 0, 0]]), {}, { defragment: false })).toBe('fragment');
		expect(decodeIp(withExtensions(ipv6, [44, [0, 0, 0, 8, 0, 0, 0, 0]]), {}, { defragment: false })).toBe('fragment');
		expect(decodeIp(withExtensions(ipv6, [44, [0, 0, 0xff, 0xf8, 0, 0, 0, 0]]), {}, { defragment: false })).toBe('fragment');
	});

	it('should look past the reserved bits of an atomic fragment', () => {
		expect(told(decodeIp(withExtensions(ipv6, [44, [0, 0xff, 0, 6, 0, 0, 0, 0]])))).toEqual(over6);
	});

	it.each([
		['UDP', 17],
		['ICMPv6', 58],
		['nothing', 59],
		['ESP', 50],
	])('should not be TCP with %s', (_, next) => {
		expect(decodeIp(withBytes(ipv6, 6, next))).toBe('not-tcp');
	});

	it('should end where it says, or with the frame if it says 0', () => {
		expect(told(decodeIp(bytesOf(ipv6, [9, 9, 9])))).toEqual(over6);
		expect(told(decodeIp(withBytes(ipv6, 4, 0, 0)))).toEqual(over6);
	});

	it('should say how much of the payload the capture cut off', () => {
		expect(told(decodeIp(ipv6, { length: ipv6.length - 4 }))).toEqual({ ...over6, payload: 'h', missing: 4 });
	});

	it('should take what was on the wire if it says more, unless that is verified', () => {
		const wrong = withBytes(ipv6, 5, ipv6.length - 39);
		expect(told(decodeIp(wrong))).toEqual(over6);
		expect(told(decodeIp(wrong, { length: ipv6.length - 2 }))).toEqual({ ...over6, payload: 'hel', missing: 2 });
		expect(decodeIp(wrong, {}, { checksums: 'verify' })).toBe('bad-length');
	});

	it('should be rejected with another version, or no room', () => {
		expect(decode(bytesOf(new Uint8Array(12), 0x86, 0xdd, withBytes(ipv6, 0, 0x45)))).toBe('bad-header');
		expect(decodeIp(ipv6.subarray(0, 39))).toBe('bad-header');
	});
});
