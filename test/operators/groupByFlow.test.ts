import { from, map, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { type FlowObservable, groupByFlow } from '../../operators/groupByFlow.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { reassemble } from '../../operators/reassemble.js';
import { Flush } from '../../src/assembly/flush.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Flow } from '../../src/flow.js';
import type { Segment } from '../../src/wire/segment.js';
import { checkGrouping } from '../support/operatorsGrouping.js';
import { record } from '../support/operatorsRecord.js';
import { printItem, segmentsOf, told } from '../support/operatorsTraffic.js';

for (const of of ['chunks', 'segments'] as const) {
	checkGrouping('groupByFlow', { make: () => groupByFlow(), of, keys: ['1025->80', '1026->80'] });
}

const legend = {
	S: 'C> S 0:0(0)',
	T: 'S> S. 100:100(0) ack 1',
	a: 'C> . 1:4(3) ack 101 "ABC"',
	x: 'S> . 101:104(3) ack 4 "xyz"',
	f: 'C> F. 4:4(0) ack 101',
	r: 'S> R. 104:104(0) ack 4',
	N: 'C> S 9000:9000(0)',
};

describe('groupByFlow behind reassemble', () => {
	it('should give each direction its own group, which completes when that direction ends', () => {
		packetMarbles(({ packets, cold, expectObservable }) => {
			const source = packets('STafx---|', legend);
			const outer = '         cs------|';
			const c = '              s-a(f|)';
			const s = '               t--x---(e|)';
			const chunks = { s: 'C> start', t: 'S> start', a: 'C> "ABC"', f: 'C> end fin', x: 'S> "xyz"', e: 'S> eof' };
			const groups = source.pipe(
				decodeTcp(),
				reassemble(),
				groupByFlow(),
				map(group => group.pipe(map(printItem))),
			);
			expectObservable(groups).toBe(outer, { c: cold(c, chunks), s: cold(s, chunks) });
		});
	});

	it('should end both directions with a RST of one', () => {
		const lines = record(
			from(segmentsOf(legend.S, legend.T, legend.a, legend.x, legend.r)).pipe(reassemble(), groupByFlow(), told()),
		).lines;
		expect(lines.slice(-5)).toEqual(['1024->80: C> rst', '-1024->80', '80->1024: S> rst', '-80->1024', '|']);
	});
});

describe('groupByFlow before reassemble', () => {
	it('should see each direction by itself: its own SYN starts it, its own FIN ends it', () => {
		packetMarbles(({ packets, cold, expectObservable }) => {
			const source = packets('STafxa---|', legend);
			const outer = '         cs-------|';
			const c = '              s-a(f|)';
			const s = '               t--x----|';
			const numbers = { s: '#1', t: '#2', a: '#3', f: '#4', x: '#5' };
			const groups = source.pipe(
				decodeTcp(),
				groupByFlow(),
				map(group => group.pipe(map(printItem))),
			);
			expectObservable(groups).toBe(outer, { c: cold(c, numbers), s: cold(s, numbers) });
		});
	});

	it('should not end a direction with the RST of the other', () => {
		const { lines } = record(from(segmentsOf(legend.S, legend.T, legend.r, legend.a)).pipe(groupByFlow(), told()));
		expect(lines).toEqual([
			'+1024->80',
			'1024->80: #1',
			'+80->1024',
			'80->1024: #2',
			'80->1024: #3',
			'1024->80: #4',
			'-1024->80',
			'-80->1024',
			'|',
		]);
	});

	it('should tell a group why it ends when its ends are reused, and leave the other direction alone', () => {
		const { lines } = record(from(segmentsOf(legend.S, legend.T, legend.a, legend.N)).pipe(groupByFlow(), told()));
		expect(lines[5]).toMatch(/^1024->80: flush .* reused$/);
		expect(lines.slice(6)).toEqual(['-1024->80', '+1024->80', '1024->80: #4', '-80->1024', '-1024->80', '|']);
	});

	it('should give every mark to every group, before those end that it closes', () => {
		const items = [...segmentsOf(legend.S, legend.T, `${legend.a} @10`), new Flush(10_000, 0, 5_000)];
		expect(record(from(items).pipe(groupByFlow(), told())).lines.slice(5)).toEqual([
			'1024->80: flush 10000 0 5000 idle',
			'80->1024: flush 10000 0 5000 idle',
			'-80->1024',
			'-1024->80',
			'|',
		]);
	});

	it('should give each direction the same bytes as behind reassemble', () => {
		const segments = from(segmentsOf(legend.S, legend.T, 'S> . 104:107(3) ack 1 "uvw"', legend.x, legend.a, 'C> F. 7:7(0) ack 101'));
		const print = (flow: Flow) => map((chunk: Reassembly) => `${flow} ${printItem(chunk)}`);
		const behind = segments.pipe(
			reassemble(),
			groupByFlow(),
			mergeFlows(flow => flow.pipe(print(flow.key))),
		);
		const before = segments.pipe(
			groupByFlow(),
			mergeFlows(flow => flow.pipe(reassemble(), print(flow.key))),
		);
		const lines = record(before).lines.sort();
		expect(lines).toContain('10.0.0.2:80->10.0.0.1:1024 S> "uvw"');
		expect(lines).toEqual(record(behind).lines.sort());
	});
});

describe('groupByFlow', () => {
	it('should infer its types in a pipe', () => {
		const segments: Observable<Segment> = from([]);
		expectTypeOf(segments.pipe(groupByFlow())).toEqualTypeOf<Observable<FlowObservable<Segment>>>();
		expectTypeOf(segments.pipe(reassemble(), groupByFlow())).toEqualTypeOf<Observable<FlowObservable<Reassembly>>>();
		expectTypeOf<FlowObservable<Segment>['key']>().toEqualTypeOf<Flow>();
	});
});
