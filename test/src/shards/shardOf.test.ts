import { describe, expect, it } from 'vitest';
import { shardOf } from '../../../src/shards/shardOf.js';
import type { Segment } from '../../../src/wire/segment.js';
import { fromClients, segmentsOf } from '../../support/operatorsTraffic.js';
import { rawSegment } from '../../support/segmentsRaw.js';

const line = (connection: string, direction: string, suffix: string) => `${connection}:${direction}> . 1:1(0)${suffix}`;

describe('shardOf', () => {
	it.each(['', ' ip6', ' vlan 7', ' ip6 vlan 7'])('should put both directions into the same shard:%s', suffix => {
		for (const connection of ['A', 'B', 'C', 'D', 'E', 'F']) {
			const [client, server] = segmentsOf(line(connection, 'C', suffix), line(connection, 'S', suffix)) as [Segment, Segment];
			for (const shards of [1, 2, 3, 7, 64]) expect(shardOf(client, shards)).toBe(shardOf(server, shards));
		}
	});

	it('should not look at the VLAN, which reassemble may be told to leave out', () => {
		const [tagged, untagged] = segmentsOf('C> . 1:1(0) vlan 7', 'C> . 1:1(0)') as [Segment, Segment];
		expect(shardOf(tagged, 1000)).toBe(shardOf(untagged, 1000));
	});

	it('should spread clients evenly, over two shards as over ten', () => {
		for (const shards of [2, 10]) {
			const counts = Array.from({ length: shards }, () => 0);
			for (const segment of fromClients(10_000, 'C> S 0:0(0)'))
				counts[shardOf(segment, shards)] = (counts[shardOf(segment, shards)] ?? 0) + 1;
			for (const count of counts) expect(Math.abs(count - 10_000 / shards)).toBeLessThan(500);
		}
	});

	it('should be the same in every run, so that one shard can be looked at again', () => {
		const ends = { source: 0x0a000001, destination: 0x0a000002, sourcePort: 1024, destinationPort: 80 };
		expect([shardOf(rawSegment(ends), 1000), shardOf(rawSegment({ ...ends, version: 6 }), 1000)]).toEqual([737, 367]);
	});
});
