import type { Timestamp } from '../../timestamp.js';

/** What is asked (RFC 1035, section 4.1.2). */
export interface DnsQuestion {
	/** Without the dot at its end; `.` for the root. */
	readonly name: string;
	/** `A`, `AAAA`, `MX`, …; `UNKNOWN_65` for what dns-packet does not know. */
	readonly type: string;
	readonly class: string;
}

/** A resource record (RFC 1035, section 4.1.3), as dns-packet decodes it. */
export interface DnsRecord {
	readonly name: string;
	readonly type: string;
	/** Not in OPT, which uses its place for something else, as it does with that of `ttl`. */
	readonly class?: string;
	/** Seconds. */
	readonly ttl?: number;
	/** A text for A, AAAA, CNAME, NS and PTR, an object for MX, SOA and others, bytes for what dns-packet does not look into. */
	readonly data?: unknown;
}

/** A message of DNS, decoded or not. */
export interface DnsMessage {
	/** Null if even that is missing. */
	readonly id: number | null;
	/** `QUERY`, `NOTIFY`, `UPDATE`, …; null if the message is not decoded. */
	readonly opcode: string | null;
	/** `NOERROR`, `NXDOMAIN`, …; null if the message is not decoded. */
	readonly rcode: string | null;
	readonly isResponse: boolean;
	readonly isAuthoritative: boolean;
	readonly isTruncated: boolean;
	readonly recursionDesired: boolean;
	readonly recursionAvailable: boolean;
	readonly questions: readonly DnsQuestion[];
	readonly answers: readonly DnsRecord[];
	readonly authorities: readonly DnsRecord[];
	readonly additionals: readonly DnsRecord[];
	/** Bytes that were announced, without the two of the length before it. */
	readonly length: number;
	/** The message as it came; empty if a part of it is missing. */
	readonly bytes: Uint8Array;
	/** Why the message is not decoded: it is malformed, or bytes are missing; null for one that is. */
	readonly error: string | null;
}

/** A query and the response to it. */
export interface DnsExchange {
	/** Who sent the query: `10.0.0.1:1234`, `[::1]:1234`. */
	readonly client: string;
	readonly server: string;
	/** When the first byte of the query was captured; without a query, of the response. */
	readonly time: Timestamp;
	/** Milliseconds from then to the capture of the last byte of the response; null if either was not seen. */
	readonly durationMs: number | null;
	/** Null if none with that id was seen before the response. */
	readonly query: DnsMessage | null;
	/** Null if none came. */
	readonly response: DnsMessage | null;
}
