import { gunzipSync } from 'node:zlib';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { createHttp1, type HttpExchange, type HttpResponse } from '../../src/protocols/http1.js';
import { type Corpus, type CorpusCapture, chunksIn, openCorpus, sha256Of, type TruthExchange } from '../support/corpus.js';

const corpus = openCorpus('the comparison of HTTP exchanges with what their programs sent');

async function exchangesIn(from: Corpus, capture: CorpusCapture): Promise<HttpExchange[]> {
	const parser = createHttp1({ maxBodyBytes: Number.POSITIVE_INFINITY });
	const exchanges = chunksIn(from, capture).pipe(
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(parser))),
	);
	return lastValueFrom(exchanges.pipe(toArray()));
}

/** The digest of a body as the program that asked for it saw it; null for none. */
function decodedDigest({ headers, body }: HttpResponse): string | null {
	if (body.length === 0) return null;
	return sha256Of(headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
}

function found({ request, response }: HttpExchange): object {
	return {
		method: request?.method,
		url: request?.url,
		host: request?.host,
		requestLength: request?.bodyLength,
		requestDigest: request === null || request.body.length === 0 ? null : sha256Of(request.body),
		status: response?.status,
		responseLength: response?.bodyLength ?? 0,
		responseDigest: response === null ? null : decodedDigest(response),
	};
}

function wanted(exchange: TruthExchange): object {
	const { method, uri, host, req_body_len, req_body_sha256, status, wire_body_len, resp_body_len, resp_body_sha256 } = exchange;
	return {
		method,
		url: uri,
		host,
		requestLength: req_body_len,
		requestDigest: req_body_sha256,
		status,
		responseLength: wire_body_len ?? resp_body_len ?? 0,
		responseDigest: resp_body_sha256 ?? null,
	};
}

describe.skipIf(corpus === undefined)('HTTP in recordings', () => {
	if (corpus === undefined) return;
	const recordings = corpus
		.truths()
		.filter(({ truth }) => truth.frames_removed === undefined)
		.map(({ capture, truth }) => {
			// What was reset is compared nowhere: how far it came is chance.
			const reset = new Set(truth.connections.filter(({ end }) => end !== 'eof').map(({ client }) => client));
			const connections = truth.connections.filter(({ client, tls, http }) => !tls && !reset.has(client) && http !== undefined);
			return { name: truth.capture, capture, connections };
		})
		.filter(({ connections }) => connections.length > 0);
	const count = recordings.flatMap(({ connections }) => connections.flatMap(({ http }) => http ?? [])).length;

	it('should be there', () => {
		console.log(`${count} exchanges in ${recordings.length} recordings`);
		expect(count).toBeGreaterThan(0);
	});

	it.each(recordings)('should be found in $name, exchange by exchange', async ({ capture, connections }) => {
		const exchanges = await exchangesIn(corpus, capture);
		for (const client of new Set(connections.map(connection => connection.client))) {
			const truth = connections.filter(connection => connection.client === client).flatMap(({ http }) => http ?? []);
			const ours = exchanges.filter(exchange => exchange.client === client);
			expect(ours.map(found), client).toEqual(truth.map(wanted));
		}
	});
});
