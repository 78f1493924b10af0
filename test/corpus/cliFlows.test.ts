import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { linesOf, runCli } from '../support/cli.js';
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

/** What conn.log says of a connection. */
interface ConnLine {
	readonly client: string;
	readonly server: string;
	readonly packets: readonly [client: number, server: number];
	readonly bytes: readonly [client: number, server: number];
}

/** Both ends, each with how many packets, or bytes, it sent, in an order of their own. */
const conversation = (...ends: readonly (readonly [string, number])[]) =>
	ends
		.map(([end, sent]) => `${end.replace(/[[\]]/g, '')} ${sent}`)
		.sort()
		.join(', ');

function theirs(path: string): string[] {
	const args = ['-n', '-r', path, '-q', '-z', 'conv,tcp'];
	const output = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	const lines = output.matchAll(/^(\S+)\s+<->\s+(\S+)\s+(\d+)\s+[\d.]+ \w+\s+(\d+)\s/gm);
	return [...lines].map(([, a = '', b = '', toA, toB]) => conversation([a, Number(toB)], [b, Number(toA)])).sort();
}

async function ours(path: string, checksums: 'ignore' | 'verify'): Promise<ConnLine[]> {
	const flags = ['--no-separate-tunnels', '--no-separate-vlans', '--checksums', checksums];
	const { stdout } = await runCli(['flows', '--format', 'conn-log', ...flags, path]);
	const [names = [], ...lines] = linesOf(stdout)
		.filter(line => !line.startsWith('#') || line.startsWith('#fields'))
		.map(line => line.replace(/^#fields\t/, '').split('\t'));
	return lines.map(line => {
		const field = (name: string) => line[names.indexOf(name)] as string;
		const sides = (name: string) => [Number(field(`orig_${name}`)), Number(field(`resp_${name}`))] as const;
		const [client, server] = ['orig', 'resp'].map(side => `${field(`id.${side}_h`)}:${field(`id.${side}_p`)}`) as [string, string];
		return { client, server, packets: sides('pkts'), bytes: sides('bytes') };
	});
}

const conversations = (lines: readonly ConnLine[], what: 'packets' | 'bytes') =>
	lines.map(({ client, server, [what]: [a, b] }) => conversation([client, a], [server, b])).sort();

describe.skipIf(corpus === undefined || !hasTool('tshark', 'its connections'))('flows, on real captures', () => {
	if (corpus === undefined) return;

	it('should be the connections, packets and bytes that tshark has', { timeout: 240_000 }, async () => {
		const other: string[] = [];
		let [count, withBytes] = [0, 0];
		for (const capture of corpus.captures) {
			const path = corpus.pathOf(capture);
			const mine = await ours(path, 'ignore');
			if (conversations(mine, 'packets').join('\n') !== theirs(path).join('\n')) {
				other.push(capture.path);
				continue;
			}
			count += mine.length;
			if (capture.trust < 3) continue;
			const streams = corpus
				.oracleOf(capture)
				.filter(({ a_bytes, b_bytes }) => a_bytes + b_bytes > 0)
				.map(({ a, a_bytes, b, b_bytes }) => conversation([a, a_bytes], [b, b_bytes]));
			// The oracle leaves out what says nothing, and frames that are corrupted.
			const talking = (capture.checksums === undefined ? mine : await ours(path, 'verify')).filter(({ bytes: [a, b] }) => a + b > 0);
			expect(conversations(talking, 'bytes'), capture.path).toEqual(streams.sort());
			withBytes += talking.length;
		}
		console.log(`${count} connections of ${corpus.captures.length - other.length} captures have tshark's packets; ${withBytes} its bytes`);
		expect(other.sort()).toEqual(Object.keys(differences));
	});
});
