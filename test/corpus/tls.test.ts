import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { type TlsMessage, tls } from '../../src/protocols/tls.js';
import { type Corpus, type CorpusCapture, chunksIn, openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of TLS hellos and records with tshark');
const hasTshark = hasTool('tshark', 'the comparison of TLS hellos and records with tshark');

async function messagesIn(from: Corpus, capture: CorpusCapture): Promise<TlsMessage[]> {
	const messages = chunksIn(from, capture).pipe(
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(tls))),
	);
	return lastValueFrom(messages.pipe(toArray()));
}

/** What there is of each kind, sorted: in which order connections come is nothing to compare. */
interface Findings {
	readonly sni: readonly string[];
	readonly ja3: readonly string[];
	readonly ja3s: readonly string[];
	readonly records: number;
}

function ours(messages: readonly TlsMessage[]): Findings {
	const clientHellos = messages.filter(message => message.type === 'clientHello');
	const serverHellos = messages.filter(message => message.type === 'serverHello');
	const sessions = messages.filter(message => message.type === 'session');
	return {
		sni: clientHellos.flatMap(({ sni }) => sni ?? []).sort(),
		ja3: clientHellos.flatMap(({ ja3 }) => ja3 ?? []).sort(),
		ja3s: serverHellos.flatMap(({ ja3s }) => ja3s ?? []).sort(),
		records: sessions.reduce((sum, { records }) => sum + records.client + records.server, 0),
	};
}

/** What tshark finds: as it comes, or with its reassembly of what came out of order, whichever it does better with. */
function theirs(path: string, decodeAs: string | undefined): readonly Findings[] {
	const fields = ['tls.handshake.extensions_server_name', 'tls.handshake.ja3', 'tls.handshake.ja3s', 'tls.record.length'];
	const how = decodeAs === undefined ? [] : ['-d', decodeAs];
	const args = ['-r', path, ...how, '-Y', 'tcp && tls', '-T', 'fields', '-E', 'occurrence=a', ...fields.flatMap(field => ['-e', field])];
	return ['FALSE', 'TRUE'].map(isOrdered => {
		const preferences = ['-o', `tcp.reassemble_out_of_order:${isOrdered}`];
		const output: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 };
		const rows = execFileSync('tshark', [...preferences, ...args], output)
			.split('\n')
			.map(line => line.split('\t'));
		const [sni, ja3, ja3s, lengths] = fields.map((_, i) => rows.flatMap(row => row[i]?.split(',') ?? []).filter(value => value !== ''));
		return { sni: sni?.sort() ?? [], ja3: ja3?.sort() ?? [], ja3s: ja3s?.sort() ?? [], records: lengths?.length ?? 0 };
	});
}

/** Where we differ from tshark, and who is right. */
const differences: Readonly<Record<string, (findings: Findings) => Findings>> = {
	// A record of which the capture has only the beginning: we count it, tshark waits for its end. And a ServerHello with an
	// extension list of one byte, which cannot be: tshark makes a fingerprint of what is before it, we say that it is malformed.
	'arkime/tests/pcap/arkime_synthetic.pcap': ({ ja3s, records, ...rest }) => ({
		...rest,
		ja3s: ja3s.toSpliced(ja3s.indexOf('e8c07683aecf9b16e8e33f10a5161e4e'), 1),
		records: records + 1,
	}),
	// More records that are cut by the end of the capture: one, and one in each of eight connections.
	'mercury/unit_tests/pcaps/quic_reordered_frames.pcap': ({ records, ...rest }) => ({ ...rest, records: records + 1 }),
	'mercury/unit_tests/pcaps/geneve.pcap': ({ records, ...rest }) => ({ ...rest, records: records + 8 }),
	// A ClientHello without compression methods and with half of a length of extensions: malformed again.
	'nDPI/tests/cfgs/default/pcap/tls_invalid_reads.pcap': ({ ja3, ...rest }) => ({
		...rest,
		ja3: ja3.filter(digest => digest !== '88d4e76accc5dbd6e8ba82e094f04049'),
	}),
};

/** Where TLS is spoken on a port that tshark takes for HTTP, unless it is told. We look at the bytes. */
const decodedAs: Readonly<Record<string, string>> = { 'nDPI/tests/cfgs/default/pcap/anydesk.pcapng': 'tcp.port==80,tls' };

describe.skipIf(corpus === undefined || !hasTshark)('TLS in the corpus', () => {
	if (corpus === undefined || !hasTshark) return;
	it.each(corpus.captures)('should be as tshark has it in $path', async capture => {
		const found = ours(await messagesIn(corpus, capture));
		const wanted = theirs(corpus.pathOf(capture), decodedAs[capture.path] ?? capture.decode_as).map(
			findings => differences[capture.path]?.(findings) ?? findings,
		);
		const best = wanted.find(({ records }) => records === found.records) ?? wanted[0];
		expect(found).toEqual(best);
	});
});
