import { describe, expect, it } from 'vitest';
import { overlapPolicies } from '../../../src/assembly/overlap.js';
import { Tunnel } from '../../../src/tunnel.js';
import { Segment } from '../../../src/wire/segment.js';
import { Bench, c, handshake, handshakeLines, type SegmentFields, s, textOf } from '../../support/segments.js';
import { rawSegment } from '../../support/segmentsRaw.js';

const flags = (letters: string, more: SegmentFields = {}): SegmentFields => ({ flags: letters, ...more });

/** After the handshake. */
function connected(options = {}): Bench {
	const bench = new Bench(options);
	expect(bench.push(...handshake)).toEqual(handshakeLines);
	return bench;
}

const ABC = c(1001, 'ABC');
const DEF = c(1004, 'DEF');
const GHI = c(1007, 'GHI');
const JKL = c(1010, 'JKL');

/** The table of cases in SEMANTICS; each begins with the handshake c1000[S] s5000[SA] c1001[A] unless it says otherwise. */
describe('Assembler: segments out of order', () => {
	it('should put reordered segments in order', () => {
		const bench = connected();
		expect(bench.push(DEF)).toEqual([]);
		expect(bench.push(ABC)).toEqual(['C> "ABC"', 'C> "DEF"']);
		expect(bench.push(GHI)).toEqual(['C> "GHI"']);
	});

	it('should give the same bytes without a skip for every order of the segments', () => {
		const parts = [ABC, c(1004, 'D'), c(1005, 'EFGH'), c(1009, 'IJ'), c(1011, 'K', flags('F.'))];
		for (const order of permutations(parts)) {
			const bench = connected();
			bench.push(...order);
			expect(bench.stream()).toBe('ABCDEFGHIJK');
			expect(bench.chunks.every(chunk => chunk.skip === 0)).toBe(true);
			expect(bench.end()).toEqual(['S> eof']);
		}
	});

	it('should skip a gap that is never filled, at the end', () => {
		const bench = connected();
		expect(bench.push(ABC, GHI, JKL, c(1013, '', flags('F.')))).toEqual(['C> "ABC"']);
		expect(bench.end()).toEqual(['C> k3 "GHI"', 'C> "JKL"', 'C> end fin', 'S> eof']);
	});

	it('should wait for a gap although the receiver has acknowledged it', () => {
		const bench = connected();
		expect(bench.push(ABC, GHI, s(5001, '', { ack: 1010 }), DEF, JKL)).toEqual(['C> "ABC"', 'C> "DEF"', 'C> "GHI"', 'C> "JKL"']);
	});

	it('should give what came before the SYN behind it', () => {
		const bench = new Bench();
		expect(bench.push(ABC)).toEqual([]);
		expect(bench.push(c(1000, '', flags('S')), DEF)).toEqual(['C> start', 'C> "ABC"', 'C> "DEF"']);
	});

	it('should hold all of a flow whose SYN was not seen, and give it in order at the flush', () => {
		const bench = new Bench();
		expect(bench.push(c(7004, 'DEF'), c(7001, 'ABC'), c(7007, 'GHI'))).toEqual([]);
		expect(bench.flush(1)).toEqual(['C> k-1 "ABC"', 'C> "DEF"', 'C> "GHI"']);
	});

	it('should reorder across the wrap', () => {
		const bench = new Bench();
		bench.push(c(0xfffffffc, '', flags('S')));
		expect(bench.push(c(0, 'CD'), c(0xfffffffd, '?AB'), c(2, 'EF'))).toEqual(['C> "?AB"', 'C> "CD"', 'C> "EF"']);
	});

	it('should skip one byte that is missing at the wrap', () => {
		const bench = new Bench();
		bench.push(c(0xfffffffd, '', flags('S')));
		expect(bench.push(c(0xfffffffe, 'A'), c(0, 'C'), c(1, 'D'))).toEqual(['C> "A"']);
		expect(bench.flush(1)).toEqual(['C> k1 "C"', 'C> "D"']);
	});

	it('should not wait for what lies too far ahead', () => {
		const bench = connected();
		expect(bench.push(ABC, c(1001 + 0x7fff0000, 'EVIL'), DEF)).toEqual(['C> "ABC"', 'C> "DEF"']);
		expect(bench.anomalyLines).toEqual([`far-segment ${1001 + 0x7fff0000}+4`]);
	});
});

describe('Assembler: overlaps', () => {
	const streams = (segments: readonly Segment[]) =>
		Object.fromEntries(
			overlapPolicies.map(overlap => {
				const bench = connected({ overlap });
				bench.push(...segments);
				expect(bench.counters.anomalies['overlap-conflict']).toBe(1);
				return [overlap, bench.stream()];
			}),
		);

	it('should choose between two segments of the same place by the policy', () => {
		expect(streams([c(1004, 'AAA'), c(1004, 'BBB'), c(1001, 'xyz')])).toEqual({
			bsd: 'xyzAAA',
			first: 'xyzAAA',
			linux: 'xyzAAA',
			last: 'xyzBBB',
			'old-linux': 'xyzBBB',
			solaris: 'xyzBBB',
		});
	});

	it('should choose between a segment and a longer one that follows', () => {
		expect(streams([c(1004, 'AAA'), c(1004, 'BBBBB'), c(1001, 'xyz')])).toEqual({
			bsd: 'xyzAAABB',
			first: 'xyzAAABB',
			linux: 'xyzBBBBB',
			last: 'xyzBBBBB',
			'old-linux': 'xyzBBBBB',
			solaris: 'xyzBBBBB',
		});
	});

	it('should let only the last one win inside of another', () => {
		const inside = streams([c(1004, 'aaaaaaaaa'), c(1007, 'BBB'), c(1001, 'xyz')]);
		const { last, ...others } = inside;
		expect(last).toBe('xyzaaaBBBaaa');
		expect(new Set(Object.values(others))).toEqual(new Set(['xyzaaaaaaaaa']));
	});

	it.each(overlapPolicies)('should never change what was delivered, with %s', overlap => {
		const bench = connected({ overlap });
		expect(bench.push(c(1001, 'ABCDEF'), c(1004, 'xyzGHI'))).toEqual(['C> "ABCDEF"', 'C> "GHI"']);
	});
});

describe('Assembler: what comes again', () => {
	it('should deliver a retransmitted segment once, and count it', () => {
		const bench = connected();
		expect(bench.push(ABC, ABC, DEF)).toEqual(['C> "ABC"', 'C> "DEF"']);
		expect(bench.chunks.at(-1)?.connection.statistics('client')).toMatchObject({ bytes: 6, retransmitted: 1, dropped: 0 });
	});

	it('should ignore the garbage byte of a keepalive', () => {
		expect(connected().push(ABC, c(1003, 'X'), DEF)).toEqual(['C> "ABC"', 'C> "DEF"']);
	});

	it('should ignore a keepalive during a gap', () => {
		expect(connected().push(ABC, GHI, c(1003, 'X'), DEF)).toEqual(['C> "ABC"', 'C> "DEF"', 'C> "GHI"']);
	});

	it('should deliver the byte of a zero-window probe once', () => {
		const lines = connected().push(ABC, s(5001, '', { ack: 1004 }), c(1004, 'D'), s(5001, '', { ack: 1004 }), s(5001), DEF);
		expect(lines).toEqual(['C> "ABC"', 'C> "D"', 'C> "EF"']);
	});

	it('should say one start for a repeated SYN', () => {
		const bench = new Bench();
		expect(bench.push(c(1000, '', flags('S')), c(1000, '', flags('S')))).toEqual(['C> start']);
		expect(bench.counters.connections).toBe(1);
	});

	it('should give one connection and no empty chunk when every packet comes twice', () => {
		const packets = [
			...handshake,
			ABC,
			s(5001, 'xyz', { ack: 1004 }),
			c(1004, 'DEF', flags('F.', { ack: 5004 })),
			s(5004, '', flags('F.', { ack: 1008 })),
			c(1008, '', { ack: 5005 }),
		];
		const bench = new Bench();
		const lines = bench.push(...packets.flatMap(packet => [packet, packet]));
		expect(lines).toEqual([...handshakeLines, 'C> "ABC"', 'S> "xyz"', 'C> "DEF" end fin', 'S> end fin']);
		expect(bench.end()).toEqual([]);
		expect(bench.counters.connections).toBe(1);
		expect(bench.anomalies).toEqual([]);
	});
});

describe('Assembler: how connections end', () => {
	it('should end at a FIN that came out of order when what was before it has come', () => {
		const bench = connected();
		expect(bench.push(c(1004, 'DEF', flags('F.')))).toEqual([]);
		expect(bench.push(ABC)).toEqual(['C> "ABC"', 'C> "DEF" end fin']);
	});

	it('should open no ghost for data behind a FIN', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC', flags('F.')), DEF)).toEqual(['C> "ABC" end fin']);
		expect(bench.anomalyLines).toEqual(['data-after-fin 1004+3']);
		expect(bench.counters.connections).toBe(1);
	});

	it('should ignore an old RST', () => {
		const bench = connected();
		expect(bench.push(ABC, c(500, '', flags('R')), DEF)).toEqual(['C> "ABC"', 'C> "DEF"']);
		expect(bench.anomalyLines).toEqual(['rst-out-of-window 500+0']);
	});

	it('should close a connection that is refused', () => {
		const bench = new Bench();
		expect(bench.push(c(1000, '', flags('S')), s(0, '', flags('R.')))).toEqual(['C> start', 'C> rst', 'S> rst']);
	});

	it("should close both directions at the peer's RST, and count what comes later", () => {
		const bench = connected();
		expect(bench.push(ABC, s(5001, '', flags('R.')), DEF)).toEqual(['C> "ABC"', 'C> rst', 'S> rst']);
		expect(bench.anomalyLines).toEqual(['data-after-close 1004+3']);
		expect(bench.end()).toEqual([]);
		expect(bench.counters.connections).toBe(1);
	});

	it('should open a new connection where ports are used again', () => {
		const bench = connected();
		bench.push(c(1001, 'OLD'));
		const lines = bench.push(c(900000, '', flags('S')), s(70000, '', flags('S.', { ack: 900001 })), c(900001, 'NEW'));
		expect(lines).toEqual(['C> reused', 'S> reused', 'C> start', 'S> start', 'C> "NEW"']);
		expect(bench.counters.connections).toBe(2);
	});

	it('should complete each direction by itself when one is half closed', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'REQ', flags('F.')))).toEqual(['C> "REQ" end fin']);
		expect(bench.push(s(5001, 'RESP'), s(5005, 'MORE', flags('F.')))).toEqual(['S> "RESP"', 'S> "MORE" end fin']);
		expect(bench.chunks.map(chunk => chunk.last)).toEqual([false, false, false, false, true]);
	});
});

describe('Assembler: how connections begin', () => {
	it('should deliver the payload of a SYN, and what follows it', () => {
		const bench = new Bench();
		const lines = bench.push(c(1000, 'GET', flags('S')), s(5000, '', flags('S.', { ack: 1004 })), c(1004, 'REST'));
		expect(lines).toEqual(['C> start', 'C> "GET"', 'S> start', 'C> "REST"']);
	});

	it('should take a simultaneous open for one connection', () => {
		const bench = new Bench();
		const lines = bench.push(
			c(1000, '', flags('S')),
			s(5000, '', flags('S')),
			s(5000, '', flags('S.')),
			c(1000, '', flags('S.')),
			ABC,
			s(5001, 'xyz'),
		);
		expect(lines).toEqual(['C> start', 'S> start', 'C> "ABC"', 'S> "xyz"']);
		expect(bench.counters.connections).toBe(1);
	});

	it('should keep VLANs apart', () => {
		const bench = new Bench();
		const twins = [10, 11].map(vlan => c(1001, String(vlan), { vlan }));
		bench.push(...[10, 11].map(vlan => c(1000, '', flags('S', { vlan }))));
		expect(bench.push(...twins)).toEqual(['C> vlan 10 "10"', 'C> vlan 11 "11"']);
		expect(bench.counters.connections).toBe(2);
	});

	it('should keep tunnels apart, from each other and from what came through none', () => {
		const bench = new Bench();
		const networks = [null, new Tunnel('vxlan', 1, []), new Tunnel('vxlan', 2, [])];
		bench.push(...networks.map(tunnel => c(1000, '', flags('S', { tunnel }))));
		bench.push(...networks.map(tunnel => c(1001, String(tunnel), { tunnel })));
		expect(bench.counters.connections).toBe(3);
		const withText = bench.chunks.filter(({ length }) => length > 0);
		expect(withText.map(({ flow, bytes }) => [flow.tunnel, textOf(bytes)])).toEqual(networks.map(tunnel => [tunnel, String(tunnel)]));
	});

	it('should keep the tunnel of a connection with VLANs or without', () => {
		const tunnel = new Tunnel('vxlan', 1, []);
		const pair = (vlan: number) => [c(1000, '', flags('S', { tunnel, vlan })), s(5000, '', flags('S.', { tunnel, vlan: 11 }))];
		const apart = new Bench();
		apart.push(...pair(10));
		expect(apart.counters.connections).toBe(2);
		const together = new Bench({ separateVlans: false });
		together.push(...pair(10));
		expect(together.counters.connections).toBe(1);
	});

	it('should take different tunnels for one connection when told so', () => {
		const bench = new Bench({ separateTunnels: false });
		const [a, b] = [new Tunnel('vxlan', 1, []), new Tunnel('vxlan', 2, [])];
		bench.push(c(1000, '', flags('S', { tunnel: a })), s(5000, '', flags('S.', { tunnel: b })), c(1001, 'ABC'));
		expect(bench.counters.connections).toBe(1);
		expect(bench.chunks.at(-1)?.flow.tunnel).toBe(a);
	});

	it('should take asymmetric VLANs for one connection when told so', () => {
		const bench = new Bench({ separateVlans: false });
		bench.push(c(1000, '', flags('S', { vlan: 10 })), s(5000, '', flags('S.', { vlan: 11 })));
		expect(bench.counters.connections).toBe(1);
	});
});

describe('Assembler: what the capture did', () => {
	it('should not take Ethernet padding for payload', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'A', { pad: true }), c(1002, '', { pad: true }), c(1002, 'B', { pad: true }))).toEqual(['C> "A"', 'C> "B"']);
	});

	it('should give what is left of a segment that was cut, and at once go on with the next', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABCDEFGHIJ', { cut: 6 }), c(1011, 'KL'))).toEqual(['C> "ABCD"', 'C> k6 "KL"']);
	});

	// What was delivered is a view: that no source writes again to what it has handed out is tested there.
	it('should keep what it holds although the source uses its buffer again', () => {
		const bench = connected();
		const held = c(1004, 'DEF');
		bench.push(held);
		held.block.fill(0);
		expect(bench.push(ABC)).toEqual(['C> "ABC"', 'C> "DEF"']);
	});

	it('should keep a copy of what it holds also where the source gives Buffers, whose slice() is a view', () => {
		const bench = connected();
		const held = inBuffer(c(1004, 'DEF'));
		bench.push(held);
		held.block.fill(0);
		expect(bench.push(ABC)).toEqual(['C> "ABC"', 'C> "DEF"']);
	});

	it('should give bytes that slice() copies also where the source gives Buffers', () => {
		const bench = connected();
		const segment = inBuffer(ABC);
		bench.push(segment);
		const kept = bench.chunks.at(-1)?.bytes.slice();
		segment.block.fill(0);
		expect(textOf(kept ?? [])).toBe('ABC');
	});

	it('should bound a SYN flood, and count what it evicts', () => {
		const bench = new Bench({ maxFlows: 100 });
		const ends = { destination: 0x0a000002, sourcePort: 5, destinationPort: 80, flags: 2 };
		let most = 0;
		for (let source = 0; source < 10_000; source++) {
			bench.push(rawSegment({ ...ends, source, ms: source }));
			most = Math.max(most, bench.counters.flows);
		}
		expect(most).toBe(100);
		expect(bench.counters).toMatchObject({ connections: 10_000, evicted: 9_900, heldBytes: 0 });
		expect(bench.end()).toHaveLength(100);
	});
});

/** The same segment, captured into a Buffer of Node. */
function inBuffer(segment: Segment): Segment {
	return Object.assign(Object.create(Segment.prototype), segment, { block: Buffer.from(segment.block) });
}

function permutations<T>(items: readonly T[]): T[][] {
	if (items.length === 0) return [[]];
	return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map(rest => [item, ...rest]));
}
