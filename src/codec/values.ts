import type { CloseReason } from '../assembly/closeReason.js';
import { closeReasons } from '../assembly/closeReason.js';
import { oneOf, text, wholeNumber } from '../codec.js';
import { type Direction, Endpoint, Flow } from '../flow.js';
import { parseAddress } from '../parseAddress.js';
import { Timestamp } from '../timestamp.js';
import type { Tunnel } from '../tunnel.js';
import { fromBase64, toBase64 } from './base64.js';
import { type JsonCodec, mapped, object, usually } from './shape.js';
import { tunnelsCodec } from './tunnelCodec.js';

/**
 * Bytes, as Base64: a part of codecs of your own.
 *
 * @example
 * ```ts
 * import * as t from 'io-ts';
 *
 * of({ bytes: Uint8Array.of(1) }).pipe(toNdjson(t.type({ bytes: bytesCodec }))).subscribe(line => console.log(line)); // {"bytes":"AQ=="}
 * ```
 */
export const bytesCodec: JsonCodec<Uint8Array> = mapped('bytes as Base64', text, {
	is: (value): value is Uint8Array => value instanceof Uint8Array,
	read: base64 => fromBase64(base64) ?? undefined,
	write: toBase64,
});

/**
 * A {@link Timestamp}, as RFC 3339 in UTC, with its digits; with nine if it is more exact than they say.
 *
 * @example
 * ```ts
 * import * as t from 'io-ts';
 *
 * of({ at: Timestamp.fromMs(0) }).pipe(toNdjson(t.type({ at: timestampCodec }))).subscribe(line => console.log(line)); // {"at":"1970-01-01T00:00:00.000Z"}
 * ```
 */
export const timestampCodec: JsonCodec<Timestamp> = mapped('a time such as 2023-11-14T22:13:20.010Z', text, {
	is: (value): value is Timestamp => value instanceof Timestamp,
	read: parseTimestamp,
	write: time => (isWhole(time) ? time : new Timestamp(time.seconds, time.nanoseconds, 9)).toString(),
});

export const directionCodec = oneOf<Direction>('client', 'server');
export const closedCodec = oneOf<CloseReason>(...closeReasons);

/**
 * One end, as `10.0.0.1:1234` or `[::1]:80`.
 *
 * @example
 * ```ts
 * console.log(endpointCodec.encode(new Endpoint('::1', 80))); // [::1]:80
 * ```
 */
export const endpointCodec: JsonCodec<Endpoint> = mapped('an end such as 10.0.0.1:80', text, {
	is: (value): value is Endpoint => value instanceof Endpoint,
	read: given => {
		const end = parseEnd(given);
		return end && new Endpoint(end.address, end.port);
	},
	write: String,
});

/**
 * A {@link Flow}: its source, its destination, its VLAN and its tunnels if it has any.
 *
 * @example
 * ```ts
 * chunks.pipe(map(({ flow }) => flow), toNdjson(flowCodec)).subscribe(line => console.log(line));
 * ```
 */
export const flowCodec: JsonCodec<Flow> = mapped(
	'a flow',
	object('a flow', { source: endpointCodec, destination: endpointCodec, vlan: usually(0, wholeNumber), tunnels: tunnelsCodec }),
	{
		is: (value): value is Flow => value instanceof Flow,
		read: ({ source, destination, vlan, tunnels }) => flowBetween(source, destination, vlan, tunnels),
		write: ({ source, destination, vlan, tunnel }) => ({ source, destination, vlan, tunnels: tunnel }),
	},
);

/** The flow from one end to another; undefined if they are not of one version of IP. */
export function flowBetween(source: Endpoint, destination: Endpoint, vlan: number, tunnel: Tunnel | null): Flow | undefined {
	const from = parseAddress(source.address);
	const to = parseAddress(destination.address);
	if (from === null || to === null || from.length !== to.length) return undefined;
	return new Flow([...from, ...to], source.port, destination.port, vlan, tunnel);
}

function parseEnd(given: string): { readonly address: string; readonly port: number } | undefined {
	const [, v6, v4, digits] = /^(?:\[([\da-f:.]{2,45})\]|([\d.]{7,15})):(\d{1,5})$/i.exec(given) ?? [];
	const address = v6 ?? v4;
	const port = Number(digits);
	return address === undefined || port > 65_535 || parseAddress(address) === null ? undefined : { address, port };
}

function isWhole({ nanoseconds, digits }: Timestamp): boolean {
	return nanoseconds % 10 ** (9 - digits) === 0;
}

function parseTimestamp(given: string): Timestamp | undefined {
	const [, whole, fraction = ''] = /^((?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(given) ?? [];
	if (whole === undefined) return undefined;
	const seconds = Date.parse(`${whole}Z`) / 1000;
	if (Number.isNaN(seconds)) return undefined;
	const time = new Timestamp(seconds, Number(fraction.padEnd(9, '0')), fraction.length);
	// A 30th of February is made another day.
	return time.toString() === given ? time : undefined;
}
