import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { frame } from '../../marbles/frame.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { packetFromLine } from '../../marbles/packetSource.js';
import type { Packet } from '../../src/packet.js';

const a = 'C> . 1:4(3) "ABC"';
const b = 'C> . 4:7(3) "DEF" cut 2';
const c = 'C> . 7:10(3) "GHI" @12.345';
const headline = (packet: Packet) => `${packet.number} ${packet.timestamp.ms} ${packet.bytes.length}/${packet.originalLength}`;

describe('packets', () => {
	it('should emit numbered frames with the virtual time', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('             a-b 10ms (ca)|', { a, b, c });
			expectObservable(source.pipe(map(headline))).toBe('x-y 10ms (zw)|', {
				x: '1 0 57/57',
				y: '2 2 55/57',
				z: '3 12345 57/57',
				w: '4 13 57/57',
			});
		});
	});

	it('should emit the bytes of the lines', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('ab|', { a, b });
			expectObservable(source.pipe(map(packet => packet.bytes))).toBe('xy|', {
				x: frame(parsePacketLine(a)),
				y: frame(parsePacketLine(b)).subarray(0, 55),
			});
		});
	});

	it('should be cold: each subscription counts from 1, at its own time', () => {
		packetMarbles(({ packets, expectObservable, expectSubscriptions }) => {
			const source = packets('                          ab|', { a, b });
			expectObservable(source.pipe(map(headline))).toBe('     xy|', { x: '1 0 57/57', y: '2 1 55/57' });
			expectObservable(source.pipe(map(headline)), '---^').toBe('---xy|', { x: '1 3 57/57', y: '2 4 55/57' });
			expectSubscriptions(source.subscriptions).toBe(['           ^-!', '---^-!']);
		});
	});

	it('should error with what is given', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const error = new Error('cut off');
			expectObservable(packets('--#', {}, error)).toBe('--#', undefined, error);
		});
	});

	it.each<[string, string, Record<string, string>, string]>([
		['a letter without a line', 'a-b', { a }, "packets: expected a legend line for 'b' of 'a-b', found one for a"],
		['a key of two letters', 'a', { ab: a }, "packets, legend 'ab': expected a key of one character, and none of - | # ( ) ^ !"],
		['a key that is no letter', 'a', { '-': a }, "packets, legend '-': expected a key of one character, and none of - | # ( ) ^ !"],
		['a wrong line, used or not', '-', { x: 'C> . 1:4(3)' }, "packets, legend 'x', column 12: expected a payload of 3 bytes"],
		['more cut off than there is', 'a', { a: 'C> . 0:0(0) cut 55' }, "packets, legend 'a': cut: expected at most the 54 bytes"],
		[
			'options and payload that do not fit',
			'-',
			{ a: 'C> . 0:65495(65495) <nop> "a"*65495' },
			"packets, legend 'a', column 6: expected a LENGTH",
		],
	])('should refuse %s', (_what, marbles, legend, message) => {
		expect(() => packetMarbles(({ packets }) => packets(marbles, legend))).toThrow(message);
	});
});

describe('hotPackets', () => {
	it('should number the packets by their place, whoever listens', () => {
		packetMarbles(({ hotPackets, expectObservable, expectSubscriptions }) => {
			const source = hotPackets('                     -a^a-b-a|', { a, b });
			expectObservable(source.pipe(map(headline))).toBe('    -x-y-z|', { x: '2 1 57/57', y: '3 3 55/57', z: '4 5 57/57' });
			expectObservable(source.pipe(map(headline)), '--^').toBe('---y-z|', { y: '3 3 55/57', z: '4 5 57/57' });
			expectSubscriptions(source.subscriptions).toBe(['         ^-----!', '--^---!']);
		});
	});
});

describe('packetFromLine', () => {
	it('should make a packet of any time and number', () => {
		expect(headline(packetFromLine(parsePacketLine(a), 1500.25, 7))).toBe('7 1500.25 57/57');
		expect(headline(packetFromLine(parsePacketLine(c), 0))).toBe('0 12345 57/57');
	});
});
