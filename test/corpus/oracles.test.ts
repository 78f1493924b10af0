import { describe, expect, it } from 'vitest';
import { type CorpusCapture, chunksIn, connectionsOf, openCorpus, segmentsIn, unreadable } from '../support/corpus.js';

const corpus = openCorpus('the comparison of real captures with what tshark, tcpflow and a third tool make of them');

describe.skipIf(corpus === undefined)('real captures', () => {
	if (corpus === undefined) return;
	const trusted = corpus.captures.filter(({ trust }) => trust === 3);
	const reasons = new Map(trusted.map(capture => [capture, unreadable(corpus, capture)]));
	const readable = trusted.filter(capture => reasons.get(capture) === undefined);
	let directions = 0;

	/** Each direction with payload: who sent it, how much, and the digest. */
	async function compared(capture: CorpusCapture): Promise<{ wanted: string[]; found: string[] }> {
		const wanted = corpus?.oracleOf(capture).flatMap(({ a, b, a_bytes, a_sha256, b_bytes, b_sha256 }) => [
			{ from: a, bytes: a_bytes, sha256: a_sha256 },
			{ from: b, bytes: b_bytes, sha256: b_sha256 },
		]);
		const connections = corpus === undefined ? [] : await connectionsOf(chunksIn(corpus, capture));
		const found = connections.flatMap(({ client, server, sides }) => [
			{ from: client, ...sides.client },
			{ from: server, ...sides.server },
		]);
		const print = (side: { from: string; bytes: number; sha256: string }) =>
			`${side.from.replace(/[[\]]/g, '')} ${side.bytes} ${side.sha256}`;
		const withPayload = ({ bytes }: { bytes: number }) => bytes > 0;
		return { wanted: (wanted ?? []).filter(withPayload).map(print).sort(), found: found.filter(withPayload).map(print).sort() };
	}

	it.each(readable)('should give every direction of $path, byte by byte', async capture => {
		const { wanted, found } = await compared(capture);
		expect(found).toEqual(wanted);
		directions += wanted.length;
	});

	it.each(readable.filter(({ features }) => !features.includes('truncated')))('should find every TCP packet of $path', capture => {
		expect(segmentsIn(corpus.pathOf(capture))).toHaveLength(capture.tcp_packets);
	});

	it('should have compared something', () => {
		const excluded = [...reasons].flatMap(([{ path }, reason]) => (reason === undefined ? [] : [`  ${path}: ${reason}`]));
		console.log(`${readable.length} captures, ${directions} directions; left out:\n${excluded.join('\n')}`);
		expect(directions).toBeGreaterThan(readable.length);
	});
});
