import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkType } from '../../../src/packet.js';
import { DecodeCounters } from '../../../src/wire/decodeCounters.js';
import type { RejectReason } from '../../../src/wire/reject.js';
import { TcpFlag } from '../../../src/wire/segment.js';
import { TcpDecoder } from '../../../src/wire/tcpDecoder.js';
import {
	bytesOf,
	datagramOf,
	decode,
	decodeWith,
	ETHERNET_HEADER_BYTES,
	type Extension,
	ethernet,
	frameOf,
	onesSum,
	packetIn,
	sealed,
	told,
	withBytes,
	withExtensions,
	withIpv4Options,
} from './packets.js';

const line = 'C> P. 1000:1005(5) ack 2000 win 4096 <mss 1460,nop,wscale 7> "hello"';
const ipv4 = datagramOf(line);
const ipv6 = datagramOf(`${line} ip6`);
const routing = (segmentsLeft: number): Extension => [43, [0, 2, 4, segmentsLeft, ...new Array(20).fill(0)]];

/** Frames of every kind that is decoded, each with the payload `hello`. */
const frames: Record<string, { readonly bytes: Uint8Array; readonly linkType: number }> = {
	ethernet: { bytes: frameOf(line), linkType: LinkType.ethernet },
	padded: { bytes: frameOf('C> P. 1000:1005(5) ack 2000 pad "hello"'), linkType: LinkType.ethernet },
	ipv6: { bytes: frameOf(`${line} ip6`), linkType: LinkType.ethernet },
	qinq: { bytes: frameOf(`${line} vlan 5.10`), linkType: LinkType.ethernet },
	snap: { bytes: ethernet(0, ipv4.length + 8, [0xaa, 0xaa, 3, 0, 0, 0, 8, 0], ipv4), linkType: LinkType.ethernet },
	mpls: { bytes: ethernet(0x88, 0x47, [0, 1, 0, 64, 0, 2, 1, 63], ipv4), linkType: LinkType.ethernet },
	null: { bytes: bytesOf([2, 0, 0, 0], ipv4), linkType: LinkType.null },
	sll: { bytes: bytesOf(new Uint8Array(14), 8, 0, ipv4), linkType: LinkType.linuxSll },
	raw: { bytes: ipv4, linkType: LinkType.raw },
	options: { bytes: withIpv4Options(ipv4, [1, 1, 1, 0]), linkType: LinkType.raw },
	extensions: { bytes: withExtensions(ipv6, [0, new Array(8).fill(0)], [51, [0, 4, ...new Array(22).fill(0)]]), linkType: LinkType.raw },
};
const cases = Object.entries(frames).map(([name, { bytes, linkType }]) => ({ name, bytes, linkType }));

describe('TcpDecoder', () => {
	it('should read the whole TCP header', () => {
		const segment = decode(frameOf('S> SFRP.UEW 0xfffffffe:3(5) ack 0xffffffff win 4660 urg 22136 <mss 1460,nop,nop> "hello"'));
		expect(segment).toMatchObject({
			version: 4,
			sourcePort: 80,
			destinationPort: 1024,
			seq: -2,
			ack: -1,
			flags: 255,
			window: 0x1234,
			urgentPointer: 0x5678,
			length: 5,
			missing: 0,
			packet: 7,
			options: Uint8Array.of(2, 4, 5, 0xb4, 1, 1, 0, 0),
			payload: new TextEncoder().encode('hello'),
		});
	});

	it.each(Object.entries({ fin: 'F', syn: 'S', rst: 'R', psh: 'P', ack: '.', urg: 'U', ece: 'E', cwr: 'W' }))(
		'should know %s',
		(name, letter) => {
			const segment = decode(frameOf(`C> ${letter} 0:0(0)`));
			if (typeof segment === 'string') expect.fail(segment);
			const flag = TcpFlag[name as keyof typeof TcpFlag];
			const others: number[] = Object.values(TcpFlag).filter(other => other !== flag);
			expect(segment.has(flag)).toBe(true);
			expect(others.some(other => segment.has(other) || segment.has(flag | other))).toBe(false);
		},
	);

	it('should keep the time and the number of the packet', () => {
		const segment = decode(frameOf(line));
		expect(segment).toMatchObject({ packet: 7, timestamp: { seconds: 1, nanoseconds: 2000, digits: 6 } });
	});

	it('should not be wrong about one packet because of the one before', () => {
		const arbitrary = fc.constantFrom(...cases);
		fc.assert(
			fc.property(fc.array(fc.tuple(arbitrary, fc.nat(120)), { maxLength: 6 }), mix => {
				const decoder = new TcpDecoder();
				for (const [{ bytes, linkType }, cut] of mix) {
					const captured = { linkType, length: Math.max(0, bytes.length - cut) };
					expect(told(decodeWith(decoder, bytes, captured))).toEqual(told(decode(bytes, captured)));
				}
			}),
		);
	});

	it.each<[string, RejectReason, Uint8Array]>([
		['a data offset below 20', 'bad-header', withBytes(ipv4, 32, 0x40)],
		['a data offset beyond the datagram', 'bad-header', withBytes(ipv4, 32, 0xf0)],
		['a datagram that is too short for TCP', 'bad-header', withBytes(ipv4, 3, 39)],
		['a datagram with nothing behind its header', 'bad-header', withBytes(ipv4, 3, 20)],
	])('should reject %s', (_, reason, datagram) => {
		expect(decode(datagram, { linkType: LinkType.raw })).toBe(reason);
	});

	it('should take a header that fills the datagram, but none that is longer', () => {
		const options = datagramOf('C> S 1:1(0) <mss 1460,nop,nop>');
		expect(decode(options, { linkType: LinkType.raw })).toMatchObject({ length: 0, missing: 0 });
		expect(decode(withBytes(options, 32, 0x80), { linkType: LinkType.raw })).toBe('bad-header');
	});
});

describe('a frame that is cut at any byte', () => {
	it.each(cases)('should be truncated, or give the payload so far and what is missing: $name', ({ bytes, linkType }) => {
		const whole = decode(bytes, { linkType });
		if (typeof whole === 'string') expect.fail(whole);
		for (let length = 0; length <= bytes.length; length++) {
			const cut = decode(bytes, { linkType, length });
			if (length < whole.payloadAt) {
				expect(cut, `cut at ${length}`).toBe('truncated');
				continue;
			}
			const captured = Math.min(5, length - whole.payloadAt);
			const payload = 'hello'.slice(0, captured);
			expect(told(cut), `cut at ${length}`).toEqual({ ...(told(whole) as object), payload, missing: 5 - captured });
		}
	});

	it.each(cases)('should be rejected, or give the payload so far, if nothing says that it was cut: $name', ({ bytes, linkType }) => {
		const whole = decode(bytes, { linkType });
		if (typeof whole === 'string') expect.fail(whole);
		for (let length = 0; length <= bytes.length; length++) {
			const cut = decode(bytes.subarray(0, length), { linkType });
			const payload = 'hello'.slice(0, Math.max(0, length - whole.payloadAt));
			if (length < whole.payloadAt) expect(cut, `cut at ${length}`).toBe('bad-header');
			else expect(told(cut), `cut at ${length}`).toEqual({ ...(told(whole) as object), payload });
		}
	});

	it.each(cases)('should be rejected, or whole, if nothing says that it was cut and that is verified: $name', ({ bytes, linkType }) => {
		const whole = decode(bytes, { linkType });
		if (typeof whole === 'string') expect.fail(whole);
		for (let length = 0; length < whole.payloadAt + 5; length++) {
			const cut = decode(bytes.subarray(0, length), { linkType }, { checksums: 'verify' });
			expect(cut, `cut at ${length}`).toMatch(/^bad-(header|length|checksum)$/);
		}
	});

	it.each(cases)('should not be mended by what lies around it in the block: $name', ({ bytes, linkType }) => {
		for (let length = 0; length <= bytes.length; length++) {
			const alone = decode(bytes, { linkType, length });
			for (const surroundings of [bytes, new Uint8Array(64).fill(0xff), new Uint8Array(64)]) {
				expect(told(decode(bytes, { linkType, length, surroundings }))).toEqual(told(alone));
			}
		}
	});
});

describe('a frame with any bytes changed', () => {
	const change = fc.record({ at: fc.nat(127), value: fc.constantFrom(0, 1, 4, 6, 15, 20, 40, 44, 0x45, 0x60, 0x7f, 0x81, 0xff) });

	it('should never throw, nor give a segment that does not lie within it', () => {
		const arbitrary = fc.record({
			kind: fc.constantFrom(...cases),
			changes: fc.array(fc.oneof(change, fc.record({ at: fc.nat(127), value: fc.nat(255) })), { minLength: 1, maxLength: 8 }),
			cut: fc.nat(30),
			checksums: fc.constantFrom('ignore' as const, 'verify' as const),
		});
		let segments = 0;
		let rejects = 0;
		fc.assert(
			fc.property(arbitrary, ({ kind: { bytes, linkType }, changes, cut, checksums }) => {
				const changed = bytes.slice();
				for (const { at, value } of changes) changed[at % bytes.length] = value;
				const captured = { linkType, length: Math.max(0, bytes.length - cut) };
				const segment = decode(changed, captured, { checksums });
				if (typeof segment === 'string') {
					rejects++;
					return;
				}
				segments++;
				const { end } = packetIn(changed, captured);
				expect(segment.addressAt).toBeGreaterThanOrEqual(0);
				expect(segment.addressAt + (segment.version === 4 ? 8 : 32)).toBeLessThanOrEqual(segment.headerAt);
				expect(segment.headerAt + 20).toBeLessThanOrEqual(segment.payloadAt);
				expect(segment.length).toBeGreaterThanOrEqual(0);
				expect(segment.payloadAt + segment.length).toBeLessThanOrEqual(end);
				expect(segment.missing).toBeGreaterThanOrEqual(0);
				expect(segment.length + segment.missing).toBeLessThanOrEqual(bytes.length);
				expect(segment.payload).toHaveLength(segment.length);
				expect(String(segment.flow)).toContain('->');
				expect(segment.options.length).toBe(segment.payloadAt - segment.headerAt - 20);
			}),
			{ numRuns: 3000 },
		);
		expect(Math.min(segments, rejects)).toBeGreaterThan(100);
	});

	it('should never throw with nothing but random bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...Object.values(LinkType)), (bytes, linkType) => {
				const decoded = decode(bytes, { linkType });
				expect(typeof decoded === 'string' || decoded.length <= bytes.length).toBe(true);
			}),
			{ numRuns: 10_000 },
		);
	});
});

describe('checksums', () => {
	const raw = { linkType: LinkType.raw };
	const verify = { checksums: 'verify' } as const;
	const odd = datagramOf('C> P. 1:4(3) ack 1 "abc"');
	const checked: [string, Uint8Array][] = [
		['IPv4', ipv4],
		['IPv6', ipv6],
		['an even length', datagramOf('C> P. 1:5(4) ack 1 "abcd"')],
		['an odd length', odd],
		['an odd length over IPv6', datagramOf('C> P. 1:4(3) ack 1 ip6 "abc"')],
		['no payload', datagramOf('C> S 1:1(0)')],
		['IPv4 options', withIpv4Options(ipv4, [7, 7, 4, 0, 0, 0, 0, 0])],
		['extension headers', withExtensions(ipv6, [60, new Array(8).fill(0)], routing(0))],
		['padding behind it', bytesOf(odd, [1, 2, 3])],
	];

	it.each(checked)('should be right with %s', (_, datagram) => {
		expect(told(decode(datagram, raw, verify))).toEqual(told(decode(datagram, raw)));
		expect(decode(datagram, raw, verify)).toBeTypeOf('object');
	});

	it('should be wrong with any bit of an IPv4 datagram turned', () => {
		for (const datagram of [ipv4, odd]) {
			for (let bit = 0; bit < 8 * datagram.length; bit++) {
				const turned = withBytes(datagram, bit >> 3, (datagram[bit >> 3] as number) ^ (1 << (bit & 7)));
				expect(decode(turned, raw, verify), `bit ${bit}`).toBeTypeOf('string');
			}
		}
	});

	it('should be wrong with any bit of the addresses or the segment turned over IPv6', () => {
		for (let bit = 8 * 8; bit < 8 * ipv6.length; bit++) {
			const turned = withBytes(ipv6, bit >> 3, (ipv6[bit >> 3] as number) ^ (1 << (bit & 7)));
			expect(decode(turned, raw, verify), `bit ${bit}`).toBeTypeOf('string');
		}
	});

	it('should reject what is wrong only when they are verified', () => {
		const bad = frameOf('C> P. 1:4(3) ack 1 badsum "abc"');
		expect(decode(bad, {}, verify)).toBe('bad-checksum');
		expect(decode(bad, {}, { checksums: 'ignore' })).toMatchObject({ length: 3 });
		expect(decode(bad)).toMatchObject({ length: 3 });
		expect(decode(withBytes(ipv4, 8, 63), raw, verify)).toBe('bad-checksum');
		expect(decode(withBytes(ipv4, 8, 63), raw)).toMatchObject({ length: 5 });
	});

	it('should be taken for right where they were left to the network card', () => {
		const pseudoHeader4 = bytesOf(ipv4.subarray(12, 20), 0, 6, 0, ipv4.length - 20);
		const sum4 = onesSum(pseudoHeader4);
		const offloaded4 = withBytes(ipv4, 36, sum4 >> 8, sum4 & 255);
		expect(decode(offloaded4, raw, verify)).toMatchObject({ length: 5 });
		expect(decode(withBytes(offloaded4, 10, 0, 0), raw, verify)).toMatchObject({ length: 5 });
		const pseudoHeader6 = bytesOf(ipv6.subarray(8, 40), 0, 0, 0, ipv6.length - 40, 0, 0, 0, 6);
		const sum6 = onesSum(pseudoHeader6);
		expect(decode(withBytes(ipv6, 56, sum6 >> 8, sum6 & 255), raw, verify)).toMatchObject({ length: 5 });
		expect(decode(withBytes(ipv4, 36, sum4 >> 8, (sum4 & 255) ^ 1), raw, verify)).toBe('bad-checksum');
	});

	it('should count those that were left to the network card', () => {
		const counters = new DecodeCounters();
		const sum = onesSum(bytesOf(ipv4.subarray(12, 20), 0, 6, 0, ipv4.length - 20));
		const offloaded = withBytes(ipv4, 36, sum >> 8, sum & 255);
		const verifying = new TcpDecoder({ checksums: 'verify', counters });
		for (const bytes of [ipv4, offloaded, withBytes(ipv4, 36, 1, 2), offloaded]) decodeWith(verifying, bytes, raw);
		expect(counters.offloaded).toBe(2);
		decode(offloaded, raw, { counters });
		expect(counters.offloaded).toBe(2);
	});

	it('should not be verified of a segment that the capture cut', () => {
		const cut = { ...raw, length: ipv4.length - 1 };
		expect(decode(withBytes(ipv4, 36, 1, 2), cut, verify)).toMatchObject({ length: 4, missing: 1 });
	});

	it('should still be verified of the IP header of such a segment', () => {
		expect(decode(withBytes(ipv4, 8, 63), { ...raw, length: ipv4.length - 1 }, verify)).toBe('bad-checksum');
	});

	it('should not be verified where a routing header says that the destination is another one', () => {
		const bad = withBytes(ipv6, 56, 1, 2);
		expect(decode(withExtensions(bad, routing(1)), raw, verify)).toMatchObject({ length: 5 });
		expect(decode(withExtensions(bad, routing(0)), raw, verify)).toBe('bad-checksum');
		const decoder = new TcpDecoder(verify);
		expect(decodeWith(decoder, withExtensions(bad, routing(1)), raw)).toMatchObject({ length: 5 });
		expect(decodeWith(decoder, bad, raw)).toBe('bad-checksum');
	});

	it('should be right with an IPv4 header that sums up to all ones', () => {
		const header = sealed(ipv4.slice(0, 20));
		expect(onesSum(header)).toBe(0xffff);
		expect(decode(bytesOf(header, ipv4.subarray(20)), raw, verify)).toMatchObject({ length: 5 });
	});
});

it('should find the segment behind the Ethernet header', () => {
	expect(decode(frameOf('C> S 0:0(0)'))).toMatchObject({ addressAt: ETHERNET_HEADER_BYTES + 12, headerAt: ETHERNET_HEADER_BYTES + 20 });
});
