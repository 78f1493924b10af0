import { type Checks, checkOptions, limit, limitOrNone } from '../codec.js';
import type { ParserFactory } from './parser.js';
import { Conversation } from './tls/conversation.js';
import { defaultLimits, type TlsLimits } from './tls/limits.js';
import type { TlsMessage } from './tls/message.js';

export type {
	TlsAlert,
	TlsCertificate,
	TlsCertificates,
	TlsClientHello,
	TlsEvent,
	TlsHandshake,
	TlsHello,
	TlsLost,
	TlsMessage,
	TlsServerHello,
	TlsSession,
	TlsSides,
} from './tls/message.js';
export { tlsVersionName } from './tls/names.js';

/** What {@link createTls} can be told. Both are for one direction of a connection. */
export interface TlsOptions {
	/** Bytes of a handshake message; a longer one is passed over, and `lost`. Default 64 KiB. */
	readonly maxHandshakeBytes?: number | undefined;
	/**
	 * Bytes to look for a record in: at the start of a connection, which may begin with something else (STARTTLS), and again
	 * after each loss. Behind them, the direction is passed over; up to the next gap. 0: a record at once or none. Default 256 KiB.
	 */
	readonly maxSearchBytes?: number | undefined;
}

const checks: Checks<TlsOptions> = { maxHandshakeBytes: limit, maxSearchBytes: limitOrNone };

/**
 * Makes a parser of what can be seen of TLS 1.0 to 1.3 and SSL 3.0 without keys (RFC 8446, RFC 5246, RFC 6101) for
 * `parseWith`, which is fed both directions of a connection.
 *
 * It emits hellos with SNI, ALPN and fingerprints (JA3, JA3S, JA4), certificates, other handshake messages and alerts in the
 * clear, each as soon as it is whole, and a `session` that sums them up when the connection has ended. A connection without
 * a record of TLS gives nothing. Nothing is decrypted, and no certificate is looked into.
 *
 * TLS that begins within another protocol is found. A gap within a record is passed, and costs only the handshake message
 * that it is in; after any other, a record is known again by a hello in it, or by another record behind it. Who sent the
 * first hello is the client or the server, whoever opened the connection.
 *
 * A direction holds one handshake message and one record's length (18 KiB; 32 KiB for SSL 2's ClientHello) at most, and the
 * connection its first two hellos. It throws for nothing that comes over the wire.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(parseWith(createTls({ maxSearchBytes: 0 }))).subscribe(message => {
 *   if (message.type === 'clientHello') console.log(message.server, message.sni, message.ja4);
 * });
 * ```
 */
export function createTls(options: TlsOptions = {}): ParserFactory<TlsMessage> {
	const { maxHandshakeBytes, maxSearchBytes } = checkOptions('createTls', checks, options);
	const limits: TlsLimits = {
		maxHandshakeBytes: maxHandshakeBytes ?? defaultLimits.maxHandshakeBytes,
		maxSearchBytes: maxSearchBytes ?? defaultLimits.maxSearchBytes,
	};
	return (emit, ends) => new Conversation(emit, ends, limits);
}

/**
 * {@link createTls} with its defaults.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(tls)).subscribe(({ type }) => console.log(type));
 * ```
 */
export const tls: ParserFactory<TlsMessage> = createTls();
