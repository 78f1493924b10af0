import { from, Subject } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { frame } from '../../marbles/frame.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { decodeTcp, type Reject, RejectCounter } from '../../operators/decodeTcp.js';
import { type Packet, packetOf } from '../../src/packet.js';
import { DecodeCounters } from '../../src/wire/decodeCounters.js';
import type { Segment } from '../../src/wire/segment.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';
import { packetsOf, printItem } from '../support/operatorsTraffic.js';

const a = 'C> S 0:0(0)';
const b = 'S> S. 0:0(0) ack 1';
const c = 'C> . 1:4(3) "ABC"';

/** An ARP request, more or less: no IP. */
const arp = (number: number) => packetOf({ bytes: Uint8Array.of(...Array(12).fill(1), 0x08, 0x06, 0, 1), timestamp: 0, number });

/** A UDP datagram: the frame of a packet line with another protocol number. */
function udp(number: number): Packet {
	const bytes = frame(parsePacketLine(a));
	bytes[14 + 9] = 17;
	return packetOf({ bytes, timestamp: 0, number });
}

const wrongSum = 'C> . 1:4(3) badsum "ABC"';

checkOperator('decodeTcp', {
	make: () => decodeTcp({ rejected: new RejectCounter() }),
	items: () => [arp(9), ...packetsOf(a, b), udp(8), ...packetsOf(c)],
	print: printItem,
	output: ['#1', '#2', '#1'],
});

describe('decodeTcp', () => {
	it('should emit the segment of each packet, with its number and time', () => {
		const segments: Segment[] = [];
		from(packetsOf(a, c))
			.pipe(decodeTcp())
			.subscribe(segment => segments.push(segment));
		const said = segments.map(({ packet, timestamp, length }) => ({ packet, ms: timestamp.ms, length }));
		expect(said).toEqual([
			{ packet: 1, ms: 0, length: 0 },
			{ packet: 2, ms: 1, length: 3 },
		]);
		expect(segments.map(({ flow }) => String(flow))).toEqual(['10.0.0.1:1024->10.0.0.2:80', '10.0.0.1:1024->10.0.0.2:80']);
	});

	it('should tell of every packet that it leaves out, when it leaves it out', () => {
		const rejected = new Subject<Reject>();
		const lines: string[] = [];
		rejected.subscribe(({ reason, packet }) => lines.push(`${reason} #${packet.number}`));
		from([arp(1), ...packetsOf(a), udp(3)])
			.pipe(decodeTcp({ rejected }))
			.subscribe(segment => lines.push(printItem(segment)));
		expect(lines).toEqual(['not-ip #1', '#1', 'not-tcp #3']);
	});

	it('should count what it leaves out by reason, over all subscriptions that share the counter', () => {
		const rejected = new RejectCounter();
		const piped = from([arp(1), udp(2), arp(3), ...packetsOf(a)]).pipe(decodeTcp({ rejected }));
		expect(record(piped, printItem).lines).toEqual(['#1', '|']);
		expect(rejected.counts).toEqual({ 'not-ip': 2, 'not-tcp': 1 });
		record(piped, printItem);
		expect(rejected.counts).toEqual({ 'not-ip': 4, 'not-tcp': 2 });
	});

	it.each([
		[undefined, ['#1', '#2', '|'], {}],
		['ignore', ['#1', '#2', '|'], {}],
		['verify', ['#1', '|'], { 'bad-checksum': 1 }],
	] as const)('should treat a wrong checksum as asked: %s', (checksums, lines, counts) => {
		const rejected = new RejectCounter();
		expect(record(from(packetsOf(c, wrongSum)).pipe(decodeTcp({ checksums, rejected })), printItem).lines).toEqual(lines);
		expect(rejected.counts).toEqual(counts);
	});

	it('should look into tunnels unless it is told not to, and count what it puts together', () => {
		const inner = frame(parsePacketLine(c)).subarray(14);
		const outer = Uint8Array.of(0x45, 0, 0, 20 + inner.length, 0, 0, 0, 0, 64, 4, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, ...inner);
		const part = (from: number, to: number, flags: number) => {
			const header = outer.slice(0, 20);
			header.set([20 + to - from], 3);
			header.set([flags, from / 8], 6);
			return packetOf({ bytes: Uint8Array.of(...header, ...outer.subarray(20 + from, 20 + to)), timestamp: 0, linkType: 101, number: 1 });
		};
		const parts = from([part(0, 16, 0x20), part(16, inner.length, 0)]);
		const counters = new DecodeCounters();
		const tunnels: string[] = [];
		parts.pipe(decodeTcp({ counters })).subscribe(({ tunnel }) => tunnels.push(String(tunnel)));
		expect(tunnels).toEqual(['ipip 192.0.2.1-192.0.2.2']);
		expect(counters.defragmented).toBe(1);
		const rejected = new RejectCounter();
		expect(record(parts.pipe(decodeTcp({ tunnels: false, rejected })), printItem).lines).toEqual(['|']);
		expect(rejected.counts).toEqual({ fragment: 1, 'not-tcp': 1 });
	});

	it('should tell of nothing more that waits when its consumer has enough', () => {
		const source = new Subject<Packet>();
		const rejected = new RejectCounter();
		const { subscription, lines } = record(source.pipe(decodeTcp({ rejected })), printItem, () => {
			source.next(udp(2));
			subscription.unsubscribe();
		});
		for (const packet of packetsOf(a)) source.next(packet);
		expect(lines).toEqual(['#1']);
		expect(rejected.counts).toEqual({});
	});

	it('should fail, and let go of its source, when who is told of rejects throws', () => {
		const source = new Subject<Packet>();
		const rejected = {
			next: () => {
				throw new Error('full');
			},
		};
		const { lines } = record(source.pipe(decodeTcp({ rejected })), printItem);
		for (const packet of [...packetsOf(a), udp(2), ...packetsOf(c)]) source.next(packet);
		expect(lines).toEqual(['#1', '# full']);
		expect(source.observed).toBe(false);
	});

	it.each([
		[{ checksums: 'check' }, "decodeTcp: option checksums must be 'ignore' or 'verify', but is \"check\""],
		[{ checksums: true }, "decodeTcp: option checksums must be 'ignore' or 'verify', but is true"],
		[{ rejected: () => undefined }, 'decodeTcp: option rejected must be an object with next(), but is a function'],
		[{ rejected: {} }, 'decodeTcp: option rejected must be an object with next(), but is an object'],
		[{ checksum: 'verify' }, 'decodeTcp: there is no option checksum; the options are checksums, defragment, tunnels, counters, rejected'],
		[{ tunnels: 'no' }, 'decodeTcp: option tunnels must be true or false, but is "no"'],
		[{ counters: {} }, 'decodeTcp: option counters must be a DecodeCounters, but is an object'],
		[null, 'decodeTcp: options must be an object, but is null'],
		['verify', 'decodeTcp: options must be an object, but is "verify"'],
	])('should refuse %j at the call', (options, message) => {
		expect(() => decodeTcp(options as object)).toThrow(new TypeError(message));
	});

	it('should take options that are left out or undefined', () => {
		const packets = from(packetsOf(a));
		expect(record(packets.pipe(decodeTcp(undefined)), printItem).lines).toEqual(['#1', '|']);
		expect(record(packets.pipe(decodeTcp({ checksums: undefined, rejected: undefined })), printItem).lines).toEqual(['#1', '|']);
	});

	it('should infer its types in a pipe', () => {
		expectTypeOf(from<Packet[]>([]).pipe(decodeTcp())).toEqualTypeOf(from<Segment[]>([]));
	});
});
