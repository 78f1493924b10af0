import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { jsonLines, runCli } from '../support/cli.js';
import { openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of connections with those of tshark');

/** Why the connections are not those of tshark. */
const differences: Readonly<Record<string, string>> = {
	'arkime/tests/pcap/tcp_handshake_synthetic.pcap':
		'tshark takes each SYN with another sequence number for a connection, also without an answer',
	'nDPI/tests/cfgs/default/pcap/rtsp.pcap': 'a port that is used again half a second after a RST: tshark keeps the connection',
	'suricata-verify/tests/bug-3286-03-windows-evasion/with_evasion_windows.pcap':
		'a RST, and a handshake that goes on: tshark keeps the connection',
	'suricata-verify/tests/security-4710-01/input.pcap': 'a RST that the server did not get: tshark keeps the connection',
	'suricata-verify/tests/tcp-fastopen-10-syn-data-ignore/input.pcap': 'a packet behind the end of both sides: tshark keeps the connection',
	'tcpdump/tests/kday3.pcap': 'damaged times, weeks apart: here connections that are idle for an hour are closed',
	'tcpflow/tests/test5-lines-randomized.pcap': 'packets in a random order: tshark begins again at the SYN',
};

interface FlowLine {
	readonly client: string;
	readonly server: string;
	readonly packets: { readonly client: number; readonly server: number };
}

/** Both ends, each with how many packets it sent, in an order of their own. */
const conversation = (...ends: readonly (readonly [string, number])[]) =>
	ends
		.map(([end, packets]) => `${end.replace(/[[\]]/g, '')} ${packets}`)
		.sort()
		.join(', ');

function theirs(path: string): string[] {
	const args = ['-n', '-r', path, '-q', '-z', 'conv,tcp'];
	const output = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	const lines = output.matchAll(/^(\S+)\s+<->\s+(\S+)\s+(\d+)\s+[\d.]+ \w+\s+(\d+)\s/gm);
	return [...lines].map(([, a = '', b = '', toA, toB]) => conversation([a, Number(toB)], [b, Number(toA)])).sort();
}

async function ours(path: string): Promise<string[]> {
	const { stdout } = await runCli(['flows', '--json', '--no-separate-tunnels', '--no-separate-vlans', path]);
	return (jsonLines(stdout) as FlowLine[])
		.map(({ client, server, packets }) => conversation([client, packets.client], [server, packets.server]))
		.sort();
}

describe.skipIf(corpus === undefined || !hasTool('tshark', 'its connections'))('flows, on real captures', () => {
	if (corpus === undefined) return;

	it('should be the connections and packets that tshark has', { timeout: 240_000 }, async () => {
		const other: string[] = [];
		let count = 0;
		for (const capture of corpus.captures) {
			const [mine, tsharks] = [await ours(corpus.pathOf(capture)), theirs(corpus.pathOf(capture))];
			if (mine.join('\n') !== tsharks.join('\n')) other.push(capture.path);
			else count += mine.length;
		}
		console.log(`${count} connections of ${corpus.captures.length - other.length} captures have the packets that tshark counts`);
		expect(other.sort()).toEqual(Object.keys(differences));
	});
});
