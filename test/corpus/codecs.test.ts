import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codec/decode.js';
import {
	dnsExchangeCodec,
	httpExchangeCodec,
	mqttMessageCodec,
	postgresMessageCodec,
	redisMessageCodec,
	tlsMessageCodec,
	webSocketMessageCodec,
} from '../../src/ndjson.js';
import { dns } from '../../src/protocols/dns.js';
import { createHttp1, detectProtocol, type ParserFactory, postgres, redis, tls } from '../../src/protocols/index.js';
import { mqtt } from '../../src/protocols/mqtt.js';
import { webSocketUpgrade } from '../../src/protocols/websocket.js';
import { expectSame } from '../src/codec/roundTrip.js';
import { messagesIn } from '../support/conversations.js';
import { chunksIn, openCorpus } from '../support/corpus.js';

const corpus = openCorpus('messages of all protocols written as JSON and read again');
const http1 = createHttp1({ upgrade: webSocketUpgrade() });
const parser = detectProtocol({ http1, tls, dns, redis, postgres, mqtt }) as ParserFactory<object>;

const codecs: Readonly<Record<string, Codec<never>>> = {
	websocket: webSocketMessageCodec,
	redis: redisMessageCodec,
	postgres: postgresMessageCodec,
	mqtt: mqttMessageCodec,
} as unknown as Readonly<Record<string, Codec<never>>>;

/** The codec of what a parser has emitted. */
function codecOf(message: object): Codec<never> {
	if ('query' in message && !('type' in message)) return dnsExchangeCodec as unknown as Codec<never>;
	if (!('type' in message)) return httpExchangeCodec as unknown as Codec<never>;
	return codecs[String(message.type)] ?? (tlsMessageCodec as unknown as Codec<never>);
}

describe.skipIf(corpus === undefined)('messages of the corpus', () => {
	if (corpus === undefined) return;
	const seen = new Map<Codec<never>, number>();
	it.each(corpus.captures)('should be given back by their codecs as they were: $path', { timeout: 120_000 }, async capture => {
		for (const message of await messagesIn(parser, chunksIn(corpus, capture))) {
			const codec = codecOf(message);
			expectSame(codec, [message as never]);
			seen.set(codec, (seen.get(codec) ?? 0) + 1);
		}
	});

	it('should be of several protocols', () => {
		const counts = Object.fromEntries([...seen].map(([codec, count]) => [codec.name, count]));
		expect(Object.keys(counts)).toEqual(expect.arrayContaining(['an HTTP exchange', 'a message of TLS', 'a DNS exchange']));
	});
});
