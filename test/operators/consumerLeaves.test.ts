import { map, type Observable, Subject, type Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { printChunk } from '../../marbles/chunkLine.js';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Reassembly, Segment } from '../../src/index.js';
import { segmentsOf } from '../support/operatorsTraffic.js';

/** Subscribes to each connection by itself; `leave` gives one up. */
class Consumers {
	readonly lines: string[] = [];
	private readonly subscriptions: Subscription[] = [];

	take(connection: Observable<Reassembly>): void {
		const place = this.subscriptions.length;
		this.subscriptions.push(connection.subscribe(chunk => this.lines.push(`${place}: ${printChunk(chunk)}`)));
	}

	get count(): number {
		return this.subscriptions.length;
	}

	leave(place: number): void {
		this.subscriptions[place]?.unsubscribe();
	}
}

const twoGaps = ['A:C> S 0:0(0)', 'B:C> S 0:0(0)', 'A:C> . 4:7(3) "DEF"', 'B:C> . 4:7(3) "DEF"'];
const twoFills = ['A:C> . 1:4(3) "ABC"', 'B:C> . 1:4(3) "ABC"', 'A:C> . 7:10(3) "GHI"'];
const left = ['0: A:C> start', '1: B:C> start'];
const rest = ['1: B:C> "ABC"', '1: B:C> "DEF"', '1: B:C> eof'];

describe('a consumer that leaves one connection while a hole is open', () => {
	it('should get no more of it, open no ghost, and leave the others alone, with groups behind reassemble', () => {
		const source = new Subject<Segment>();
		const consumers = new Consumers();
		source.pipe(reassemble(), groupByConnection()).subscribe(connection => consumers.take(connection));
		for (const segment of segmentsOf(...twoGaps)) source.next(segment);
		consumers.leave(0);
		for (const segment of segmentsOf(...twoFills)) source.next(segment);
		source.complete();
		expect(consumers.lines).toEqual([...left, ...rest]);
		expect(consumers.count).toBe(2);
	});

	it('should end the engine of that connection alone, with groups before reassemble', () => {
		const source = new Subject<Segment>();
		const consumers = new Consumers();
		source.pipe(groupByConnection()).subscribe(connection => consumers.take(connection.pipe(reassemble())));
		for (const segment of segmentsOf(...twoGaps)) source.next(segment);
		consumers.leave(0);
		for (const segment of segmentsOf(...twoFills)) source.next(segment);
		source.complete();
		expect(consumers.lines).toEqual([...left, ...rest]);
		expect(consumers.count).toBe(2);
	});
});

describe('a consumer that throws in one connection', () => {
	it('should fail that one, while a hole is open in both, and leave the others alone', () => {
		const source = new Subject<Segment>();
		const lines: string[] = [];
		const failures: unknown[] = [];
		const chunks = source.pipe(reassemble(), groupByConnection());
		const errors = { next: (failure: unknown) => failures.push(failure) };
		chunks.pipe(mergeFlows(connection => connection.pipe(map(refuseA)), { errors })).subscribe(chunk => lines.push(printChunk(chunk)));
		for (const segment of segmentsOf(...twoGaps, ...twoFills)) source.next(segment);
		source.complete();
		expect(failures).toHaveLength(1);
		expect(lines).toEqual(['A:C> start', 'B:C> start', 'B:C> "ABC"', 'B:C> "DEF"', 'B:C> eof']);
	});
});

/** Throws at the first bytes of the connection A. */
function refuseA(chunk: Reassembly): Reassembly {
	if (printChunk(chunk).startsWith('A:C> "')) throw new Error('no');
	return chunk;
}
