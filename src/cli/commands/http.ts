import { lastValueFrom, tap } from 'rxjs';
import { groupByConnection } from '../../../operators/groupByConnection.js';
import { mergeFlows } from '../../../operators/mergeFlows.js';
import { parseWith } from '../../../operators/parseWith.js';
import type { HttpExchange } from '../../protocols/http1.js';
import { createHttp1 } from '../../protocols/http1.js';
import { chunksOf, type InputOptions } from '../input.js';
import type { Output } from '../output.js';

/** Prints every HTTP exchange: as a line of JSON, or to be read. */
export async function http(file: string | undefined, options: InputOptions & { readonly json?: boolean }, output: Output): Promise<void> {
	const parser = createHttp1({ maxBodyBytes: 0 });
	const chunks = await chunksOf(file, options);
	const exchanges = chunks.pipe(
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(parser))),
	);
	const print = (exchange: HttpExchange) => (options.json ? output.json(jsonOf(exchange)) : output.line(textOf(exchange)));
	await lastValueFrom(exchanges.pipe(tap(print)), { defaultValue: undefined });
}

function jsonOf({ client, server, time, durationMs, request, response }: HttpExchange): object {
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
