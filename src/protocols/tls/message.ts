import type { Timestamp } from '../../timestamp.js';
import type { Direction } from '../parser.js';

/** What every message of a TLS connection says. */
export interface TlsEvent {
	/** Who sent the ClientHello: `10.0.0.1:1234`, `[::1]:1234`. As long as none was seen, who opened the connection. */
	readonly client: string;
	readonly server: string;
	/** When the first byte of the message was captured. */
	readonly time: Timestamp;
	/** Number of the packet that brought its first byte, from 1. */
	readonly packet: number;
	/** Who of the two sent it. */
	readonly from: Direction;
}

/** What ClientHello and ServerHello have in common (RFC 8446, sections 4.1.2 and 4.1.3). */
export interface TlsHello extends TlsEvent {
	/** The version in the hello itself, such as 0x0303; TLS 1.3 says 0x0303 there too. */
	readonly legacyVersion: number;
	/** 32 bytes; what came of them if the message is malformed. */
	readonly random: Uint8Array;
	readonly sessionId: Uint8Array;
	/** Types of the extensions in their order, GREASE (RFC 8701) included. */
	readonly extensions: readonly number[];
	/** The message does not keep to its format. What was read before that is here; fingerprints are null. */
	readonly malformed: boolean;
}

/** A ClientHello. */
export interface TlsClientHello extends TlsHello {
	readonly type: 'clientHello';
	/** It came in the format of SSL 2 (RFC 5246, appendix E.2): it has no extensions and no fingerprints. */
	readonly isSsl2: boolean;
	/** The first host name that is asked for (RFC 6066, section 3), a character a byte; null for none. */
	readonly sni: string | null;
	/** The protocols that are offered (RFC 7301), a character a byte. */
	readonly alpn: readonly string[];
	/** `supported_versions` (RFC 8446, section 4.2.1), in order; empty if there is no such extension. */
	readonly supportedVersions: readonly number[];
	/** Cipher suites in their order, GREASE included. Of an SSL 2 hello also ciphers of SSL 2, which have three bytes. */
	readonly ciphers: readonly number[];
	readonly groups: readonly number[];
	readonly pointFormats: readonly number[];
	readonly signatureAlgorithms: readonly number[];
	/** Groups that a key share came for (RFC 8446, section 4.2.8). */
	readonly keyShares: readonly number[];
	/** JA3 as the text that is hashed, and its MD5. Null for a hello that is malformed, or SSL 2. */
	readonly ja3Text: string | null;
	readonly ja3: string | null;
	/** JA4, the fingerprint of TLS clients by FoxIO (BSD 3-Clause), such as `t13d1516h2_8daaf6152771_e5627efa2ab1`. Null as with `ja3`. */
	readonly ja4: string | null;
}

/** A ServerHello, or a HelloRetryRequest. */
export interface TlsServerHello extends TlsHello {
	readonly type: 'serverHello';
	/** It asks for another ClientHello (RFC 8446, section 4.1.4). */
	readonly isRetryRequest: boolean;
	/** The version that was chosen, such as 0x0304: from `supported_versions`, else the one in the hello. */
	readonly version: number;
	readonly cipher: number;
	/** The protocol that was chosen. TLS 1.3 says this where it cannot be seen, so null there. */
	readonly alpn: string | null;
	/** The group of the key share in TLS 1.3, or the one that is asked for; null if that is not said here. */
	readonly group: number | null;
	/** JA3S as the text that is hashed, and its MD5; null for a hello that is malformed. */
	readonly ja3sText: string | null;
	readonly ja3s: string | null;
}

/** A certificate, not looked into. */
export interface TlsCertificate {
	/** As it came, in DER: for `new X509Certificate(der)` of `node:crypto`. */
	readonly der: Uint8Array;
	/** Its digest, the fingerprint that browsers show, as hexadecimal digits. */
	readonly sha256: string;
}

/** Certificates up to TLS 1.2, the one of the sender first. From TLS 1.3 on they are encrypted. */
export interface TlsCertificates extends TlsEvent {
	readonly type: 'certificates';
	readonly certificates: readonly TlsCertificate[];
	readonly malformed: boolean;
}

/** Another handshake message in the clear, not looked into. */
export interface TlsHandshake extends TlsEvent {
	readonly type: 'handshake';
	/** Its type, such as 12, and the name of that: `serverKeyExchange`, or `unknown`. */
	readonly code: number;
	readonly name: string;
	/** Bytes, without the four of its header. */
	readonly length: number;
}

/** An alert in the clear (RFC 8446, section 6). */
export interface TlsAlert extends TlsEvent {
	readonly type: 'alert';
	readonly isFatal: boolean;
	/** Its number, such as 40, and the name of that: `handshake_failure`, or `unknown`. */
	readonly code: number;
	readonly name: string;
}

/** Something that could not be read. */
export interface TlsLost extends TlsEvent {
	readonly type: 'lost';
	/**
	 * - `message`: a handshake message of which bytes are missing, or that was cut by the end; the records go on
	 * - `tooLong`: a handshake message longer than `maxHandshakeBytes`; the records go on
	 * - `records`: a gap, so that nobody knows where the next record begins; it is looked for
	 * - `notTls`: bytes where a record should begin are none; the next record is looked for
	 */
	readonly what: 'message' | 'tooLong' | 'records' | 'notTls';
	/** The type of the handshake message, 1 for a ClientHello; null where there is none, or it is not known. */
	readonly code: number | null;
}

/** A number for each side. */
export type TlsSides<T> = Readonly<Record<Direction, T>>;

/** A connection as a whole, when it has ended. */
export interface TlsSession extends TlsEvent {
	readonly type: 'session';
	/** The first ClientHello and the first ServerHello that is no HelloRetryRequest; null if they were not seen, or were lost. */
	readonly clientHello: TlsClientHello | null;
	readonly serverHello: TlsServerHello | null;
	/** A HelloRetryRequest was seen. */
	readonly isRetried: boolean;
	/** From the ClientHello. */
	readonly sni: string | null;
	/** From the ServerHello: null for TLS 1.3, where it cannot be seen. */
	readonly alpn: string | null;
	/** What was agreed: `TLS 1.3`, …, `SSL 3.0`; null without a ServerHello. */
	readonly version: string | null;
	readonly cipher: number | null;
	readonly ja3: string | null;
	readonly ja3s: string | null;
	readonly ja4: string | null;
	/** Digests of the first certificates that each side sent; empty for none in the clear. */
	readonly certificates: TlsSides<readonly string[]>;
	/** The first 16 alerts in the clear. */
	readonly alerts: readonly TlsAlert[];
	/** Records whose header was seen. */
	readonly records: TlsSides<number>;
	/** Bytes of encrypted records that came, without the headers. */
	readonly encryptedBytes: TlsSides<number>;
	/** Bytes that gaps swallowed, as far as their number is known. */
	readonly missing: TlsSides<number>;
	/** Of either side something was `lost`. */
	readonly isDamaged: boolean;
}

/** What a TLS connection gives: see `type`. */
export type TlsMessage = TlsClientHello | TlsServerHello | TlsCertificates | TlsHandshake | TlsAlert | TlsLost | TlsSession;
