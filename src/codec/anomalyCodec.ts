import { type Anomaly, type AnomalyKind, anomalyKinds } from '../assembly/anomaly.js';
import { oneOf, wholeNumber } from '../codec.js';
import type { Direction } from '../flow.js';
import type { ChunkCodecOptions } from './chunkCodec.js';
import { ConnectionRegister, connectionFields, fieldsOf } from './connectionCodec.js';
import { type JsonCodec, mapped, object, usually, versioned } from './shape.js';
import { directionCodec, timestampCodec } from './values.js';

const anomalyFields = object('an anomaly', {
	kind: oneOf<AnomalyKind>(...anomalyKinds),
	connection: connectionFields,
	direction: directionCodec,
	sequence: wholeNumber,
	length: wholeNumber,
	seen: timestampCodec,
	packet: usually(0, wholeNumber),
});

/**
 * Makes a codec of {@link Anomaly} as JSON; each stream needs one of its own, as for `chunkCodec`. The connections that
 * are read back know no statistics.
 *
 * @example
 * ```ts
 * const anomalies = new Subject();
 * anomalies.pipe(toNdjson(anomalyCodec)).subscribe(line => console.log(line));
 * segments.pipe(reassemble({ anomalies })).subscribe();
 * ```
 */
export function anomalyCodec({ maxConnections = 2 ** 20 }: ChunkCodecOptions = {}): JsonCodec<Anomaly> {
	const register = new ConnectionRegister(maxConnections);
	return versioned(
		mapped('an anomaly', anomalyFields, {
			is: (value): value is Anomaly => typeof value === 'object' && value !== null && 'kind' in value,
			read({ connection: fields, direction, ...rest }) {
				const connection = register.find(fields);
				return connection && { ...rest, connection, flow: connection.flowOf(direction === 'server') };
			},
			write({ kind, flow, connection, sequence, length, seen, packet }) {
				const direction: Direction = String(flow.source) === String(connection.client) ? 'client' : 'server';
				return { kind, connection: fieldsOf(connection, flow), direction, sequence, length, seen, packet };
			},
		}),
	);
}
