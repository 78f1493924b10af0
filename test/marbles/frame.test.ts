import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame } from '../../marbles/frame.js';
import { parsePacketLine } from '../../marbles/packetLine.js';

const frameOf = (line: string) => frame(parsePacketLine(line));
const hex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** RFC 1071, word by word, with the carry taken in at once: 0xffff over all that a right checksum covers. */
function onesSum(...parts: Uint8Array[]): number {
	const bytes = parts.flatMap(part => [...part, ...(part.length % 2 === 1 ? [0] : [])]);
	let sum = 0;
	for (let i = 0; i < bytes.length; i += 2) {
		sum += (bytes[i] as number) * 256 + (bytes[i + 1] as number);
		if (sum > 0xffff) sum -= 0xffff;
	}
	return sum;
}

function sumOfIpv4(bytes: Uint8Array, at = 14): { header: number; segment: number } {
	const length = (bytes[at + 2] as number) * 256 + (bytes[at + 3] as number) - 20;
	const pseudoHeader = Uint8Array.from([...bytes.subarray(at + 12, at + 20), 0, 6, length >> 8, length & 255]);
	return { header: onesSum(bytes.subarray(at, at + 20)), segment: onesSum(pseudoHeader, bytes.subarray(at + 20, at + 20 + length)) };
}

describe('frame', () => {
	it('should write Ethernet, IPv4 and TCP byte by byte', () => {
		expect(hex(frameOf('C> S 0x01020304:16909060(0) win 0x1234'))).toBe(
			[
				'020000000002' + '020000000001' + '0800',
				'4500' + '0028' + '0000' + '4000' + '40' + '06' + '26ce' + '0a000001' + '0a000002',
				'0400' + '0050' + '01020304' + '00000000' + '50' + '02' + '1234' + '8156' + '0000',
			].join(''),
		);
	});

	it('should turn the ends around for the server', () => {
		const bytes = frameOf('A:S> S. 1:1(0) ack 2');
		expect(hex(bytes.subarray(0, 12))).toBe('020000000001' + '020000000002');
		expect(hex(bytes.subarray(26, 38))).toBe('0a000002' + '0a000001' + '0050' + '0401');
	});

	it('should write IPv6 with the addresses of RFC 3849', () => {
		const bytes = frameOf('C> . 1:4(3) ip6 "abc"');
		expect(hex(bytes.subarray(12, 54))).toBe(
			['86dd', '60000000', '0017', '06', '40', '20010db8000000000000000000000001', '20010db8000000000000000000000002'].join(''),
		);
		const pseudoHeader = Uint8Array.from([...bytes.subarray(22, 54), 0, 0, 0, 23, 0, 0, 0, 6]);
		expect(onesSum(pseudoHeader, bytes.subarray(54))).toBe(0xffff);
	});

	it('should write one VLAN tag, or two', () => {
		expect(hex(frameOf('C> S 0:0(0) vlan 10').subarray(12, 18))).toBe('8100000a' + '0800');
		expect(hex(frameOf('C> S 0:0(0) vlan 5.10 ip6').subarray(12, 22))).toBe('88a80005' + '8100000a' + '86dd');
	});

	it('should write options, filled up to whole words', () => {
		const bytes = frameOf('C> S 0:0(0) <mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7,sack 3:4>');
		expect(bytes[46]).toBe((20 + 32) << 2);
		expect(hex(bytes.subarray(54))).toBe('020405b4' + '0402' + '080a0000000100000002' + '01' + '030307' + '050a0000000300000004' + '0000');
	});

	it('should fill up to what Ethernet wants, and no further', () => {
		expect(frameOf('C> . 0:1(1) "a"').length).toBe(55);
		expect(frameOf('C> . 0:1(1) "a" pad').length).toBe(60);
		expect(frameOf('C> . 0:100(100) "a"*100 pad').length).toBe(154);
		expect(sumOfIpv4(frameOf('C> . 0:1(1) "a" pad'))).toEqual({ header: 0xffff, segment: 0xffff });
	});

	it('should have right checksums, whatever is in it', () => {
		const part = { seq: fc.nat(), payload: fc.uint8Array({ maxLength: 3000 }), window: fc.integer({ min: 0, max: 0xffff }) };
		fc.assert(
			fc.property(fc.record(part), fields => {
				const bytes = frame({ ...parsePacketLine('S> P. 0:0(0) ack 7'), ...fields });
				expect(sumOfIpv4(bytes)).toEqual({ header: 0xffff, segment: 0xffff });
			}),
		);
	});

	it('should have a wrong one if asked to', () => {
		const { header, segment } = sumOfIpv4(frameOf('C> . 0:3(3) "abc" badsum'));
		expect(header).toBe(0xffff);
		expect(segment).not.toBe(0xffff);
	});

	it('should hold the largest datagram, and refuse a larger one', () => {
		const largest = parsePacketLine('C> . 0:65495(65495) "x"*65495');
		expect(frame(largest).length).toBe(14 + 65535);
		const larger = { ...largest, payload: new Uint8Array(65496) };
		expect(() => frame(larger)).toThrow(new RangeError('IPv4 datagram: expected at most 65535 bytes, found 65536'));
		expect(() => frame({ ...larger, version: 6, payload: new Uint8Array(65516) })).toThrow(RangeError);
		expect(() => frame({ ...largest, connection: 'AB' })).toThrow("connection: expected '' or a letter from A to Z, found 'AB'");
	});
});
