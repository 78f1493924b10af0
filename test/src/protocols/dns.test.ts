import { encode, type Packet, streamEncode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDns, type DnsExchange, type DnsOptions } from '../../../src/protocols/dns.js';
import { parsed } from '../../support/conversations.js';
import { c, end, gap, originAt, type Said, s } from './http1/talk.js';

const exchangesOf = (said: readonly Said[], options: DnsOptions = {}, finish = true) => parsed(createDns(options), said, finish);

const joined = (...all: Uint8Array[]) => new Uint8Array(Buffer.concat(all));
const query = (id: number, name = `q${id}.test`, type: 'A' | 'AXFR' = 'A') =>
	new Uint8Array(streamEncode({ type: 'query', id, flags: 256, questions: [{ type, name }] } as Packet));
const response = (id: number, name = `q${id}.test`) =>
	new Uint8Array(
		streamEncode({
			...{ type: 'response', id, flags: 384, questions: [{ type: 'A', name }] },
			answers: [
				{ type: 'A', name, ttl: 60, data: '192.0.2.1' },
				{ type: 'MX', name, ttl: 5, data: { preference: 3, exchange: 'mx.test' } },
			],
		} as Packet),
	);
const framed = (...bytes: number[]) => Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]);
const inShort = ({ query: asked, response: answer }: DnsExchange) => `${asked?.id ?? '-'} ${answer?.id ?? '-'}`;

describe('dns', () => {
	it('should decode a query and its response', () => {
		const exchanges = exchangesOf([c(query(7), 0), s(response(7), 30)], {}, false);
		expect(exchanges).toMatchObject([
			{
				...{ client: '10.0.0.1:1234', server: '10.0.0.2:80', durationMs: 30, time: originAt('client', 0).seen },
				query: {
					...{ id: 7, opcode: 'QUERY', isResponse: false, recursionDesired: true, error: null, length: query(7).length - 2 },
					questions: [{ name: 'q7.test', type: 'A', class: 'IN' }],
				},
				response: {
					...{ id: 7, rcode: 'NOERROR', isResponse: true, recursionAvailable: true, error: null, bytes: response(7).subarray(2) },
					answers: [
						{ name: 'q7.test', type: 'A', class: 'IN', ttl: 60, data: '192.0.2.1' },
						{ name: 'q7.test', type: 'MX', ttl: 5, data: { preference: 3, exchange: 'mx.test' } },
					],
				},
			},
		]);
	});

	it('should pair what is pipelined and comes out of order, and tell what has no response', () => {
		const said = [c(joined(query(1), query(2), query(3), query(2)), 0), s(joined(response(3), response(2), response(9), response(2)), 1)];
		expect(exchangesOf(said).map(inShort)).toEqual(['3 3', '2 2', '- 9', '2 2', '1 -']);
	});

	it('should give each message of a zone transfer with its query', () => {
		const exchanges = exchangesOf([
			c(joined(query(1, 'zone.test', 'AXFR'), query(2)), 0),
			s(joined(response(1), response(1), response(2), response(1)), 1),
		]);
		expect(exchanges.map(inShort)).toEqual(['1 1', '1 1', '2 2', '1 1']);
	});

	it('should take who asks for the client', () => {
		const exchanges = exchangesOf([s(query(1), 0), c(response(1), 1), c(query(1), 2), s(response(1), 3)]);
		expect(exchanges).toMatchObject([{ client: '10.0.0.2:80' }, { client: '10.0.0.1:1234' }]);
	});

	it.each([
		{ what: 'nothing', bytes: [], id: null, error: /0 bytes is shorter/ },
		{ what: 'less than a header', bytes: [0, 5, 1], id: 5, error: /3 bytes is shorter/ },
		{ what: 'records that cannot be there', bytes: [0, 5, 1, 0, 255, 255, 255, 255, 0, 0, 0, 0], id: 5, error: /too few for the records/ },
		{ what: 'a pointer forward', bytes: [0, 5, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 40, 0, 1, 0, 1], id: 5, error: /bad pointer/ },
		{ what: 'a pointer to itself', bytes: [0, 5, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1], id: 5, error: /bad pointer/ },
	])('should give what is malformed as it is, with the error: $what', ({ bytes, id, error }) => {
		const [first, second] = exchangesOf([c(joined(framed(...bytes), query(9)))]);
		expect([first, second].map(exchange => exchange?.query?.id)).toEqual([id, 9]);
		expect(first?.query).toMatchObject({ opcode: null, questions: [], length: bytes.length, bytes: Uint8Array.from(bytes) });
		expect(first?.query?.error).toMatch(error);
	});

	it('should pair what it cannot decode by its id', () => {
		const broken = response(4).slice();
		broken[14] = 0xff;
		expect(exchangesOf([c(query(4)), s(broken)])).toMatchObject([{ query: { id: 4, error: null }, response: { id: 4, rcode: null } }]);
	});

	it('should not follow thousands of pointers from thousands of names', () => {
		const chain = Array.from({ length: 8000 }, (_, i) => [0xc0 | ((12 + 2 * (i - 1)) >> 8), (12 + 2 * (i - 1)) & 255]).flat();
		chain.splice(0, 2, 0, 0);
		const record = [0xc0 | ((12 + 2 * 7999) >> 8), (12 + 2 * 7999) & 255, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0];
		const records = Array.from({ length: 3000 }, () => record).flat();
		const bytes = [0, 5, 0x81, 0, 0, 0, 3000 >> 8, 3000 & 255, 0, 0, 0, 0, ...chain, ...records];
		expect(exchangesOf([s(framed(...bytes))])).toMatchObject([{ response: { id: 5, error: 'a name goes over too many pointers' } }]);
	});

	it('should decode a long message whose names are compressed as usual', () => {
		const answers = Array.from({ length: 900 }, (_, i) => ({
			type: 'A' as const,
			name: `host${i}.sub.example.test`,
			ttl: 1,
			data: '192.0.2.1',
		}));
		const plain = encode({ type: 'response', id: 1, answers: [] });
		const suffix = [3, ...Buffer.from('sub'), 7, ...Buffer.from('example'), 4, ...Buffer.from('test'), 0];
		const question = [...suffix, 0, 1, 0, 1];
		const records = answers.flatMap(({ name }) => {
			const label = name.split('.')[0] as string;
			return [label.length, ...Buffer.from(label), 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1];
		});
		const bytes = [...plain.subarray(0, 4), 0, 1, 900 >> 8, 900 & 255, 0, 0, 0, 0, ...question, ...records];
		const [exchange] = exchangesOf([s(framed(...bytes))]);
		expect(exchange?.response).toMatchObject({ error: null });
		expect(exchange?.response?.answers.map(({ name }) => name)).toEqual(answers.map(({ name }) => name));
	});
});

describe('a gap in dns', () => {
	it('should cost the message that it is in', () => {
		const all = joined(response(1), response(2));
		const exchanges = exchangesOf([c(joined(query(1), query(2)), 0), s(all.subarray(0, 20)), gap('server', 9), s(all.subarray(29))]);
		expect(exchanges.map(inShort)).toEqual(['1 1', '2 2']);
		expect(exchanges[0]?.response).toMatchObject({ error: '9 bytes are missing', answers: [], length: response(1).length - 2 });
		expect(exchanges[1]?.response?.error).toBeNull();
	});

	it('should cost no more if it ends with the message', () => {
		const lost = response(1).length - 20;
		const exchanges = exchangesOf(
			[c(joined(query(1), query(2)), 0), s(response(1).subarray(0, 20)), gap('server', lost), s(response(2))],
			{},
			false,
		);
		expect(exchanges.map(inShort)).toEqual(['1 1', '2 2']);
		expect(exchanges.map(exchange => exchange.response?.error)).toEqual([`${lost} bytes are missing`, null]);
	});

	it.each([-1, 5, 1000])('should end the direction where it leaves unknown what follows: %i', length => {
		const exchanges = exchangesOf([c(query(1), 0), gap('server', length), s(response(1)), s(response(1))]);
		expect(exchanges.map(inShort)).toEqual(['- -', '1 -']);
		expect(exchanges[0]?.response?.error).toMatch(/nobody knows where the next message begins/);
	});

	it.each(['client', 'server'] as const)('should be survived everywhere, and make no pairs that are none: %s', direction => {
		const [asks, answers] = [joined(query(1), query(2), query(3)), joined(response(1), response(2), response(3))];
		const [bytes, say] = direction === 'client' ? ([asks, c] as const) : ([answers, s] as const);
		for (let at = 0; at <= bytes.length; at++) {
			for (const length of [-1, 1, 7, 300]) {
				const cut = [say(bytes.subarray(0, at)), gap(direction, length), say(bytes.subarray(at + Math.max(0, length)))];
				const exchanges = exchangesOf(direction === 'client' ? [...cut, s(answers)] : [c(asks), ...cut]);
				for (const { query: asked, response: answer } of exchanges) {
					if (asked?.error === null && answer?.error === null) expect(answer.questions).toEqual(asked.questions);
				}
				if (direction === 'server') expect(exchanges.filter(({ query: asked }) => asked !== null)).toHaveLength(3);
			}
		}
	});

	it('should be told of a message that is cut off', () => {
		const [first, second] = exchangesOf([c(query(1), 0), s(response(1).subarray(0, 30)), end('server')]);
		expect(first).toMatchObject({
			query: { id: 1 },
			response: { id: 1, error: 'the connection ended within the message', length: response(1).length - 2 },
		});
		expect(second).toBeUndefined();
	});
});

describe('the limits of dns', () => {
	const queries = joined(...Array.from({ length: 10 }, (_, i) => query(i)));

	it('should let the oldest query go', () => {
		expect(exchangesOf([c(queries)], { maxPendingQueries: 4 }, false).map(inShort)).toEqual(['0 -', '1 -', '2 -', '3 -', '4 -', '5 -']);
		const maxPendingBytes = 3 * (query(1).length - 2);
		expect(exchangesOf([c(queries)], { maxPendingBytes }, false)).toHaveLength(7);
	});

	it('should be checked at the call', () => {
		expect(() => createDns({ maxPendingBytes: 0 })).toThrow(/maxPendingBytes must be a whole number from 1 on/);
	});
});

describe('dns: how the bytes are cut', () => {
	const message = fc.oneof(
		fc.nat(3).map(id => query(id)),
		fc.nat(3).map(id => response(id)),
		fc.uint8Array({ maxLength: 40 }).map(bytes => framed(...bytes)),
		fc.uint8Array({ maxLength: 5 }),
	);
	const said = fc.record({ isClient: fc.boolean(), bytes: message, lost: fc.option(fc.integer({ min: -1, max: 60 }), { freq: 6 }) });

	it('should not matter, and nothing should make it throw', () => {
		const property = fc.property(fc.array(said, { maxLength: 12 }), fc.array(fc.nat(70), { maxLength: 8 }), (all, places) => {
			const tell = (cut: boolean) =>
				all.flatMap(({ isClient, bytes, lost }, i): Said[] => {
					const direction = isClient ? 'client' : 'server';
					const cuts = cut ? [...new Set(places.filter(place => place < bytes.length))].sort((a, b) => a - b) : [];
					const pieces = [0, ...cuts].map((from, j) => bytes.slice(from, cuts[j] ?? bytes.length));
					return [
						...(lost === null ? [] : [gap(direction, lost, i)]),
						...pieces.map(piece => ({ direction, bytes: piece, ms: i }) as Said),
					];
				});
			expect(exchangesOf(tell(true))).toEqual(exchangesOf(tell(false)));
		});
		fc.assert(property, { numRuns: 500 });
	});
});
