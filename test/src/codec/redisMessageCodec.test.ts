import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/codec/decode.js';
import { redisMessageCodec } from '../../../src/ndjson.js';
import { type RedisMessage, type RespKind, RespValue, redis } from '../../../src/protocols/index.js';
import { chunksOfFile, fixture, messagesIn, parsed } from '../../support/conversations.js';
import { c, gap, s } from '../protocols/http1/talk.js';
import { count, ends, expectSame, orNull, reasonsWith, record, roundTrip, text } from './roundTrip.js';

const [nested] = parsed(redis, [c('*2\n$3\nget\n$1\na\n'), s('*2\n$1\na\n*1\n:1\n')]) as [RedisMessage];
const kinds: readonly RespKind[] = ['string', 'error', 'integer', 'double', 'big-number', 'boolean', 'null', 'verbatim', 'array', 'map'];

const valueWith = (items: fc.Arbitrary<readonly RespValue[]>): fc.Arbitrary<RespValue> =>
	fc
		.tuple(fc.constantFrom(...kinds), orNull(text), count, items, count)
		.map(([kind, its, length, some, missing]) => new RespValue(kind, its, length, some, missing));
const values = fc.letrec<{ value: RespValue }>(tie => ({
	value: fc.oneof({ maxDepth: 4 }, valueWith(fc.constant([])), valueWith(fc.array(tie('value'), { maxLength: 3 }))),
})).value;

/** A reply of lists in lists, as text: no JSON.stringify goes so deep. */
function nestedLine(depth: number): string {
	const [before, after] = JSON.stringify(redisMessageCodec.encode({ ...nested, reply: null })).split('"reply":null') as [string, string];
	const list = '{"kind":"array","text":null,"length":1,"items":[';
	return `${before}"reply":${list.repeat(depth - 1)}{"kind":"null","text":null,"length":0}${']}'.repeat(depth - 1)}${after}`;
}

describe('redisMessageCodec', () => {
	it('should give back what a capture told', async () => {
		const messages = await messagesIn(redis, chunksOfFile(fixture('redis.pcap.gz')));
		expect(messages.length).toBeGreaterThan(10);
		expectSame(redisMessageCodec, messages);
	});

	it('should give back values as instances, and what is lost', () => {
		const back = roundTrip(redisMessageCodec, nested);
		expect(back.reply).toBeInstanceOf(RespValue);
		expect(back.reply?.items[1]?.items[0]).toBeInstanceOf(RespValue);
		expect(`${back.command?.value} ${back.reply}`).toBe('[get, a] [a, [(integer) 1]]');
		const messages = parsed(redis, [c('*1\n$4\nping\n'), s('$9\nabc'), gap('server', 6), s('\n'), gap('server', -1)]);
		expect(messages.map(({ kind }) => kind)).toContain('lost');
		expectSame(redisMessageCodec, messages);
	});

	it('should give back any message', () => {
		const command = record({ name: text, args: fc.array(text, { maxLength: 3 }), value: values });
		const any = record({
			...{ type: fc.constant('redis' as const), kind: fc.constantFrom('exchange' as const, 'push' as const, 'lost' as const), ...ends },
			...{ packet: count, durationMs: orNull(count), command: orNull(command), reply: orNull(values), reason: orNull(text) },
		});
		fc.assert(fc.property(any, message => expectSame(redisMessageCodec, [message])));
	});

	it('should give back the deepest value that the parser keeps', () => {
		const [message] = parsed(redis, [c('*1\n$1\na\n'), s(`${'*1\n'.repeat(32)}:1\n`)]) as [RedisMessage];
		expect(String(message.reply)).toBe(`${'['.repeat(32)}(integer) 1${']'.repeat(32)}`);
		expectSame(redisMessageCodec, [message]);
	});

	it('should refuse what is nested deeper than anybody keeps, however deep it is', () => {
		const reasonsOf = (depth: number) => {
			const decoded = decode(redisMessageCodec, JSON.parse(nestedLine(depth)));
			return decoded._tag === 'Left' ? decoded.left.reasons : [];
		};
		expect(reasonsOf(64)).toEqual([]);
		expect(reasonsOf(65)).toEqual([expect.stringMatching(/^reply\.items\[0\].*: expected values nested up to 64 deep, got an object$/)]);
		expect(reasonsOf(100_000)).toEqual(reasonsOf(65));
	});

	it('should say what is wrong, and where', () => {
		const wrong = (path: string, instead: unknown) => reasonsWith(redisMessageCodec, nested, path, instead);
		expect(wrong('reply.items.1.items.0.length', 'x')).toEqual([
			'reply.items[1].items[0].length: expected a whole number from 0 on, got "x"',
		]);
		expect(wrong('command.value', null)).toEqual(['command.value: expected a value of Redis, got null']);
		expect(wrong('kind', 'query')).toEqual(["kind: expected 'exchange' or 'push' or 'lost', got \"query\""]);
		expect(wrong('reply.flavour', 1)).toEqual([]);
	});
});
