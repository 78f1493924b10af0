import { type Checks, checkOptions, limit } from '../codec.js';
import { Conversation } from './dns/conversation.js';
import { type DnsLimits, defaultLimits } from './dns/limits.js';
import type { DnsExchange } from './dns/message.js';
import type { ParserFactory } from './parser.js';

export type { DnsExchange, DnsMessage, DnsQuestion, DnsRecord } from './dns/message.js';

/** What {@link createDns} can be told. Both are for one connection. */
export interface DnsOptions {
	/** Queries that wait for their responses. When there are more, the oldest comes out without one. Default 1024. */
	readonly maxPendingQueries?: number | undefined;
	/** Bytes of their messages, as they came; decoded they take more. Beyond, the same. Default 256 KiB. */
	readonly maxPendingBytes?: number | undefined;
}

const checks: Checks<DnsOptions> = { maxPendingQueries: limit, maxPendingBytes: limit };

/**
 * Makes a parser of DNS over TCP (RFC 1035, section 4.2.2; RFC 7766) for `parseWith`, which is fed both directions of a
 * connection and emits exchanges: each response with its query, in the order of the responses, as soon as it is whole. They
 * are paired by their ids, whatever the order. Queries without a response come out at the end.
 *
 * Each message of a zone transfer comes out as an exchange with the same query. What dns-packet cannot decode is emitted with
 * an `error` in place of its records. A message in which bytes are missing is too, and the parser goes on behind it; where a
 * gap leaves unknown where the next message begins, that direction is over, and its last message says so.
 *
 * The messages are decoded by the package dns-packet, which needs the `Buffer` of Node; in a browser the bundler must bring one.
 * A direction holds one message at most, 64 KiB. It throws for nothing that comes over the wire.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * import { dns } from 'rx-reassembly/protocols/dns';
 *
 * connection.pipe(parseWith(dns)).subscribe(({ query, response }) => console.log(query?.questions[0]?.name, response?.rcode));
 * ```
 */
export function createDns(options: DnsOptions = {}): ParserFactory<DnsExchange> {
	const { maxPendingQueries, maxPendingBytes } = checkOptions('createDns', checks, options);
	const limits: DnsLimits = {
		maxPendingQueries: maxPendingQueries ?? defaultLimits.maxPendingQueries,
		maxPendingBytes: maxPendingBytes ?? defaultLimits.maxPendingBytes,
	};
	return (emit, ends) => new Conversation(emit, ends, limits);
}

/**
 * {@link createDns} with its defaults.
 *
 * @example
 * ```ts
 * import { dns } from 'rx-reassembly/protocols/dns';
 *
 * connection.pipe(parseWith(dns)).subscribe(({ response }) => console.log(response?.answers.length));
 * ```
 */
export const dns: ParserFactory<DnsExchange> = createDns();
