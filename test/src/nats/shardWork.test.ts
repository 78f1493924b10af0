import { concat, ignoreElements, map, merge, share, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { parseWith } from '../../../operators/parseWith.js';
import { ConnectionSummary } from '../../../src/cli/connectionSummary.js';
import type { ConnectionWork } from '../../../src/nats/shardEngine.js';
import { ShardWork, type ShardWorkSettings } from '../../../src/nats/shardWork.js';
import { createHttp1 } from '../../../src/protocols/http1.js';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../src/shipping/checkpoint.js';
import { batchesOf, isFromClient, randomOf, traffic } from '../../support/shippedTraffic.js';

const http1 = createHttp1({ maxBodyBytes: 0 });
/** What `http` and `flows` print, both. */
const work: ConnectionWork = (connection, forgotten) => {
	const chunks = connection.pipe(share());
	const summary = new ConnectionSummary(connection.key, undefined);
	const exchanges = chunks.pipe(
		parseWith(http1),
		map(({ time, request, response }) => `${time} ${request?.url} ${response?.status}`),
	);
	const counted = chunks.pipe(
		tap(chunk => summary.add(chunk)),
		ignoreElements(),
	);
	return merge(exchanges, concat(counted, forgotten.pipe(map(() => JSON.stringify(summary.line())))));
};

const settings: ShardWorkSettings = {
	shard: 0,
	merge: { sensors: 1, windowMs: 1000, windowBatches: 64 },
	engine: { flushOlderThanMs: 30_000, closeIdleMs: 90_000 },
	maxReplayBatches: 1_000_000,
};

type Results = Map<string, string>;

/** Works it all without a break. */
function undisturbed(messages: readonly Uint8Array[], how = settings): Results {
	const shard = new ShardWork(work, how);
	const results = messages.flatMap((message, i) => shard.take(i + 1, message).results);
	return new Map([...results, ...shard.finish()].map(({ id, value }) => [id, String(value)]));
}

/** Works it with crashes: each worker goes on from the last checkpoint, of which some are older than what was published. */
function disturbed(
	messages: readonly Uint8Array[],
	seed: number,
	how = settings,
): { results: Results; published: number; replayed: number } {
	const random = randomOf(seed);
	const results: Results = new Map();
	let [published, replayed] = [0, 0];
	let checkpoint: Checkpoint | undefined;
	for (let isDone = false; !isDone; ) {
		const shard = new ShardWork(work, how, checkpoint);
		const lives = 1 + Math.floor(random() * messages.length * 0.4);
		const begin = checkpoint?.from ?? 1;
		const until = Math.min(messages.length, (checkpoint?.processed ?? 0) + lives);
		const publish = (all: readonly { id: string; value: string | Uint8Array }[]) => {
			for (const { id, value } of all) {
				published += 1;
				if (results.has(id)) expect(value).toBe(results.get(id));
				results.set(id, String(value));
			}
		};
		for (let sequence = begin; sequence <= until; sequence++) {
			replayed += 1;
			publish(shard.take(sequence, messages[sequence - 1] as Uint8Array).results);
			if (random() < 0.05) {
				const next = shard.checkpoint(1);
				if (next !== undefined) checkpoint = readCheckpoint(writeCheckpoint(next));
			}
		}
		isDone = until === messages.length;
		if (isDone) publish(shard.finish());
	}
	return { results, published, replayed };
}

const sorted = (results: Results): string[] => [...results].map(([id, value]) => `${id} ${value}`).sort();

describe('the work on a shard', () => {
	it('should give the same, wherever workers end and others go on', () => {
		for (let seed = 1; seed <= 12; seed++) {
			const messages = batchesOf(traffic(120, seed));
			const expected = undisturbed(messages);
			expect(expected.size).toBeGreaterThan(100);
			const { results, published, replayed } = disturbed(messages, seed);
			expect(sorted(results)).toEqual(sorted(expected));
			// Something was read again, but not all; and little came out twice.
			expect(replayed).toBeGreaterThan(messages.length);
			expect(published).toBeLessThan(3 * expected.size);
		}
	});

	it('should give the same with two sensors, one for each direction', () => {
		for (let seed = 1; seed <= 5; seed++) {
			const packets = traffic(80, seed);
			const expected = undisturbed(batchesOf(packets));
			const one = batchesOf(packets.filter(isFromClient), 'east', 5);
			const other = batchesOf(
				packets.filter(packet => !isFromClient(packet)),
				'west',
				4,
			);
			const random = randomOf(seed);
			const messages: Uint8Array[] = [];
			while (one.length + other.length > 0)
				messages.push(((random() < 0.5 && one.length > 0) || other.length === 0 ? one : other).shift() as Uint8Array);
			const how = { ...settings, merge: { sensors: 2, windowMs: 1e9, windowBatches: 1000 } };
			const valuesOf = (results: Results) => [...results.values()].sort();
			expect(valuesOf(undisturbed(messages, how))).toEqual(valuesOf(expected));
			expect(sorted(disturbed(messages, seed, how).results)).toEqual(sorted(undisturbed(messages, how)));
		}
	});

	it('should find the same exchanges where two sensors see the same', () => {
		const isExchange = (value: string) => !value.startsWith('{');
		for (let seed = 1; seed <= 5; seed++) {
			const packets = traffic(60, seed);
			const expected = [...undisturbed(batchesOf(packets)).values()].filter(isExchange).sort();
			const [east, west] = [batchesOf(packets, 'east', 5), batchesOf(packets, 'west', 3)];
			const messages = west.flatMap((message, i) => (east[i] === undefined ? [message] : [message, east[i] as Uint8Array]));
			const how = { ...settings, merge: { sensors: 2, windowMs: 1e9, windowBatches: 1000 } };
			expect([...undisturbed(messages, how).values()].filter(isExchange).sort()).toEqual(expected);
			expect(sorted(disturbed(messages, seed, how).results)).toEqual(sorted(undisturbed(messages, how)));
		}
	});

	it('should let go of a connection that holds others up for too long, and of nothing else', () => {
		const packets = traffic(120, 1);
		const messages = batchesOf(packets);
		const free = new ShardWork(work, settings);
		const bounded = new ShardWork(work, { ...settings, maxReplayBatches: 10 });
		for (const [i, message] of messages.slice(0, -1).entries()) for (const shard of [free, bounded]) shard.take(i + 1, message);
		const [far, near] = [free.checkpoint(1), bounded.checkpoint(1)] as [Checkpoint, Checkpoint];
		expect(far.from).toBeLessThan(messages.length - 10);
		expect(near.from).toBeGreaterThanOrEqual(messages.length - 10);
		expect(near.excluded.length).toBeGreaterThan(0);
		// Who goes on there says nothing that was not there, but of those that were let go.
		const expected = undisturbed(messages);
		const next = new ShardWork(work, settings, near);
		const rest = messages.slice(near.from - 1).flatMap((message, i) => next.take(near.from + i, message).results);
		for (const { id, value } of [...rest, ...next.finish()]) if (expected.has(id)) expect(value).toBe(expected.get(id));
	});

	it('should give the same where a batch was sent again behind later ones, and twice', () => {
		for (let seed = 1; seed <= 5; seed++) {
			const random = randomOf(seed);
			const messages = batchesOf(traffic(80, seed));
			const expected = [...undisturbed(messages).values()].sort();
			const late = messages.map((message, i) => ({ message, at: i + (random() < 0.1 ? 5 * random() : 0) })).sort((a, b) => a.at - b.at);
			const all = late.flatMap(({ message }) => (random() < 0.1 ? [message, message] : [message]));
			expect([...undisturbed(all).values()].sort()).toEqual(expected);
			expect([...disturbed(all, seed).results.values()].sort()).toEqual(expected);
		}
	});
});
