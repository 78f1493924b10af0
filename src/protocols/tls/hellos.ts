import { copyOf } from '../copyOf.js';
import { Extension, readAlpn, readExtensions, readFirst16, readKeyShares, readList8, readList16, readServerName } from './extensions.js';
import { Fields } from './fields.js';
import { ja3sText, ja3Text, ja4 } from './fingerprints.js';
import { asciiBytes, hexOf } from './hex.js';
import { md5 } from './md5.js';
import type { TlsClientHello, TlsEvent, TlsServerHello } from './message.js';

/** The random of a HelloRetryRequest (RFC 8446, section 4.1.3). */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** Reads a ClientHello (RFC 8446, section 4.1.2). */
export function readClientHello(event: TlsEvent, body: Uint8Array): TlsClientHello {
	const fields = new Fields(body);
	const legacyVersion = fields.u16();
	const random = copyOf(fields.take(32));
	const sessionId = copyOf(fields.vector(1).all());
	const ciphers = fields.vector(2).list16();
	fields.vector(1);
	const { types: extensions, bodies, malformed } = readExtensions(fields);
	const traits = {
		legacyVersion,
		supportedVersions: readList16(bodies.get(Extension.supportedVersions), 1),
		ciphers,
		extensions,
		groups: readList16(bodies.get(Extension.supportedGroups), 2),
		pointFormats: readList8(bodies.get(Extension.pointFormats)),
		signatureAlgorithms: readList16(bodies.get(Extension.signatureAlgorithms), 2),
		alpn: readAlpn(bodies.get(Extension.alpn)),
	};
	const text = malformed ? null : ja3Text(traits);
	return {
		type: 'clientHello',
		...event,
		...traits,
		isSsl2: false,
		random,
		sessionId,
		sni: readServerName(bodies.get(Extension.serverName)),
		keyShares: readKeyShares(bodies.get(Extension.keyShare)),
		malformed,
		ja3Text: text,
		ja3: text === null ? null : md5(asciiBytes(text)),
		ja4: malformed ? null : ja4(traits),
	};
}

/** Reads a ServerHello (RFC 8446, section 4.1.3). */
export function readServerHello(event: TlsEvent, body: Uint8Array): TlsServerHello {
	const fields = new Fields(body);
	const legacyVersion = fields.u16();
	const random = copyOf(fields.take(32));
	const sessionId = copyOf(fields.vector(1).all());
	const cipher = fields.u16();
	fields.u8();
	const { types: extensions, bodies, malformed } = readExtensions(fields);
	const text = malformed ? null : ja3sText({ legacyVersion, cipher, extensions });
	return {
		type: 'serverHello',
		...event,
		legacyVersion,
		random,
		sessionId,
		extensions,
		malformed,
		isRetryRequest: hexOf(random) === RETRY_RANDOM,
		version: readFirst16(bodies.get(Extension.supportedVersions)) ?? legacyVersion,
		cipher,
		alpn: readAlpn(bodies.get(Extension.alpn))[0] ?? null,
		group: readFirst16(bodies.get(Extension.keyShare)) ?? null,
		ja3sText: text,
		ja3s: text === null ? null : md5(asciiBytes(text)),
	};
}

/** Reads a ClientHello in the format of SSL 2, from its type on (RFC 5246, appendix E.2). */
export function readSsl2ClientHello(event: TlsEvent, body: Uint8Array): TlsClientHello {
	const fields = new Fields(body);
	fields.u8();
	const legacyVersion = fields.u16();
	const [ciphersLength, sessionIdLength, challengeLength] = [fields.u16(), fields.u16(), fields.u16()];
	const list = new Fields(fields.take(ciphersLength));
	const ciphers: number[] = [];
	while (list.rest >= 3) ciphers.push(list.u24());
	return {
		type: 'clientHello',
		...event,
		isSsl2: true,
		legacyVersion,
		ciphers,
		sessionId: copyOf(fields.take(sessionIdLength)),
		random: copyOf(fields.take(challengeLength)),
		malformed: !fields.isWhole || list.rest > 0,
		...{ extensions: [], supportedVersions: [], groups: [], pointFormats: [], signatureAlgorithms: [], alpn: [], keyShares: [] },
		...{ sni: null, ja3Text: null, ja3: null, ja4: null },
	};
}
