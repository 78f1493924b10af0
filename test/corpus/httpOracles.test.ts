import { describe, expect, it } from 'vitest';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { createHttp1, type HttpExchange } from '../../src/protocols/http1.js';
import { type CorpusCapture, chunksIn, type OracleMessage, openCorpus } from '../support/corpus.js';

const corpus = openCorpus('the comparison of HTTP messages with those of tshark');

/** What one has found and the other has not, and why. The table in docs/http.md says the same. */
interface Difference {
	readonly tshark?: readonly string[];
	readonly here?: readonly string[];
	readonly why: string;
}

const times = (count: number, message: string): string[] => new Array<string>(count).fill(message);

const differences: Readonly<Record<string, Difference>> = {
	'gopacket/pcapgo/tests/le/test301.pcapng': {
		tshark: ['GET /s?wd=ccc 0', '200 855996'],
		why: 'TLS, of which the capture has the keys',
	},
	'zeek/testing/btest/Traces/http/methods.pcap': {
		tshark: ['CCM_POST', 'CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'TRACE'].flatMap(method => {
			const slash = method === 'OPTIONS' ? '' : '/';
			return [`${method} ${slash} 0`, `${method} ${slash}HTTP/1.1 0`];
		}),
		why: 'requests without a version are HTTP/0.9, or none; neither is read here',
	},
	'zeek/testing/btest/Traces/mixed-vlan-mpls.pcap': { tshark: ['GET / 0'], why: 'the same' },
	'nDPI/tests/cfgs/default/pcap/soap.pcap': {
		here: ['POST /fwlink/?LinkID=252669&clcid=0x409 1106'],
		why: 'a connection of one packet to a port that is not known for HTTP',
	},
	'zeek/testing/btest/Traces/http/get-to-ssh-server.pcap': {
		here: ['GET / 0'],
		why: 'the server speaks SSH, and so does the port',
	},
	'nDPI/tests/cfgs/default/pcap/mpeg-dash.pcap': {
		here: ['200 1078'],
		why: 'the capture ends within the body: not complete, but there',
	},
	'netem/d4-v4-pipeline-dup-middle.pcap': {
		here: [
			...times(3, '200 0'),
			...times(5, '200 13'),
			...times(3, '200 20000'),
			...times(4, '200 215'),
			...times(7, '200 34'),
			'200 900',
			...times(6, '204 0'),
			...times(4, '304 0'),
		],
		why: 'tshark loses its place behind pipelined HEAD, 204 and 304; the programs say that we are right',
	},
	'netem/d9-v4-capture-holes.pcap': {
		here: ['200 17104', '200 248552', 'PUT /u/t.txt 57104'],
		why: 'bodies with holes: not complete, but there, with what is missing',
	},
};

function ourMessages({ request, response }: HttpExchange): string[] {
	return [
		...(request === null ? [] : [`${request.method} ${request.url} ${request.bodyLength}`]),
		...(response === null ? [] : [...response.interim.map(status => `${status} 0`), `${response.status} ${response.bodyLength}`]),
	];
}

const theirMessage = ({ kind, method, uri, status, body_len }: OracleMessage): string =>
	kind === 'request' ? `${method} ${uri} ${body_len}` : `${status} ${body_len}`;

/** What is in the first list more often than in the second. */
function more(all: readonly string[], others: readonly string[]): string[] {
	const left = [...others];
	return all.filter(one => {
		const at = left.indexOf(one);
		if (at >= 0) left.splice(at, 1);
		return at < 0;
	});
}

async function messagesIn(capture: CorpusCapture): Promise<string[]> {
	const messages: string[] = [];
	const parser = createHttp1({ maxBodyBytes: 0 });
	await chunksIn(corpus as NonNullable<typeof corpus>, capture)
		.pipe(
			groupByConnection(),
			mergeFlows(connection => connection.pipe(parseWith(parser))),
		)
		.forEach(exchange => {
			messages.push(...ourMessages(exchange));
		});
	return messages;
}

describe.skipIf(corpus === undefined)('HTTP in real captures, beside tshark', { timeout: 120_000 }, () => {
	if (corpus === undefined) return;

	it('should be the same messages, but for what is explained', async () => {
		const found: Record<string, object> = {};
		let same = 0;
		for (const capture of corpus.captures.filter(({ trust }) => trust === 3)) {
			const ours = await messagesIn(capture);
			const theirs = corpus.messagesOf(capture);
			const named = theirs.map(theirMessage);
			const [tshark, here] = [more(named, ours), more(ours, named)];
			same += ours.length - here.length;
			if (tshark.length > 0 || here.length > 0) found[capture.path] = { tshark: tshark.sort(), here: here.sort() };
		}
		console.log(`${same} HTTP messages are the same`);
		const expected = Object.entries(differences).map(([path, { tshark = [], here = [] }]) => [
			path,
			{ tshark: [...tshark].sort(), here: [...here].sort() },
		]);
		expect(found).toEqual(Object.fromEntries(expected));
		expect(same).toBeGreaterThan(0);
	});
});
