import { type Packet, streamEncode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dnsExchangeCodec } from '../../../src/ndjson.js';
import { type DnsExchange, dns } from '../../../src/protocols/dns.js';
import { parsed } from '../../support/conversations.js';
import { c, gap, s } from '../protocols/http1/talk.js';
import { bytes, count, ends, expectSame, libraryValues, orNull, reasonsWith, record, roundTrip, text } from './roundTrip.js';

const name = 'q.test';
const query = { type: 'query', id: 7, flags: 256, questions: [{ type: 'A', name }] };
const answers = [
	{ type: 'A', name, ttl: 60, data: '192.0.2.1' },
	{ type: 'MX', name, ttl: 5, data: { preference: 3, exchange: 'mx.test' } },
	{ type: 'TXT', name, ttl: 5, data: [Buffer.from('a'), Buffer.from([0, 255])] },
	{ type: 'NULL', name, ttl: 5, data: Buffer.from([1, 2, 3]) },
	{ type: 'CAA', name, ttl: 5, data: { flags: 128, tag: 'issue', value: 'ca.test', issuerCritical: true } },
	{ type: 'TLSA', name, ttl: 5, data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from([9, 9]) } },
];
const additionals = [
	{
		...{ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 32768 },
		options: [
			{ code: 'PADDING', length: 3 },
			{ code: 'CLIENT_SUBNET', ip: '192.0.2.0', sourcePrefixLength: 24 },
		],
	},
];
const coded = (packet: object) => new Uint8Array(streamEncode(packet as Packet));
const asked = coded({ ...query, additionals });
const exchanges: readonly DnsExchange[] = [
	...parsed(dns, [c(asked), s(coded({ ...query, type: 'response', flags: 384, answers, additionals }), 30)]),
	...parsed(dns, [c(asked)]),
	...parsed(dns, [s(Uint8Array.of(0, 14, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9))]),
	...parsed(dns, [c(asked.subarray(0, 9)), gap('client', -1)]),
];
const [whole] = exchanges as [DnsExchange];

const resource = fc.record(
	{ name: text, type: text, class: text, ttl: count, data: libraryValues },
	{ noNullPrototype: true, requiredKeys: ['name', 'type'] },
);
const records = fc.array(resource, { maxLength: 3 });
const message = record({
	...{ id: orNull(count), opcode: orNull(text), rcode: orNull(text), isResponse: fc.boolean(), isAuthoritative: fc.boolean() },
	...{ isTruncated: fc.boolean(), recursionDesired: fc.boolean(), recursionAvailable: fc.boolean() },
	questions: fc.array(record({ name: text, type: text, class: text }), { maxLength: 2 }),
	...{ answers: records, authorities: records, additionals: records, length: count, bytes, error: orNull(text) },
});

describe('dnsExchangeCodec', () => {
	it('should give back what a connection told, with the bytes in its records', () => {
		const error = expect.any(String);
		expect(exchanges.map(({ query, response }) => (query ?? response)?.error)).toEqual([null, null, error, error]);
		expect(whole.response?.answers).toHaveLength(6);
		expectSame(dnsExchangeCodec, exchanges);
		expect(roundTrip(dnsExchangeCodec, whole).response?.answers[3]?.data).toStrictEqual(Uint8Array.of(1, 2, 3));
		expect(dnsExchangeCodec.encode(whole)).toMatchObject({
			response: { answers: [{}, {}, { data: [{ base64: 'YQ==' }, {}] }, {}, {}, {}] },
		});
	});

	it('should give back any exchange', () => {
		const any = record({ ...ends, durationMs: orNull(count), query: orNull(message), response: orNull(message) });
		fc.assert(fc.property(any, exchange => expectSame(dnsExchangeCodec, [exchange])));
	});

	it('should say what is wrong, and where', () => {
		const wrong = (path: string, instead: unknown) => reasonsWith(dnsExchangeCodec, whole, path, instead);
		expect(wrong('response.answers.0.ttl', -1)).toEqual(['response.answers[0].ttl: expected a whole number from 0 on, got -1']);
		expect(wrong('response.answers.3.data.base64', 5)).toEqual(['response.answers[3].data.base64: expected bytes as Base64, got 5']);
		expect(wrong('query.bytes', 'x')).toEqual(['query.bytes: expected bytes as Base64, got "x"']);
		expect(wrong('time', 'now')).toEqual(['time: expected a time such as 2023-11-14T22:13:20.010Z, got "now"']);
		expect(wrong('query.flavour', {})).toEqual([]);
	});
});
