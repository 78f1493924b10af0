import { text, wholeNumber } from '../codec.js';
import { Packet } from '../packet.js';
import { type JsonCodec, mapped, object, optional, usually, versioned } from './shape.js';
import { bytesCodec, timestampCodec } from './values.js';

const interfaceFields = object('an interface', {
	linkType: wholeNumber,
	id: usually(0, wholeNumber),
	name: optional(text),
	description: optional(text),
	snapLength: optional(wholeNumber),
});

/**
 * A {@link Packet} as JSON: its bytes, when and where it was captured.
 *
 * @example
 * ```ts
 * packets.pipe(toNdjson(packetCodec), fromNdjson(packetCodec), decodeTcp()).subscribe(({ seq }) => console.log(seq));
 * ```
 */
export const packetCodec: JsonCodec<Packet> = versioned(
	mapped(
		'a packet',
		object('a packet', {
			number: usually(0, wholeNumber),
			timestamp: timestampCodec,
			source: interfaceFields,
			originalLength: wholeNumber,
			bytes: bytesCodec,
		}),
		{
			is: (value): value is Packet => value instanceof Packet,
			read: ({ number, timestamp, source, originalLength, bytes }) =>
				new Packet(bytes, 0, bytes.length, originalLength, timestamp, number, source),
			write({ number, timestamp, source: { linkType, id, name, description, snapLength }, originalLength, bytes }) {
				return { number, timestamp, source: { linkType, id, name, description, snapLength }, originalLength, bytes };
			},
		},
	),
);
