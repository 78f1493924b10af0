import { describe, expect, it } from 'vitest';
import { type ConnectionResult, chunksIn, connectionsOf, openCorpus, type TruthConnection } from '../support/corpus.js';

const corpus = openCorpus('the comparison of recordings with what their programs sent');

/** Our connections beside the true ones: those between the same ends are in the order in which they began. */
function paired(found: readonly ConnectionResult[], wanted: readonly TruthConnection[]): [TruthConnection, ConnectionResult | undefined][] {
	const left = [...found];
	return wanted.map(truth => {
		const place = left.findIndex(({ client, server }) => client === truth.client && server === truth.server);
		return [truth, place < 0 ? undefined : left.splice(place, 1)[0]];
	});
}

describe.skipIf(corpus === undefined)('recordings', () => {
	if (corpus === undefined) return;
	const recordings = corpus.truths().map(({ capture, truth }) => ({ name: truth.capture, capture, truth }));
	const whole = recordings.filter(({ truth }) => truth.frames_removed === undefined);
	const holed = recordings.filter(({ truth }) => truth.frames_removed !== undefined);

	it('should be there', () => {
		const connections = recordings.flatMap(({ truth }) => truth.connections);
		const ended = connections.filter(({ end }) => end === 'eof').length;
		console.log(`${recordings.length} recordings, ${connections.length} connections, ${ended} of them came to their end`);
		expect(ended).toBeGreaterThan(0);
	});

	it.each(whole)('should give every byte of $name that was sent, and nothing else', async ({ capture, truth }) => {
		const found = await connectionsOf(chunksIn(corpus, capture));
		expect(found).toHaveLength(truth.connections.length);
		for (const [{ client, end, ...wanted }, ours] of paired(found, truth.connections)) {
			if (ours === undefined) expect.fail(`there is no connection of ${client}`);
			const { client: c2s, server: s2c } = ours.sides;
			if (end !== 'eof') {
				// Nobody read what was on its way when it was reset.
				expect(c2s.bytes + c2s.skipped).toBeLessThanOrEqual(wanted.c2s_bytes);
				expect(s2c.bytes + s2c.skipped).toBeLessThanOrEqual(wanted.s2c_bytes);
				continue;
			}
			expect({ client, c2s, s2c }).toEqual({
				client,
				c2s: { bytes: wanted.c2s_bytes, skipped: 0, sha256: wanted.c2s_sha256 },
				s2c: { bytes: wanted.s2c_bytes, skipped: 0, sha256: wanted.s2c_sha256 },
			});
		}
	});

	it.each(holed)('should say exactly how much is missing of $name', async ({ capture, truth }) => {
		const found = await connectionsOf(chunksIn(corpus, capture));
		let skipped = 0;
		for (const [{ client, c2s_bytes, s2c_bytes }, ours] of paired(found, truth.connections)) {
			if (ours === undefined) expect.fail(`there is no connection of ${client}`);
			const { client: c2s, server: s2c } = ours.sides;
			skipped += c2s.skipped + s2c.skipped;
			expect({ client, c2s: c2s.bytes + c2s.skipped, s2c: s2c.bytes + s2c.skipped }).toEqual({ client, c2s: c2s_bytes, s2c: s2c_bytes });
		}
		expect(skipped).toBeGreaterThan(0);
	});
});
