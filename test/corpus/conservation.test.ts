import { describe, expect, it } from 'vitest';
import { Assembler } from '../../src/assembly/assembler.js';
import type { Connection, FlowStatistics } from '../../src/assembly/connection.js';
import type { AssemblerOptions } from '../../src/assembly/limits.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Direction } from '../../src/flow.js';
import type { Segment } from '../../src/wire/segment.js';
import { type CorpusCapture, openCorpus, segmentsIn } from '../support/corpus.js';
import { Cursor } from './cursor.js';

const corpus = openCorpus('the check on real captures that nothing is lost, doubled or moved');

/** Ways to assemble, each of which skips and drops other bytes. */
const ways: Record<string, AssemblerOptions> = {
	'the default': {},
	'no room to hold anything': { maxHeldBytesPerFlow: 1 },
	'two segments held at the most': { maxHeldSegmentsPerFlow: 2 },
	'no waiting for the start': { midstream: 'pickup' },
	'the last copy of a byte': { overlap: 'last' },
};

/** What went into one direction, and what came out. */
interface Track {
	readonly segments: Segment[];
	readonly chunks: Reassembly[];
}

type Tracks = Map<Connection, Record<Direction, Track>>;

function track(tracks: Tracks, connection: Connection): Record<Direction, Track> {
	const known = tracks.get(connection);
	if (known !== undefined) return known;
	const fresh = { client: { segments: [], chunks: [] }, server: { segments: [], chunks: [] } };
	tracks.set(connection, fresh);
	return fresh;
}

function assemble(segments: readonly Segment[], options: AssemblerOptions): Tracks {
	const tracks: Tracks = new Map();
	const owned: [Connection, Segment][] = [];
	const assembler = new Assembler({ chunk: chunk => void track(tracks, chunk.connection)[chunk.direction].chunks.push(chunk) }, options);
	for (const segment of segments) {
		const connection = assembler.push(segment);
		if (connection !== undefined) owned.push([connection, segment]);
	}
	assembler.end();
	// Who is the client is only settled at the end.
	for (const [connection, segment] of owned) {
		const direction = String(segment.flow.source) === String(connection.client) ? 'client' : 'server';
		track(tracks, connection)[direction].segments.push(segment);
	}
	return tracks;
}

const totals = { captures: 0, flows: 0, exact: 0 };

function checkDirection({ segments, chunks }: Track, opposite: Track, { bytes, skipped, dropped }: FlowStatistics): void {
	expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(bytes);
	expect(chunks.reduce((sum, { skip }) => sum + Math.max(0, skip), 0)).toBe(skipped);
	expect(chunks.map(({ closed }) => closed !== undefined)).toEqual(chunks.map((_, i) => i === chunks.length - 1));
	const cursor = new Cursor(segments, opposite.segments);
	for (const chunk of chunks) cursor.follow(chunk);
	if (cursor.first === undefined) {
		expect(bytes).toBe(0);
		return;
	}
	totals.flows++;
	// Sequence numbers only tell it once around.
	expect(cursor.length).toBe((bytes + skipped) % 2 ** 32);
	// What was dropped lies behind the end, too far away, or before the beginning: then the reach says nothing.
	if (dropped > 0) return;
	totals.exact++;
	expect(bytes + skipped).toBe(cursor.reach);
}

describe.skipIf(corpus === undefined)('every capture that can be read', () => {
	if (corpus === undefined) return;
	const readable = corpus.captures.flatMap(capture => {
		const segments = segmentsOrNone(capture);
		return segments.length === 0 ? [] : [{ path: capture.path, segments }];
	});

	function segmentsOrNone(capture: CorpusCapture): Segment[] {
		try {
			return segmentsIn(corpus?.pathOf(capture) ?? '', { checksums: capture.checksums ?? 'ignore' });
		} catch {
			return [];
		}
	}

	it.each(readable)('should keep each byte of $path once and in its place, or say that it is missing', ({ segments }) => {
		totals.captures++;
		for (const options of Object.values(ways)) {
			for (const [connection, tracks] of assemble(segments, options)) {
				for (const [direction, opposite] of [
					['client', 'server'],
					['server', 'client'],
				] as const) {
					if (tracks[direction].chunks.length > 0) checkDirection(tracks[direction], tracks[opposite], connection.statistics(direction));
				}
			}
		}
	});

	it('should be many', () => {
		const { captures, flows, exact } = totals;
		console.log(`${captures} captures, ${Object.keys(ways).length} ways: ${flows} flows, ${exact} of them to the last byte`);
		expect(exact).toBeGreaterThan(0.9 * flows);
	});
});
