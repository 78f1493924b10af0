import { Reassembly } from '../assembly/reassembly.js';
import { boolean, predicate, wholeNumber } from '../codec.js';
import { bothStatistics, ConnectionRegister, connectionFields, fieldsOf, statisticsOf } from './connectionCodec.js';
import { type JsonCodec, mapped, object, optional, usually, versioned } from './shape.js';
import { bytesCodec, closedCodec, directionCodec, timestampCodec } from './values.js';

/** What {@link chunkCodec} can be told. */
export interface ChunkCodecOptions {
	/** Connections that are remembered while they are read, so that their chunks meet again. Default 1,048,576. */
	readonly maxConnections?: number | undefined;
}

const skip = predicate('a whole number from -1 on', (value): value is number => Number.isInteger(value) && (value as number) >= -1);

const chunkFields = object('a chunk', {
	connection: connectionFields,
	direction: directionCodec,
	packet: usually(0, wholeNumber),
	seen: timestampCodec,
	offset: wholeNumber,
	skip: usually(0, skip),
	start: usually(false, boolean),
	end: usually(false, boolean),
	bytes: bytesCodec,
	closed: optional(closedCodec),
	last: usually(false, boolean),
	statistics: optional(bothStatistics),
});

/**
 * Makes a codec of chunks, {@link Reassembly}, as JSON. Chunks that are read back are as they were: those of a connection
 * carry one `connection`, so `groupByConnection` and all behind it works as on the first day.
 *
 * The statistics of a connection are written with the last chunk of each of its flows; before that, who reads knows none.
 *
 * A codec remembers the connections whose last chunk it has not read, so each stream needs one of its own: hand
 * `chunkCodec` itself to `fromNdjson`, which makes one for each subscription.
 *
 * @example
 * ```ts
 * chunks.pipe(toNdjson(chunkCodec), fromNdjson(chunkCodec), groupByConnection()).subscribe(({ key }) => console.log(String(key.client)));
 * ```
 */
export function chunkCodec({ maxConnections = 2 ** 20 }: ChunkCodecOptions = {}): JsonCodec<Reassembly> {
	const register = new ConnectionRegister(maxConnections);
	return versioned(
		mapped('a chunk', chunkFields, {
			is: (value): value is Reassembly => value instanceof Reassembly,
			read({ connection: fields, direction, packet, seen, offset, skip, start, end, bytes, closed, last, statistics }) {
				const owner = register.find(fields);
				if (owner === undefined) return undefined;
				if (statistics !== undefined) owner.update(statistics);
				if (last) register.forget(fields);
				const reversed = direction === 'server';
				return new Reassembly(owner, reversed, bytes, 0, bytes.length, offset, skip, start, end, seen, packet, closed, last);
			},
			write(chunk) {
				const { connection, flow, direction, packet, seen, offset, skip, start, end, bytes, closed, last } = chunk;
				const fields = fieldsOf(connection, flow);
				const statistics = closed === undefined ? undefined : statisticsOf(connection);
				return { connection: fields, direction, packet, seen, offset, skip, start, end, bytes, closed, last, statistics };
			},
		}),
	);
}
