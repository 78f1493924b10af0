import { type Corpus, type CorpusCapture, chunksIn, connectionsOf } from '../../support/corpus.js';
import { tcpflowOf } from './tcpflow.js';

/** What one tool says of one direction; undefined: it has no such stream. */
export interface Said {
	readonly bytes: number;
	readonly sha256: string;
	/** Bytes that are known to be missing. */
	readonly skipped?: number;
}

/** One direction, as three tools see it. */
export interface TrustRow {
	readonly path: string;
	readonly flow: string;
	readonly ours: Said | undefined;
	readonly tshark: Said | undefined;
	readonly tcpflow: Said | undefined;
}

/** All directions with payload of a capture. */
export interface TrustResult {
	readonly path: string;
	readonly trust: number;
	readonly rows: readonly TrustRow[];
	/** False where tcpflow is not installed. */
	readonly hasTcpflow: boolean;
}

const nothing: Said = { bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' };

/** Compares what we say of a capture with what was recorded of tshark, and with tcpflow, where it is installed. */
export async function trustResultOf(corpus: Corpus, capture: CorpusCapture): Promise<TrustResult> {
	const { path, trust } = capture;
	const tcpflow = tcpflowOf(corpus.pathOf(capture));
	const said = [await oursOf(corpus, capture), tsharkOf(corpus, capture), byFlow(tcpflow ?? [])] as const;
	const flows = new Set(said.flatMap(streams => [...streams.keys()]));
	const rows = [...flows].flatMap(flow => {
		const [ours, tshark, others] = said.map(streams => streams.get(flow) ?? []) as [Said[], Said[], Said[]];
		const count = Math.max(ours.length, tshark.length, others.length);
		return Array.from({ length: count }, (_, i) => ({ path, flow, ours: ours[i], tshark: tshark[i], tcpflow: others[i] }));
	});
	return { path, trust, rows: rows.filter(hasPayload), hasTcpflow: tcpflow !== undefined };
}

/** Whether all tools that looked say the same; a stream without payload may be left out. */
export function agrees({ ours, tshark, tcpflow }: TrustRow, hasTcpflow: boolean): boolean {
	const digests = [ours, tshark, ...(hasTcpflow ? [tcpflow] : [])].map(said => (said ?? nothing).sha256);
	return new Set(digests).size === 1;
}

const hasPayload = ({ ours, tshark, tcpflow }: TrustRow) => [ours, tshark, tcpflow].some(said => (said?.bytes ?? 0) > 0);

type Streams = ReadonlyMap<string, Said[]>;

function byFlow(streams: readonly (Said & { readonly flow: string })[]): Streams {
	const result = new Map<string, Said[]>();
	for (const { flow, ...said } of streams) result.set(flow, [...(result.get(flow) ?? []), said]);
	return result;
}

async function oursOf(corpus: Corpus, capture: CorpusCapture): Promise<Streams> {
	const connections = await connectionsOf(chunksIn(corpus, capture));
	return byFlow(
		connections.flatMap(({ client, server, sides }) => [
			{ flow: `${client}->${server}`, ...sides.client },
			{ flow: `${server}->${client}`, ...sides.server },
		]),
	);
}

/** As it was recorded; tshark writes IPv6 addresses without brackets. */
function tsharkOf(corpus: Corpus, capture: CorpusCapture): Streams {
	const end = (text: string) => {
		const colon = text.lastIndexOf(':');
		const address = text.slice(0, colon);
		return address.includes(':') && !address.startsWith('[') ? `[${address}]${text.slice(colon)}` : text;
	};
	return byFlow(
		corpus.oracleOf(capture).flatMap(({ a, b, a_bytes, a_sha256, b_bytes, b_sha256 }) => [
			{ flow: `${end(a)}->${end(b)}`, bytes: a_bytes, sha256: a_sha256 },
			{ flow: `${end(b)}->${end(a)}`, bytes: b_bytes, sha256: b_sha256 },
		]),
	);
}
