import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTls, type TlsClientHello, type TlsServerHello } from '../../../src/protocols/index.js';
import { c, end, ends, gap, originAt, s } from './http1/talk.js';
import * as h from './tls/hello.js';
import { inShort, messagesOf, sessionOf } from './tls/said.js';

const bytes = (...parts: (readonly number[])[]) => Uint8Array.from(parts.flat());
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const retry = [...Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')];

function clientHelloOf(parts: h.HelloParts): TlsClientHello {
	return messagesOf([c(bytes(h.record(22, h.clientHello(parts))))])[0] as TlsClientHello;
}

describe('a ClientHello', () => {
	it('should be read with its lists', () => {
		expect(clientHelloOf(h.chrome)).toMatchObject({
			...{ type: 'clientHello', client: '10.0.0.1:1234', server: '10.0.0.2:80', from: 'client', packet: 1, isSsl2: false },
			...{ legacyVersion: 0x0303, sni: 'example.test', alpn: ['h2', 'http/1.1'], supportedVersions: [0x5a5a, 0x0304, 0x0303] },
			...{ groups: [0x6a6a, 29, 23, 24], pointFormats: [0], keyShares: [0x4a4a, 29], malformed: false },
			...{ ciphers: h.chrome.ciphers, random: bytes(h.random), sessionId: bytes([7, 7]) },
			signatureAlgorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
		});
	});

	it('should have the JA3 that its definition gives, without GREASE', () => {
		const { ja3, ja3Text } = clientHelloOf(h.chrome);
		expect(ja3Text).toBe(
			'771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,27-0-51-16-17513-23-45-13-5-35-18-43-65281-11-10-21,29-23-24,0',
		);
		expect(ja3).toBe(hash('md5', ja3Text ?? ''));
		expect(clientHelloOf({ version: 0x0301, ciphers: [] }).ja3Text).toBe('769,,,,');
	});

	it("should have the JA4 of FoxIO's example", () => {
		expect(clientHelloOf(h.chrome).ja4).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
	});

	it.each([
		{ what: 'no extension', parts: { ciphers: [47] }, start: 't12i010000', end: '000000000000' },
		{ what: 'no cipher', parts: { ciphers: [0x0a0a], extensions: h.sniOf('a') }, start: 't12d000100_000000000000', end: '000000000000' },
		{ what: 'TLS 1.0 and one character', parts: { version: 0x301, extensions: h.alpnOf('x') }, start: 't10i0101xx', end: '000000000000' },
		{ what: 'SSL 3', parts: { version: 0x300 }, start: 'ts3i010000', end: '000000000000' },
		{ what: 'an unknown version', parts: { version: 0x399 }, start: 't00i010000', end: '000000000000' },
		{ what: 'a byte that is no letter first', parts: { extensions: h.alpnOf('\xab1') }, start: 't12i0101a1', end: '000000000000' },
		{ what: 'one at the end', parts: { extensions: h.alpnOf('01\xab\xcd') }, start: 't12i01013d', end: '000000000000' },
		{
			what: 'more ciphers than can be told',
			parts: { ciphers: Array.from({ length: 120 }, (_, i) => i) },
			start: 't12i990000',
			end: '000000000000',
		},
		{
			what: 'no signature algorithms',
			parts: { extensions: [...h.extension(0x17, []), ...h.extension(5, [])] },
			start: 't12i0102',
			end: hash('sha256', '0005,0017').slice(0, 12),
		},
	])('should have the JA4 that the specification wants with $what', ({ parts, start, end }) => {
		const { ja4 } = clientHelloOf(parts);
		expect(ja4?.startsWith(start)).toBe(true);
		expect(ja4?.endsWith(`_${end}`)).toBe(true);
	});

	it('should give what can be read of it if it is malformed, and no fingerprint', () => {
		const whole = h.clientHello({ extensions: [...h.sniOf('a.test'), ...h.alpnOf('h2')] }).slice(4);
		for (let length = 0; length < whole.length; length++) {
			const hello = messagesOf([c(bytes(h.record(22, h.handshake(1, whole.slice(0, length)))))])[0] as TlsClientHello;
			// Without extensions at all it is whole.
			const isWhole = length === 2 + 32 + 3 + 4 + 2;
			expect(hello, `${length}`).toMatchObject({ type: 'clientHello', malformed: !isWhole });
			expect(hello.ja3 === null, `${length}`).toBe(!isWhole);
		}
	});

	it('should be told in the format of SSL 2, and TLS behind it', () => {
		const body = [1, 3, 1, ...h.u16(6, 0, 16), 0, 0, 47, 1, 0, 128, ...h.random.slice(0, 16)];
		const messages = messagesOf([
			c(bytes([0x80, body.length], body, h.record(22, h.handshake(16, [1, 2])))),
			s(bytes(h.record(22, h.serverHello()))),
		]);
		expect(messages.map(inShort)).toEqual([
			'clientHello client 1',
			'handshake client 1 clientKeyExchange',
			'serverHello server 2',
			'session client 1',
		]);
		expect(messages[0]).toMatchObject({
			isSsl2: true,
			legacyVersion: 0x0301,
			ciphers: [47, 0x10080],
			ja3: null,
			ja4: null,
			malformed: false,
		});
		expect((messages[0] as TlsClientHello).random).toHaveLength(16);
	});
});

describe('a ServerHello', () => {
	const serverHelloOf = (...parts: Parameters<typeof h.serverHello>) =>
		messagesOf([s(bytes(h.record(22, h.serverHello(...parts))), 0)])[0] as TlsServerHello;

	it('should say what was agreed, with its JA3S', () => {
		const hello = serverHelloOf(0xc02f, [...h.extension(0xff01, [0]), ...h.alpnOf('h2')]);
		expect(hello).toMatchObject({ version: 0x0303, cipher: 0xc02f, alpn: 'h2', group: null, isRetryRequest: false, from: 'server' });
		expect(hello).toMatchObject({ ja3sText: '771,49199,65281-16', ja3s: hash('md5', '771,49199,65281-16') });
	});

	it('should say TLS 1.3 where it is, and its group', () => {
		const extensions = [...h.extension(51, [...h.u16(29), ...h.with16(h.noise(32))]), ...h.extension(43, h.u16(0x0304))];
		expect(serverHelloOf(0x1301, extensions)).toMatchObject({ legacyVersion: 0x0303, version: 0x0304, group: 29 });
	});

	it('should be a HelloRetryRequest by its random, and the next ClientHello be read', () => {
		const hello = c(bytes(h.record(22, h.clientHello(h.chrome))), 0);
		const asked = s(bytes(h.record(22, h.serverHello(0x1301, h.extension(51, h.u16(23)), 0x303, retry)), h.ccs), 1);
		const again = c(bytes(h.ccs, h.record(22, h.clientHello({ ...h.chrome, ciphers: [0x1301] }))), 2);
		const agreed = s(bytes(h.record(22, h.serverHello(0x1301, h.extension(43, h.u16(0x0304)))), h.encrypted(60)), 3);
		const messages = messagesOf([hello, asked, again, agreed]);
		expect(messages.map(inShort)).toEqual([
			'clientHello client 1',
			'serverHello server 2',
			'clientHello client 3',
			'serverHello server 4',
			'session client 1',
		]);
		expect(messages[1]).toMatchObject({ isRetryRequest: true, group: 23 });
		expect(sessionOf(messages)).toMatchObject({ isRetried: true, version: 'TLS 1.3', clientHello: messages[0], serverHello: messages[3] });
	});
});

describe('a TLS connection', () => {
	const hello = h.clientHello(h.chrome);
	const der = h.noise(700);

	it('should be summed up when it has ended', () => {
		const server = bytes(
			h.record(22, [...h.serverHello(0xc02f, h.alpnOf('h2')), ...h.certificate(der, [1, 2])]),
			h.record(22, h.handshake(14, [])),
		);
		const said = [
			c(bytes(h.record(22, hello, 0x0301)), 0),
			s(server, 1),
			c(bytes(h.record(22, h.handshake(16, h.noise(65))), h.ccs, h.encrypted(40, 22)), 2),
			s(bytes(h.ccs, h.encrypted(40, 22)), 3),
			c(bytes(h.encrypted(100)), 4),
			s(bytes(h.encrypted(1000), h.encrypted(26, 21)), 5),
		];
		const messages = messagesOf([...said, end('client', 6), end('server', 7)], {}, false);
		expect(messages.map(inShort)).toEqual([
			'clientHello client 1',
			'serverHello server 2',
			'certificates server 2',
			'handshake server 2 serverHelloDone',
			'handshake client 3 clientKeyExchange',
			'session client 1',
		]);
		const digests = [der, [1, 2]].map(each => createHash('sha256').update(bytes(each)).digest('hex'));
		expect(messages[2]).toMatchObject({
			certificates: [{ der: bytes(der), sha256: digests[0] }, { sha256: digests[1] }],
			malformed: false,
		});
		expect(sessionOf(messages)).toMatchObject({
			...{ client: '10.0.0.1:1234', server: '10.0.0.2:80', sni: 'example.test', alpn: 'h2', version: 'TLS 1.2', cipher: 0xc02f },
			...{ ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1', certificates: { client: [], server: digests }, alerts: [], isRetried: false },
			records: { client: 5, server: 6 },
			...{ encryptedBytes: { client: 140, server: 1066 }, missing: { client: 0, server: 0 }, isDamaged: false },
		});
	});

	it('should tell an alert in the clear, and count an encrypted one', () => {
		const messages = messagesOf([c(bytes(h.record(22, hello)), 0), s(bytes(h.record(21, [2, 40])), 1), s(bytes(h.encrypted(26, 21)), 2)]);
		expect(messages.map(inShort)).toEqual(['clientHello client 1', 'alert server 2 handshake_failure', 'session client 1']);
		expect(sessionOf(messages)).toMatchObject({ version: null, alerts: [{ isFatal: true, code: 40 }], encryptedBytes: { server: 26 } });
	});

	it('should be read whoever opened it', () => {
		const messages = messagesOf([s(bytes(h.record(22, hello)), 0), c(bytes(h.record(22, h.serverHello())), 1)]);
		expect(messages).toMatchObject(['client', 'server', 'client'].map(from => ({ client: '10.0.0.2:80', server: '10.0.0.1:1234', from })));
		expect(sessionOf(messages).records).toEqual({ client: 1, server: 1 });
	});

	it('should be found behind another protocol', () => {
		const said = [
			s('220 mail ESMTP\n', 0),
			c('STARTTLS\n', 1),
			s('220 go on\n', 2),
			c(bytes(h.record(22, hello)), 3),
			s(bytes(h.record(22, h.serverHello())), 4),
		];
		const messages = messagesOf(said);
		expect(messages.map(inShort)).toEqual(['clientHello client 4', 'serverHello server 5', 'session client 4']);
		expect(sessionOf(messages).isDamaged).toBe(false);
	});

	it('should be looked for in so many bytes', () => {
		const said = (length: number) => [c('a'.repeat(length)), c(bytes(h.record(22, hello)))];
		expect(messagesOf(said(100), { maxSearchBytes: 100 })).toHaveLength(2);
		expect(messagesOf(said(101), { maxSearchBytes: 100 })).toEqual([]);
		expect(messagesOf(said(0), { maxSearchBytes: 0 })).toHaveLength(2);
		expect(messagesOf(said(1), { maxSearchBytes: 0 })).toEqual([]);
	});

	it('should give nothing where there is no TLS', () => {
		expect(messagesOf([c('GET / HTTP/1.1\n\n'), s(Uint8Array.from(h.noise(5000))), end('client'), end('server')])).toEqual([]);
		expect(messagesOf([])).toEqual([]);
	});

	it('should be known in its middle by a record behind another', () => {
		const server = bytes(h.noise(500), h.encrypted(300), h.encrypted(50));
		expect(sessionOf(messagesOf([gap('server', -1), s(server)]))).toMatchObject({
			records: { server: 2 },
			encryptedBytes: { server: 350 },
		});
		expect(sessionOf(messagesOf([gap('server', -1), s(bytes(h.noise(500), h.encrypted(300)))])).records.server).toBe(1);
		expect(messagesOf([gap('server', -1), s(bytes(h.noise(500), h.encrypted(300).slice(0, -1)))])).toEqual([]);
	});

	it('should lose its records where bytes are none, and find them again', () => {
		const messages = messagesOf([c(bytes(h.record(22, hello), [...Buffer.from('QUIT\r\n')], h.encrypted(30), h.encrypted(40)))]);
		expect(messages.map(inShort)).toEqual(
			['clientHello client 2', 'lost client 2 notTls null', 'session client 2'].map(line => line.replace(' 2', ' 1')),
		);
		expect(sessionOf(messages)).toMatchObject({ isDamaged: true, records: { client: 3 }, encryptedBytes: { client: 70 } });
	});
});

describe('a gap', () => {
	const hello = h.record(22, h.clientHello(h.chrome));
	const server = [...h.serverHello(), ...h.certificate(h.noise(700)), ...h.handshake(14, [])];

	it('should cost no record if it is within an encrypted one', () => {
		const said = [c(bytes(hello, [23, 3, 3, 0, 100], h.noise(40))), gap('client', 50), c(bytes(h.noise(10), h.encrypted(7)))];
		const messages = messagesOf(said);
		expect(messages.map(({ type }) => type)).toEqual(['clientHello', 'session']);
		expect(sessionOf(messages)).toMatchObject({
			records: { client: 3 },
			encryptedBytes: { client: 57 },
			missing: { client: 50 },
			isDamaged: true,
		});
	});

	it('should cost the handshake message that it is in', () => {
		const all = h.record(22, server);
		const messages = messagesOf([s(bytes(all.slice(0, 200))), gap('server', 100), s(bytes(all.slice(300)))]);
		expect(messages.map(inShort)).toEqual([
			'serverHello server 2',
			'lost server 2 message 11',
			'handshake server 2 serverHelloDone',
			'session server 2',
		]);
	});

	it('should cost the rest of the record if it is in the header of a message', () => {
		const all = [...h.record(22, server), ...h.encrypted(9)];
		const at = 5 + h.serverHello().length + 2;
		const messages = messagesOf([s(bytes(all.slice(0, at))), gap('server', 10), s(bytes(all.slice(at + 10)))]);
		expect(messages.map(inShort)).toEqual(['serverHello server 2', 'lost server 2 message 11', 'session server 2']);
		expect(sessionOf(messages)).toMatchObject({ records: { server: 2 }, encryptedBytes: { server: 9 } });
	});

	it('should be survived wherever it is, and never make what was not there', () => {
		const all = [...hello, ...h.ccs, ...h.encrypted(60, 22), ...h.encrypted(80), ...h.encrypted(90)];
		const whole = messagesOf([c(bytes(all))]);
		for (let at = 0; at < all.length; at++) {
			for (const length of [1, 7, 200]) {
				const messages = messagesOf([c(bytes(all.slice(0, at))), gap('client', length), c(bytes(all.slice(at + length)))]);
				const { records, isDamaged, clientHello } = sessionOf(messages.length > 0 ? messages : whole);
				expect(records.client).toBeLessThanOrEqual(5);
				expect(isDamaged || messages.length === 0).toBe(true);
				// Behind a gap within a record, or if there are two records left, it is known again.
				if (at + length <= all.length - 95 - 85) expect(records.client, `${at} ${length}`).toBeGreaterThanOrEqual(2);
				if (clientHello !== null) expect(clientHello).toEqual(whole[0]);
			}
		}
	});
});

describe('the bytes of the source', () => {
	it('should not be kept, also where they are a Buffer', () => {
		const all = bytes(h.record(22, [...h.clientHello(h.chrome), ...h.certificate(h.noise(90))]));
		const expected = messagesOf([c(all)]);
		for (const at of [3, 40, 300, all.length]) {
			const [first, second] = [Buffer.from(all.subarray(0, at)), Buffer.from(all.subarray(at))];
			const messages: unknown[] = [];
			const parser = createTls()(message => messages.push(message), ends);
			parser.push(first, { ...originAt('client', 0), packet: 1 });
			first.fill(0);
			parser.push(second, { ...originAt('client', 0), packet: 1 });
			second.fill(0);
			parser.finish?.();
			expect(messages).toEqual(expected);
		}
	});
});

describe('the limits of tls', () => {
	it('should pass over a handshake message that is too long, and go on', () => {
		const long = h.certificate(h.noise(900));
		const all = [...h.serverHello(), ...long, ...h.handshake(14, [])];
		const messages = messagesOf([s(bytes(h.record(22, all)), 0)], { maxHandshakeBytes: 500 });
		expect(messages.map(inShort)).toEqual([
			'serverHello server 1',
			'lost server 1 tooLong 11',
			'handshake server 1 serverHelloDone',
			'session server 1',
		]);
		const exact = messagesOf([s(bytes(h.record(22, all)), 0)], { maxHandshakeBytes: long.length - 4 });
		expect(exact.map(inShort)[1]).toBe('certificates server 1');
	});

	it('should sum up 16 alerts of any number', () => {
		const alerts = Array.from({ length: 40 }, () => h.record(21, [1, 0])).flat();
		const messages = messagesOf([c(bytes(h.record(22, h.clientHello()), alerts))]);
		expect(messages).toHaveLength(42);
		expect(sessionOf(messages).alerts).toHaveLength(16);
	});

	it('should not take long for bytes that begin a record again and again', () => {
		const hostile = Array.from({ length: 20_000 }, () => [23, 3, 3, 0, 0, 23, 3, 3, 0, 0, 1]).flat();
		const messages = messagesOf([c(Uint8Array.from(hostile))]);
		expect(sessionOf(messages).records.client).toBe(40_000);
	});

	it('should be checked at the call', () => {
		expect(() => createTls({ maxHandshakeBytes: 0 })).toThrow(/maxHandshakeBytes must be a whole number from 1 on/);
		expect(() => createTls({ maxRecords: 1 } as object)).toThrow(/there is no option maxRecords/);
	});
});
