import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tlsMessageCodec } from '../../../src/ndjson.js';
import type { TlsMessage } from '../../../src/protocols/index.js';
import { c, gap, s } from '../protocols/http1/talk.js';
import * as h from '../protocols/tls/hello.js';
import { messagesOf } from '../protocols/tls/said.js';
import { bytes, count, direction, ends, expectSame, orNull, reasonsWith, record, text } from './roundTrip.js';

const joined = (...parts: (readonly number[])[]) => Uint8Array.from(parts.flat());
const flight = [...h.serverHello(0xc02f, h.alpnOf('h2')), ...h.certificate(h.noise(90), [1, 2]), ...h.handshake(14, [])];
const agreed = [c(joined(h.record(22, h.clientHello(h.chrome))), 0), s(joined(h.record(22, flight), h.record(21, [1, 0])), 1)];
const lost = [s(joined(h.record(22, h.serverHello())), 0), gap('server', -1), gap('client', 9)];

const event = { ...ends, packet: count, from: direction };
const numbers = fc.array(count, { maxLength: 3 });
const texts = fc.array(text, { maxLength: 3 });
const hello = { ...event, legacyVersion: count, random: bytes, sessionId: bytes, extensions: numbers, malformed: fc.boolean() };
const sides = <A>(each: fc.Arbitrary<A>) => record({ client: each, server: each });
const clientHello = record({
	...{ type: fc.constant('clientHello' as const), ...hello, isSsl2: fc.boolean(), sni: orNull(text), alpn: texts },
	...{ supportedVersions: numbers, ciphers: numbers, groups: numbers, pointFormats: numbers, signatureAlgorithms: numbers },
	...{ keyShares: numbers, ja3Text: orNull(text), ja3: orNull(text), ja4: orNull(text) },
});
const serverHello = record({
	...{ type: fc.constant('serverHello' as const), ...hello, isRetryRequest: fc.boolean(), version: count, cipher: count },
	...{ alpn: orNull(text), group: orNull(count), ja3sText: orNull(text), ja3s: orNull(text) },
});
const alert = record({ type: fc.constant('alert' as const), ...event, isFatal: fc.boolean(), code: count, name: text });
const messages: fc.Arbitrary<TlsMessage> = fc.oneof(
	clientHello,
	serverHello,
	alert,
	record({
		...{ type: fc.constant('certificates' as const), ...event, malformed: fc.boolean() },
		certificates: fc.array(record({ der: bytes, sha256: text }), { maxLength: 3 }),
	}),
	record({ type: fc.constant('handshake' as const), ...event, code: count, name: text, length: count }),
	record({
		...{ type: fc.constant('lost' as const), ...event, code: orNull(count) },
		what: fc.constantFrom('message' as const, 'tooLong' as const, 'records' as const, 'notTls' as const),
	}),
	record({
		...{ type: fc.constant('session' as const), ...event, clientHello: orNull(clientHello), serverHello: orNull(serverHello) },
		...{ isRetried: fc.boolean(), sni: orNull(text), alpn: orNull(text), version: orNull(text), cipher: orNull(count) },
		...{ ja3: orNull(text), ja3s: orNull(text), ja4: orNull(text), certificates: sides(texts) },
		...{ alerts: fc.array(alert, { maxLength: 2 }), records: sides(count), encryptedBytes: sides(count), missing: sides(count) },
		isDamaged: fc.boolean(),
	}),
);

describe('tlsMessageCodec', () => {
	it('should give back what a connection told', () => {
		const told = [...messagesOf(agreed), ...messagesOf(lost)];
		const types = ['clientHello', 'serverHello', 'certificates', 'handshake', 'alert', 'lost', 'session'];
		expect(new Set(told.map(({ type }) => type))).toEqual(new Set(types));
		expectSame(tlsMessageCodec, told);
	});

	it('should give back any message', () => {
		fc.assert(fc.property(messages, message => expectSame(tlsMessageCodec, [message])));
	});

	it('should say what is wrong, and where', () => {
		const told = messagesOf(agreed);
		const [first, , certificates] = told as [TlsMessage, TlsMessage, TlsMessage];
		const session = told.at(-1) as TlsMessage;
		expect(reasonsWith(tlsMessageCodec, first, 'ciphers.2', 'x')).toEqual(['ciphers[2]: expected a whole number from 0 on, got "x"']);
		expect(reasonsWith(tlsMessageCodec, certificates, 'certificates.1.der', '?')).toEqual([
			'certificates[1].der: expected bytes as Base64, got "?"',
		]);
		expect(reasonsWith(tlsMessageCodec, session, 'clientHello.sni', 5)).toEqual(['clientHello.sni: expected a text or null, got 5']);
		expect(reasonsWith(tlsMessageCodec, session, 'alerts', null)).toEqual(['alerts: expected a list: an alert, got null']);
		expect(reasonsWith(tlsMessageCodec, first, 'type', 'constructor')[0]).toMatch(
			/^type: expected 'clientHello' or 'serverHello' or .*, got "constructor"$/,
		);
		expect(reasonsWith(tlsMessageCodec, first, 'v', 2)).toEqual(['v: expected version 1, got 2']);
		expect(reasonsWith(tlsMessageCodec, first, 'flavour', 2)).toEqual([]);
	});
});
