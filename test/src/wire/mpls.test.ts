import { describe, expect, it } from 'vitest';
import { LinkType } from '../../../src/packet.js';
import { bytesOf, datagramOf, decode, ethernet, told, withBytes } from './packets.js';

const line = 'C> P. 1000:1005(5) ack 2000 "hello"';
const ipv4 = datagramOf(line);
const ipv6 = datagramOf(`${line} ip6`);
const expected = { seq: 1000, ack: 2000, flags: 24, payload: 'hello', missing: 0, vlan: 0 };
const over4 = { ...expected, flow: '10.0.0.1:1024->10.0.0.2:80' };
const over6 = { ...expected, flow: '[2001:db8::1]:1024->[2001:db8::2]:80' };

const unicast = [0x88, 0x47];
const multicast = [0x88, 0x48];
/** One entry of the stack: label 20 bits, class 3, bottom 1, time to live 8. */
const label = (value: number, isBottom: boolean) => [value >> 12, (value >> 4) & 255, ((value & 15) << 4) | 0xe | Number(isBottom), 64];
const stack = (depth: number) => Array.from({ length: depth }, (_, i) => label(16 + i, i === depth - 1)).flat();

describe('MPLS', () => {
	it.each([unicast, multicast])('should carry IPv4 and IPv6: %i %i', (...type) => {
		expect(told(decode(ethernet(type, stack(1), ipv4)))).toEqual(over4);
		expect(told(decode(ethernet(type, stack(1), ipv6)))).toEqual(over6);
	});

	it('should carry them behind the bottom of its stack, which has at most sixteen labels', () => {
		for (const depth of [2, 3, 16]) expect(told(decode(ethernet(unicast, stack(depth), ipv4)))).toEqual(over4);
		expect(decode(ethernet(unicast, stack(17), ipv4))).toBe('bad-header');
	});

	it('should stand behind VLAN tags, SNAP and the header of a cooked capture', () => {
		const tags = [0x81, 0, 0, 215, 0x81, 0, 0, 11];
		expect(told(decode(ethernet(tags, unicast, stack(1), ipv4)))).toEqual({ ...over4, vlan: (215 << 12) | 11 });
		expect(told(decode(ethernet(0, 80, [0xaa, 0xaa, 3, 0, 0, 0], unicast, stack(2), ipv4)))).toEqual(over4);
		expect(told(decode(bytesOf(new Uint8Array(14), unicast, stack(2), ipv6), { linkType: LinkType.linuxSll }))).toEqual(over6);
	});

	it('should not take padding for payload', () => {
		expect(told(decode(ethernet(unicast, stack(1), ipv4, [0, 0, 0])))).toEqual(over4);
	});

	it('should carry Ethernet in a pseudowire, with a control word or without', () => {
		for (const inner of [ethernet([8, 0], ipv4), ethernet([0x86, 0xdd], ipv6), ethernet([0x81, 0, 0, 10, 8, 0], ipv4)]) {
			const wanted = told(decode(inner));
			expect(told(decode(ethernet(unicast, stack(2), [0, 0, 0, 0], inner)))).toEqual(wanted);
			expect(told(decode(ethernet(unicast, stack(2), inner)))).toEqual(wanted);
			for (const first of [0x42, 0x4e, 0x60, 0x10, 0xfe]) {
				expect(told(decode(ethernet(unicast, stack(2), withBytes(inner, 0, first)))), `MAC ${first}`).toEqual(wanted);
			}
		}
	});

	it('should be no IP with another pseudowire', () => {
		expect(decode(ethernet(unicast, stack(2), [0, 0, 0, 0], ethernet([8, 6], ipv4)))).toBe('not-ip');
		expect(decode(ethernet(unicast, stack(2), [0x10, 0, 0, 0], new Uint8Array(60)))).toBe('not-ip');
		expect(decode(ethernet(unicast, stack(2), ethernet([8, 0], [0x12, 0x34])))).toBe('not-ip');
	});

	it('should be a bad header if the frame ends in its stack or behind it, truncated if the capture does', () => {
		const whole = ethernet(unicast, stack(2), ipv4);
		for (let length = 14; length <= 22; length++) {
			expect(decode(whole.subarray(0, length)), `${length} bytes`).toBe('bad-header');
			expect(decode(whole, { length }), `${length} bytes of more`).toBe('truncated');
		}
		expect(decode(ethernet(unicast, [0, 1, 0, 64]))).toBe('bad-header');
	});
});
