import { boolean, text, wholeNumber } from '../codec.js';
import type { DnsExchange, DnsRecord } from '../protocols/dns/message.js';
import { libraryValue } from './libraryValue.js';
import { ends, numberOrNull, textOrNull } from './messageFields.js';
import { type JsonCodec, listOf, nullable, object, optional, versioned } from './shape.js';
import { bytesCodec } from './values.js';

const any = optional(libraryValue);

const record = object('a record', {
	name: text,
	type: text,
	class: optional(text),
	ttl: optional(wholeNumber),
	data: any,
	// What dns-packet says of OPT (RFC 6891), and of a record of mDNS.
	...{ udpPayloadSize: any, extendedRcode: any, ednsVersion: any, flags: any, flag_do: any, options: any, flush: any },
}) as unknown as JsonCodec<DnsRecord>;

const records = listOf(record);

const message = object('a message of DNS', {
	id: nullable(wholeNumber),
	opcode: textOrNull,
	rcode: textOrNull,
	isResponse: boolean,
	isAuthoritative: boolean,
	isTruncated: boolean,
	recursionDesired: boolean,
	recursionAvailable: boolean,
	questions: listOf(object('a question', { name: text, type: text, class: text })),
	answers: records,
	authorities: records,
	additionals: records,
	length: wholeNumber,
	bytes: bytesCodec,
	error: textOrNull,
});

/**
 * A {@link DnsExchange} as JSON, the bytes of a message as Base64.
 *
 * The `data` of a record is written as dns-packet gives it, and so is what it says of OPT. Bytes in there are objects such as
 * `{ "base64": "AQ==" }`; an object whose only member has the name `base64` or `object` stands in `{ "object": … }`. What is
 * read is no Buffer but a Uint8Array. Nested more than 16 deep it is refused.
 *
 * @example
 * ```ts
 * import { dns } from 'rx-reassembly/protocols/dns';
 *
 * connection.pipe(parseWith(dns), toNdjson(dnsExchangeCodec)).subscribe(line => console.log(line));
 * ```
 */
export const dnsExchangeCodec: JsonCodec<DnsExchange> = versioned(
	object('a DNS exchange', { ...ends, durationMs: numberOrNull, query: nullable(message), response: nullable(message) }),
);
