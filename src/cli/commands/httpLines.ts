import { map, type Observable } from 'rxjs';
import { groupByConnection } from '../../../operators/groupByConnection.js';
import { mergeFlows } from '../../../operators/mergeFlows.js';
import { parseWith } from '../../../operators/parseWith.js';
import { type ReassembleOptions, reassemble } from '../../../operators/reassemble.js';
import type { Flush } from '../../assembly/flush.js';
import { createHttp1, type HttpExchange } from '../../protocols/http1.js';
import type { Segment } from '../../wire/segment.js';

const PENDING_BYTES = 4 * 2 ** 20;

/** What the lines are made by; it can be sent to another thread. */
export interface HttpLineOptions {
	readonly behaviour: ReassembleOptions;
	readonly json: boolean;
}

/** A line for every HTTP exchange: of JSON, or to be read. */
export function httpLines(segments: Observable<Segment | Flush>, { behaviour, json }: HttpLineOptions): Observable<string> {
	return exchangesOf(segments, behaviour, 0).pipe(map(exchange => lineOf(exchange, json)));
}

/** Every HTTP exchange, with so much of each body. */
export function exchangesOf(
	segments: Observable<Segment | Flush>,
	behaviour: ReassembleOptions,
	maxBodyBytes: number,
): Observable<HttpExchange> {
	// A body that is kept waits for the other one.
	const parser = createHttp1({ maxBodyBytes, maxPendingBytes: Math.max(PENDING_BYTES, 2 * maxBodyBytes) });
	return segments.pipe(
		reassemble(behaviour),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(parser))),
	);
}

/** An exchange as a line of JSON, or to be read. */
export function lineOf(exchange: HttpExchange, json: boolean): string {
	return json ? JSON.stringify(jsonOf(exchange)) : textOf(exchange);
}

/** An exchange as a line of JSON has it. */
export function jsonOf({ client, server, time, durationMs, request, response }: HttpExchange): object {
	return {
		client,
		server,
		time: String(time),
		durationMs,
		request: request && {
			method: request.method,
			url: request.url,
			host: request.host,
			headers: request.headers,
			bodyLength: request.bodyLength,
			...(request.missing > 0 && { missing: request.missing }),
		},
		response: response && {
			status: response.status,
			headers: response.headers,
			bodyLength: response.bodyLength,
			...(response.missing > 0 && { missing: response.missing }),
		},
	};
}

function textOf({ client, server, time, durationMs, request, response }: HttpExchange): string {
	const asked = request === null ? '(request not seen)' : `${request.method} ${request.url}`;
	const answered = response === null ? '(no response)' : `${response.status} ${response.bodyLength} bytes`;
	const missing = (request?.missing ?? 0) + (response?.missing ?? 0);
	return [
		`${time} ${client} → ${server} ${asked} ${answered}`,
		...(durationMs === null ? [] : [`${durationMs.toFixed(1)} ms`]),
		...(missing > 0 ? [`${missing} bytes missing`] : []),
	].join(' ');
}
