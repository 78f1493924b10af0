import { boolean, oneOf, text, wholeNumber } from '../codec.js';
import type { TlsMessage } from '../protocols/tls/message.js';
import { ends, textOrNull } from './messageFields.js';
import { type JsonCodec, listOf, nullable, object, oneOfKinds, versioned } from './shape.js';
import { bytesCodec, directionCodec } from './values.js';

const texts = listOf(text);
const numbers = listOf(wholeNumber);
const numberOrNull = nullable(wholeNumber);
const event = { ...ends, packet: wholeNumber, from: directionCodec };
const hello = { legacyVersion: wholeNumber, random: bytesCodec, sessionId: bytesCodec, extensions: numbers, malformed: boolean };

const clientHello = object('a ClientHello', {
	type: oneOf('clientHello'),
	...event,
	...hello,
	isSsl2: boolean,
	sni: textOrNull,
	alpn: texts,
	supportedVersions: numbers,
	ciphers: numbers,
	groups: numbers,
	pointFormats: numbers,
	signatureAlgorithms: numbers,
	keyShares: numbers,
	ja3Text: textOrNull,
	ja3: textOrNull,
	ja4: textOrNull,
});

const serverHello = object('a ServerHello', {
	type: oneOf('serverHello'),
	...event,
	...hello,
	isRetryRequest: boolean,
	version: wholeNumber,
	cipher: wholeNumber,
	alpn: textOrNull,
	group: numberOrNull,
	ja3sText: textOrNull,
	ja3s: textOrNull,
});

const alert = object('an alert', { type: oneOf('alert'), ...event, isFatal: boolean, code: wholeNumber, name: text });
const countOfEach = object('a number for each side', { client: wholeNumber, server: wholeNumber });

const session = object('a session', {
	type: oneOf('session'),
	...event,
	clientHello: nullable(clientHello),
	serverHello: nullable(serverHello),
	isRetried: boolean,
	sni: textOrNull,
	alpn: textOrNull,
	version: textOrNull,
	cipher: numberOrNull,
	ja3: textOrNull,
	ja3s: textOrNull,
	ja4: textOrNull,
	certificates: object('digests of each side', { client: texts, server: texts }),
	alerts: listOf(alert),
	records: countOfEach,
	encryptedBytes: countOfEach,
	missing: countOfEach,
	isDamaged: boolean,
});

/**
 * A {@link TlsMessage} as JSON: what it is says `type`. Randoms, session ids and certificates (DER) as Base64.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(tls), toNdjson(tlsMessageCodec)).subscribe(line => console.log(line));
 * ```
 */
export const tlsMessageCodec: JsonCodec<TlsMessage> = versioned(
	oneOfKinds('a message of TLS', 'type', {
		clientHello,
		serverHello,
		certificates: object('certificates', {
			type: oneOf('certificates'),
			...event,
			certificates: listOf(object('a certificate', { der: bytesCodec, sha256: text })),
			malformed: boolean,
		}),
		handshake: object('a handshake message', {
			...{ type: oneOf('handshake'), ...event },
			...{ code: wholeNumber, name: text, length: wholeNumber },
		}),
		alert,
		lost: object('what was lost', {
			...{ type: oneOf('lost'), ...event },
			...{ what: oneOf('message', 'tooLong', 'records', 'notTls'), code: numberOrNull },
		}),
		session,
	}),
);
