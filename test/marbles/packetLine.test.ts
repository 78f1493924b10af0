import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineError } from '../../marbles/lineReader.js';
import { type PacketLine, parsePacketLine, printPacketLine } from '../../marbles/packetLine.js';
import type { TcpOption } from '../../marbles/tcpOptions.js';
import { Timestamp } from '../../src/timestamp.js';

const ACK = 16;
const URG = 32;
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const vlanId = fc.integer({ min: 1, max: 4094 });

const option: fc.Arbitrary<TcpOption> = fc.oneof(
	fc.constantFrom<TcpOption>({ kind: 'nop' }, { kind: 'eol' }, { kind: 'sackOK' }),
	fc.record({ kind: fc.constant('mss' as const), value: uint16 }),
	fc.record({ kind: fc.constant('wscale' as const), value: fc.integer({ min: 0, max: 255 }) }),
	fc.record({ kind: fc.constant('TS' as const), value: uint32, echo: uint32 }),
	fc.record({
		kind: fc.constant('unknown' as const),
		code: fc.integer({ min: 2, max: 255 }),
		bytes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 10 }),
	}),
	fc.record({ kind: fc.constant('sack' as const), blocks: fc.array(fc.tuple(uint32, uint32), { minLength: 1, maxLength: 2 }) }),
);

const timestamp = fc
	.tuple(fc.nat(), fc.constantFrom(3, 6, 9), fc.integer({ min: 0, max: 999_999_999 }))
	.map(([seconds, digits, nanoseconds]) => new Timestamp(seconds, nanoseconds - (nanoseconds % 10 ** (9 - digits)), digits));

const packetLine: fc.Arbitrary<PacketLine> = fc
	.record({
		connection: fc.constantFrom('', ...'ABCXYZ'),
		direction: fc.constantFrom('client' as const, 'server' as const),
		flags: fc.integer({ min: 0, max: 255 }),
		seq: uint32,
		seqFromIsn: fc.boolean(),
		ack: uint32,
		ackFromIsn: fc.boolean(),
		window: uint16,
		urgent: uint16,
		options: fc.array(option, { maxLength: 2 }),
		version: fc.constantFrom(4 as const, 6 as const),
		vlan: fc.oneof(
			fc.constant(0),
			vlanId,
			fc.tuple(vlanId, vlanId).map(([outer, inner]) => (outer << 12) | inner),
		),
		pad: fc.boolean(),
		cut: fc.integer({ min: 0, max: 0xffff }),
		badChecksum: fc.boolean(),
		timestamp: fc.option(timestamp, { nil: undefined }),
		payload: fc.uint8Array({ maxLength: 64 }),
	})
	.map(line => {
		const hasAck = (line.flags & ACK) !== 0;
		const urgent = (line.flags & URG) === 0 ? 0 : line.urgent;
		return { ...line, ack: hasAck ? line.ack : 0, ackFromIsn: hasAck && line.ackFromIsn, urgent };
	});

describe('parsePacketLine', () => {
	it('should read a plain segment', () => {
		expect(parsePacketLine('C> P 4:7(3) "DEF"')).toEqual({
			connection: '',
			direction: 'client',
			flags: 8,
			seq: 4,
			seqFromIsn: false,
			ack: 0,
			ackFromIsn: false,
			window: 65535,
			urgent: 0,
			options: [],
			version: 4,
			vlan: 0,
			pad: false,
			cut: 0,
			badChecksum: false,
			timestamp: undefined,
			payload: Uint8Array.from([68, 69, 70]),
		});
	});

	it('should read every word, in any order', () => {
		const line = 'B:S> WEU.PRSF 0:4(4) hex:01*4 @12.5 badsum cut 2 pad vlan 5.10 ip6 <nop,mss 1460> urg 3 win 0 ack 7';
		expect(parsePacketLine(line)).toEqual({
			connection: 'B',
			direction: 'server',
			flags: 255,
			seq: 0,
			seqFromIsn: false,
			ack: 7,
			ackFromIsn: false,
			window: 0,
			urgent: 3,
			options: [{ kind: 'nop' }, { kind: 'mss', value: 1460 }],
			version: 6,
			vlan: (5 << 12) | 10,
			pad: true,
			cut: 2,
			badChecksum: true,
			timestamp: new Timestamp(12, 500_000_000, 3),
			payload: Uint8Array.from([1, 1, 1, 1]),
		});
	});

	it('should set ACK for an acknowledgment, and URG for an urgent pointer', () => {
		expect(parsePacketLine('C> none 0:0(0)').flags).toBe(0);
		expect(parsePacketLine('C> none 0:0(0) ack 1 urg 2').flags).toBe(ACK | URG);
	});

	it('should count sequence numbers modulo 2^32', () => {
		expect(parsePacketLine('C> . 0xFFFFFFFE:2(4) "abcd"').seq).toBe(0xfffffffe);
		expect(parsePacketLine('C> . 4294967294:4294967298(4) "abcd"').seq).toBe(0xfffffffe);
		expect(parsePacketLine('C> . 4294967296:4(4) "abcd" ack 4294967297')).toMatchObject({ seq: 0, ack: 1 });
	});

	it('should count sequence numbers from the initial ones behind a plus', () => {
		expect(parsePacketLine('C> . +1:+4(3) "ABC" ack 5')).toMatchObject({ seq: 1, seqFromIsn: true, ack: 5, ackFromIsn: false });
		expect(parsePacketLine('C> . 1:4(3) "ABC" ack +5')).toMatchObject({ seq: 1, seqFromIsn: false, ack: 5, ackFromIsn: true });
		expect(printPacketLine(parsePacketLine('C> . +0x1:+4(3) "ABC" ack +0'))).toBe('C> . +1:+4(3) ack +0 "ABC"');
	});

	it.each([
		['C> . +1:4(3) "ABC"', 6, 'START:END(LENGTH)', "'+1:4(3)'"],
		['C> . +1:+5(3) "ABC"', 10, 'END to be START + LENGTH = 4', '5'],
		['', 1, 'C> or S>, or A:C> to Z:S>', 'the end of the line'],
		['C S 0:0(0)', 1, 'C> or S>, or A:C> to Z:S>', "'C'"],
		['AB:C> S 0:0(0)', 1, 'C> or S>, or A:C> to Z:S>', "'AB:C>'"],
		['C> X 0:0(0)', 4, 'flags: some of F S R P . U E W, each once, or none', "'X'"],
		['C> SS 0:0(0)', 4, 'flags: some of F S R P . U E W, each once, or none', "'SS'"],
		['C> S 0:0', 6, 'START:END(LENGTH)', "'0:0'"],
		['C> . 1:5(3) "ABC"', 8, 'END to be START + LENGTH = 4', '5'],
		['C> . 0:9007199254740992(9007199254740992)', 6, 'START:END(LENGTH) below 2^53', "'0:9007199254740992(9007199254740992)'"],
		['C> . 1:4(3) "ABCD"', 13, 'a payload of 3 bytes, as 1:4(3) says', '4 bytes'],
		['C> . 1:4(3)', 12, 'a payload of 3 bytes, as 1:4(3) says', 'the end of the line'],
		['C> . 1:1(0) "A"', 13, 'no payload, as 1:1(0) says', '1 bytes'],
		['C> . 0:65496(65496) "x"*65496', 6, 'a LENGTH of at most 65495', "'0:65496(65496)'"],
		['C> . 0:65495(65495) <nop> "x"*65495', 6, 'a LENGTH of at most 65491', "'0:65495(65495)'"],
		['C> . 0:0(0) wat', 13, 'one of ack, win, urg, <options>, ip6, vlan, pad, cut, badsum, @seconds, payload', "'wat'"],
		['C> . 0:0(0) toString', 13, 'one of ack, win, urg, <options>, ip6, vlan, pad, cut, badsum, @seconds, payload', "'toString'"],
		['C> . 0:0(0) win 1 win 2', 19, 'win only once', "'win'"],
		['C> . 0:0(0) win 65536', 17, 'the window: a number from 0 to 65535', "'65536'"],
		['C> . 0:0(0) ack', 16, 'the acknowledgment number: a number from 0 to 9007199254740991', 'the end of the line'],
		['C> . 0:0(0) ack -1', 17, 'the acknowledgment number: a number from 0 to 9007199254740991', "'-1'"],
		['C> . 0:0(0) vlan 4095', 18, 'a VLAN id from 1 to 4094, or outer.inner', "'4095'"],
		['C> . 0:0(0) @1.2.3', 13, '@ and seconds, such as @12.345', "'@1.2.3'"],
		['C> . 0:0(0) <nop', 13, 'a closing >', 'the end of the line'],
		['C> . 0:0(0) <nop>x', 13, 'a blank behind >', "'<nop>x'"],
		['C> . 0:0(0) <nop, mss>', 18, 'an option: mss N, wscale N, sackOK, sack A:B …, TS val N ecr N, nop, eol, unknown-N hex', "'mss'"],
		[
			'C> . 0:0(0) <mss 65536>',
			14,
			'an option: mss N, wscale N, sackOK, sack A:B …, TS val N ecr N, nop, eol, unknown-N hex',
			"'mss 65536'",
		],
		['C> . 0:0(0) <TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,nop>', 13, 'at most 40 bytes of options', '44'],
		['C> . 0:1(1) "A', 13, 'a closing "', 'the end of the line'],
	])('should refuse %s', (line, column, expected, found) => {
		const error = errorOf(() => parsePacketLine(line));
		expect(error).toBeInstanceOf(LineError);
		expect(error).toMatchObject({ line, column, expected, found });
	});

	it('should point at the wrong word below a line', () => {
		expect(errorOf(() => parsePacketLine('C> .\t1:4(3) "ABCD"')).message).toBe(
			['column 13: expected a payload of 3 bytes, as 1:4(3) says, found 4 bytes', '  C> .\t1:4(3) "ABCD"', '      \t       ^'].join('\n'),
		);
	});
});

describe('printPacketLine', () => {
	it.each([
		['S> .S 0x10:16(0) win 65535', 'S> S. 16:16(0)'],
		['A:C> P 4:7(3) "DEF" ack 1', 'A:C> P. 4:7(3) ack 1 "DEF"'],
		['C>  .  1:1(0)   <nop,nop,sack 5:9 11:15>', 'C> . 1:1(0) <nop,nop,sack 5:9 11:15>'],
		['C> S 0:0(0) @3', 'C> S 0:0(0) @3.000'],
		['C> S 0:0(0) @3.0000001', 'C> S 0:0(0) @3.000000100'],
	])('should print %s as %s', (line, printed) => {
		expect(printPacketLine(parsePacketLine(line))).toBe(printed);
	});

	it('should be read again as the same packet', () => {
		fc.assert(
			fc.property(packetLine, line => {
				expect(parsePacketLine(printPacketLine(line))).toEqual(line);
			}),
		);
	});
});

function errorOf(run: () => unknown): Error {
	try {
		run();
	} catch (error) {
		return error as Error;
	}
	throw new Error('it did not throw');
}
