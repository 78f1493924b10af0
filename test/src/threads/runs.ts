import { CaptureReader, Flush, Reassembly, type Segment, TcpDecoder } from 'rx-reassembly';
import { inShards, type ShardOptions } from 'rx-reassembly/node';
import { catchError, lastValueFrom, type Observable, type OperatorFunction, of, toArray } from 'rxjs';

/** One of the modules in `workers/`, spread over workers. */
export function workers<T>(name: string, options?: ShardOptions): OperatorFunction<Segment | Flush, T> {
	return inShards<T>(new URL(`./workers/${name}.js`, import.meta.url), options);
}

/** The segments of a capture. */
export function segmentsIn(capture: Uint8Array): Segment[] {
	const reader = new CaptureReader();
	const decoder = new TcpDecoder();
	const segments: Segment[] = [];
	reader.feed(capture);
	for (let packet = reader.next(); packet !== null; packet = reader.next()) {
		const segment = decoder.decode(packet);
		if (segment !== null) segments.push(segment);
	}
	reader.end();
	return segments;
}

/** All that comes; an error is the last of it. */
export function outcome<T>(source: Observable<T>): Promise<(T | { readonly failed: Error })[]> {
	return lastValueFrom(
		source.pipe(
			catchError((error: Error) => of({ failed: error })),
			toArray(),
		),
	);
}

/** All that can be asked of a result, as text: whoever calls it does so when the result comes, since statistics go on. */
export function told(result: unknown): string {
	if (result instanceof Reassembly) return toldChunk(result);
	if (result instanceof Flush) return `flush ${result.now} ${result.holesBefore} ${result.idleBefore} ${result.reason}`;
	return JSON.stringify(result, (_, value: unknown) =>
		value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : value,
	);
}

function toldChunk(chunk: Reassembly): string {
	const { flow, direction, offset, skip, start, end, seen, packet, closed, last, bytes, connection } = chunk;
	const { client, server, guessed } = connection;
	const statistics = [connection.statistics('client'), connection.statistics('server')];
	const { vlan, tunnel } = flow;
	const text = Buffer.from(bytes).toString('latin1');
	return JSON.stringify({
		client,
		server,
		vlan,
		tunnel,
		guessed,
		flow,
		direction,
		packet,
		offset,
		skip,
		start,
		end,
		seen,
		closed,
		last,
		text,
		statistics,
	});
}
