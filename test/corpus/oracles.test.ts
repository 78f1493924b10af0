import { describe, expect, it } from 'vitest';
import { type CorpusCapture, chunksIn, connectionsOf, openCorpus, segmentsIn } from '../support/corpus.js';

const corpus = openCorpus('the comparison of real captures with what tshark, tcpflow and a third tool make of them');

/** Captures in which fewer packets are TCP than the index says, and why that is right. */
const fewer: ReadonlyMap<string, { readonly packets: number; readonly why: string }> = new Map([
	['suricata-verify/tests/bug-76/input.pcap', { packets: 1, why: 'a TCP header says that it is longer than the datagram it is in' }],
]);

/** What tunnels TCP comes through. */
const tunnelsOf: Readonly<Record<string, readonly string[]>> = {
	'mercury/unit_tests/pcaps/geneve.pcap': ['geneve 0', 'geneve 10', 'geneve 11'],
	'zeek/testing/btest/Traces/tunnels/vxlan-encapsulated-http.pcap': ['vxlan 1'],
	'nDPI/tests/cfgs/default/pcap/tls_invalid_reads.pcap': ['gtp-u 10.238.36.64-10.238.244.49'],
	'nDPI/tests/cfgs/default/pcap/rtmp.pcap': ['gtp-u 10.132.15.176-10.134.25.41', 'gtp-u 10.132.15.176-10.134.25.76'],
};

describe.skipIf(corpus === undefined)('real captures', () => {
	if (corpus === undefined) return;
	const trusted = corpus.captures.filter(({ trust }) => trust === 3);
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

	it.each(trusted)('should give every direction of $path, byte by byte', async capture => {
		const { wanted, found } = await compared(capture);
		expect(found).toEqual(wanted);
		directions += wanted.length;
	});

	it.each(corpus.captures)('should find every TCP packet of $path, whatever is around it', capture => {
		const { packets, why } = fewer.get(capture.path) ?? { packets: 0, why: '' };
		expect(segmentsIn(corpus.pathOf(capture)).length + packets, why).toBe(capture.tcp_packets);
	});

	it('should find the innermost TCP of tunnels, and tell the tunnels', () => {
		for (const [path, texts] of Object.entries(tunnelsOf)) {
			const capture = corpus.captures.find(other => other.path === path);
			if (capture === undefined) continue;
			const found = new Set(segmentsIn(corpus.pathOf(capture)).flatMap(({ tunnel }) => (tunnel === null ? [] : [String(tunnel)])));
			expect([...found].sort(), path).toEqual(texts);
		}
	});

	it('should have compared all of them', () => {
		console.log(`${trusted.length} captures, ${directions} directions with payload, byte by byte; none left out`);
		expect(directions).toBeGreaterThan(trusted.length);
	});
});
