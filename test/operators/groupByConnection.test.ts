import { concat, from, map, NEVER, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { type ConnectionObservable, groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Connection } from '../../src/assembly/connection.js';
import { Flush } from '../../src/assembly/flush.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Segment } from '../../src/wire/segment.js';
import { placesLookedAt } from '../support/operatorsCost.js';
import { checkGrouping } from '../support/operatorsGrouping.js';
import { type Recording, record } from '../support/operatorsRecord.js';
import { fromClients, printItem, segmentsOf, told } from '../support/operatorsTraffic.js';

for (const of of ['chunks', 'segments'] as const) {
	checkGrouping('groupByConnection', { make: () => groupByConnection(), of, keys: ['1025', '1026'] });
}

const legend = {
	S: 'C> S 0:0(0)',
	T: 'S> S. 100:100(0) ack 1',
	a: 'C> . 1:4(3) ack 101 "ABC"',
	b: 'C> . 4:7(3) ack 101 "DEF"',
	x: 'S> . 101:104(3) ack 4 "xyz"',
	f: 'C> F. 4:4(0) ack 101',
	g: 'S> F. 101:101(0) ack 5',
	r: 'S> R. 101:101(0) ack 4',
	N: 'C> S 9000:9000(0)',
	o: 'A:C> S 0:0(0)',
	p: 'A:C> . 1:2(1) "o"',
};
const printed = <T extends Segment | Flush | Reassembly>(groups: Observable<ConnectionObservable<T>>) =>
	groups.pipe(map(group => group.pipe(map(printItem))));

describe('groupByConnection behind reassemble', () => {
	it('should put both directions into one group, and complete it with the second FIN', () => {
		packetMarbles(({ packets, cold, expectObservable }) => {
			const source = packets('STafgaN|', legend);
			const outer = '         g-----h|';
			const g = '              stax(y|)';
			const h = '                    s(e|)';
			const chunks = { s: 'C> start', t: 'S> start', a: 'C> "ABC"', x: 'C> end fin', y: 'S> end fin', e: 'C> eof' };
			const groups = printed(source.pipe(decodeTcp(), reassemble(), groupByConnection()));
			expectObservable(groups).toBe(outer, { g: cold(g, chunks), h: cold(h, chunks) });
		});
	});

	it('should end the old group before the new one begins, when the ends are reused without a close', () => {
		const lines = [legend.S, legend.T, legend.a, 'C> . 7:10(3) ack 101 "GHI"', legend.N];
		const chunks = from(segmentsOf(...lines)).pipe(reassemble(), groupByConnection(), told());
		expect(record(chunks).lines).toEqual([
			'+1024',
			'1024: C> start',
			'1024: S> start',
			'1024: C> "ABC"',
			'1024: C> k3 "GHI"',
			'1024: C> reused',
			'1024: S> reused',
			'-1024',
			'+1024',
			'1024: C> start',
			'1024: C> eof',
			'-1024',
			'|',
		]);
	});

	it('should have the connection of the chunks as the key', () => {
		const pairs: [Connection, Connection][] = [];
		from(segmentsOf(legend.S, legend.T, legend.o))
			.pipe(reassemble(), groupByConnection())
			.subscribe(group => group.subscribe(chunk => pairs.push([group.key, chunk.connection])));
		expect(pairs.map(([key, connection]) => key === connection)).toEqual([true, true, true, true, true, true]);
	});
});

describe('groupByConnection before reassemble', () => {
	it('should put both directions into one group, complete it with the second FIN, and open none for what is late', () => {
		packetMarbles(({ packets, cold, expectObservable }) => {
			const source = packets('STafgaN|', legend);
			const outer = '         g-----h|';
			const g = '              staf(g|)';
			const h = '                    h|';
			const numbers = { s: '#1', t: '#2', a: '#3', f: '#4', g: '#5', h: '#7' };
			const groups = printed(source.pipe(decodeTcp(), groupByConnection()));
			expectObservable(groups).toBe(outer, { g: cold(g, numbers), h: cold(h, numbers) });
		});
	});

	it('should complete a group with the RST of either side', () => {
		packetMarbles(({ packets, cold, expectObservable }) => {
			const source = packets('STarb--|', legend);
			const outer = '         g------|';
			const g = '              sta(r|)';
			const numbers = { s: '#1', t: '#2', a: '#3', r: '#4' };
			const groups = printed(source.pipe(decodeTcp(), groupByConnection()));
			expectObservable(groups).toBe(outer, { g: cold(g, numbers) });
		});
	});

	it('should tell a group why it ends when its ends are reused', () => {
		const lines = [legend.S, legend.T, legend.a, legend.o, legend.N];
		const groups = from(segmentsOf(...lines)).pipe(groupByConnection(), told());
		const [told1, told2] = [record(groups).lines.slice(0, 5), record(groups).lines.slice(6)];
		expect(told1).toEqual(['+1024', '1024: #1', '1024: #2', '1024: #3', '+1025']);
		expect(told2[0]).toMatch(/^1024: flush .* reused$/);
		expect(told2.slice(1)).toEqual(['-1024', '+1024', '1024: #5', '-1025', '-1024', '|']);
	});

	it('should give every mark to every group, before those end that it closes', () => {
		const items = [...segmentsOf(legend.S, `${legend.o} @10`), new Flush(10_000, 0, 5_000), ...segmentsOf(`${legend.p} @11`)];
		expect(record(from(items).pipe(groupByConnection(), told())).lines).toEqual([
			'+1024',
			'1024: #1',
			'+1025',
			'1025: #2',
			'1024: flush 10000 0 5000 idle',
			'1025: flush 10000 0 5000 idle',
			'-1024',
			'1025: #1',
			'-1025',
			'|',
		]);
	});

	it('should not open a group for a mark', () => {
		const items = [new Flush(0, 0, 0), ...segmentsOf(legend.S), Flush.everything('idle'), new Flush(1, 1, 1)];
		const lines = record(from(items).pipe(groupByConnection(), told())).lines;
		expect(lines).toEqual(['+1024', '1024: #1', '1024: flush Infinity Infinity Infinity idle', '-1024', '|']);
	});

	it('should give what flushOlderThan marks', () => {
		packetMarbles(({ packets, cold, expectObservable }) => {
			const source = packets('S----o----p---|', legend);
			const outer = '         g----h--------|';
			const g = '              s---------(m|)';
			const h = '                   o----(pm)|';
			const items = { s: '#1', o: '#2', p: '#3', m: 'flush 10 2 2 idle' };
			const groups = printed(source.pipe(decodeTcp(), flushOlderThan(8, { everyMs: 10, clock: 'packet' }), groupByConnection()));
			expectObservable(groups).toBe(outer, { g: cold(g, items), h: cold(h, items) });
		});
	});
});

describe('groupByConnection', () => {
	it.each([
		['behind', 20_000],
		['before', 2_000],
	])('should look through no list of live connections %s reassemble', (place, count) => {
		const syns = concat(from(fromClients(count, 'C> S 0:0(0)')), NEVER);
		const both =
			place === 'behind'
				? syns.pipe(
						reassemble(),
						groupByConnection(),
						mergeFlows(group => group),
					)
				: syns.pipe(
						groupByConnection(),
						mergeFlows(group => group.pipe(reassemble())),
					);
		let recording: Recording | undefined;
		const looked = placesLookedAt(() => {
			recording = record(both, () => 'chunk');
			recording.subscription.unsubscribe();
		});
		expect(recording?.lines).toHaveLength(count);
		expect(looked).toBeLessThan(20 * count);
	});

	it('should infer its types in a pipe', () => {
		const segments: Observable<Segment> = from([]);
		expectTypeOf(segments.pipe(groupByConnection())).toEqualTypeOf<Observable<ConnectionObservable<Segment>>>();
		expectTypeOf(segments.pipe(reassemble(), groupByConnection())).toEqualTypeOf<Observable<ConnectionObservable<Reassembly>>>();
		const marked = segments.pipe(flushOlderThan(1), groupByConnection());
		expectTypeOf(marked).toEqualTypeOf<Observable<ConnectionObservable<Segment | Flush>>>();
		expectTypeOf<ConnectionObservable<Segment>['key']>().toEqualTypeOf<Connection>();
		// @ts-expect-error: only what belongs to a connection can be grouped by it
		from([1]).pipe(groupByConnection());
	});
});
