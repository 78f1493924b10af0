import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedis, type RedisMessage, type RedisOptions, redis } from '../../../src/protocols/index.js';
import { chunksOfFile, fixture, messagesIn, parsed } from '../../support/conversations.js';
import { c, ends, gap, type Said, s } from './http1/talk.js';

const messagesOf = (said: readonly Said[], options: RedisOptions = {}) => parsed(createRedis(options), said);

/** `GET a => 1`: what a message comes down to. */
const inShort = ({ kind, command, reply }: RedisMessage) =>
	kind === 'exchange'
		? `${command === null ? '?' : [command.name, ...command.args].join(' ')} => ${reply ?? '…'}`
		: `${kind} ${reply ?? ''}`;

const ask = (...words: readonly string[]) => `*${words.length}\n${words.map(word => `$${Buffer.byteLength(word)}\n${word}\n`).join('')}`;

describe('redis', () => {
	it('should give commands with their replies', () => {
		const [message] = messagesOf([c(ask('get', 'key'), 10), s('$5\nvalue\n', 14)]);
		expect(message).toMatchObject({
			type: 'redis',
			kind: 'exchange',
			...ends,
			packet: 1,
			durationMs: 4,
			command: { name: 'GET', args: ['key'] },
		});
		expect(message?.reply).toMatchObject({ kind: 'string', text: 'value', length: 5, missing: 0, truncated: false });
	});

	it.each([
		['+OK\n', 'OK'],
		['-ERR no\n', '(error) ERR no'],
		[':-42\n', '(integer) -42'],
		['$0\n\n', ''],
		['$-1\n', '(nil)'],
		['*-1\n', '(nil)'],
		['*0\n', '[]'],
		['$?\n;2\na\xe2\n;2\n\x82\xac\n;0\n', 'a€'],
		['*?\n$?\n;1\na\n;0\n:1\n.\n', '[a, (integer) 1]'],
		['*2\n$1\na\n*1\n:1\n', '[a, [(integer) 1]]'],
		['_\n', '(nil)'],
		['#t\n', '(boolean) t'],
		[',1.5\n', '(double) 1.5'],
		['(123456789012345678901\n', '(big-number) 123456789012345678901'],
		['!3\nERR\n', '(error) ERR'],
		['=5\ntxt:a\n', 'txt:a'],
		['%1\n+a\n:1\n', '[a, (integer) 1]'],
		['~2\n+a\n+b\n', '[a, b]'],
		['|1\n+ttl\n:9\n+OK\n', 'OK'],
		['$?\n;2\nab\n;1\nc\n;0\n', 'abc'],
		['*?\n+a\n+b\n.\n', '[a, b]'],
		['*1\n|1\n+k\n+v\n+a\n', '[a]'],
	])('should read every type of value: %j', (bytes, text) => {
		expect(messagesOf([c(ask('x')), s(bytes + bytes), c(ask('y'))]).map(inShort)[0]).toBe(`X => ${text}`);
	});

	it('should give replies to those who waited first', () => {
		expect(messagesOf([c(ask('a') + ask('b') + ask('c')), s('+1\n+2\n')]).map(inShort)).toEqual(['A => 1', 'B => 2', 'C => …']);
	});

	it('should read commands in a line', () => {
		expect(messagesOf([c('PING\n\nset  a 1\n'), s('+PONG\n+OK\n')]).map(inShort)).toEqual(['PING => PONG', 'SET a 1 => OK']);
	});

	it('should tell what nobody asked for apart', () => {
		const acks = '*3\n$9\nsubscribe\n$1\na\n:1\n*3\n$9\nsubscribe\n$1\nb\n:2\n';
		const said = [c(ask('subscribe', 'a', 'b')), s(acks), s('*3\n$7\nmessage\n$1\na\n$2\nhi\n'), c(ask('ping')), s('+PONG\n')];
		expect(messagesOf(said).map(inShort)).toEqual([
			'SUBSCRIBE a b => [subscribe, a, (integer) 1]',
			'push [subscribe, b, (integer) 2]',
			'push [message, a, hi]',
			'PING => PONG',
		]);
		expect(messagesOf([c(ask('get', 'a')), s('>2\n+invalidate\n*1\n+a\n+1\n')]).map(inShort)).toEqual([
			'push [invalidate, [a]]',
			'GET a => 1',
		]);
	});

	it('should wait for no reply that the client does not want', () => {
		const said = [c(ask('client', 'reply', 'skip') + ask('set', 'a', '1') + ask('get', 'a')), s('+1\n')];
		expect(messagesOf(said).map(inShort)).toEqual(['CLIENT reply skip => …', 'SET a 1 => …', 'GET a => 1']);
		const off = [c(ask('client', 'reply', 'off') + ask('a') + ask('client', 'reply', 'on') + ask('b')), s('+OK\n+1\n')];
		expect(messagesOf(off).map(inShort)).toEqual(['CLIENT reply off => …', 'A => …', 'CLIENT reply on => OK', 'B => 1']);
	});

	it('should give no command a reply that came before it', () => {
		expect(
			messagesOf([gap('client', -1), c(ask('get', 'a'), 10), gap('server', -1), s('+old\n', 5), s('+new\n', 12)]).map(inShort),
		).toEqual(['? => old', 'GET a => new']);
	});

	it.each([
		['no value', 'hello\n'],
		['a length that is none', '$x\n'],
		['a length that cannot be', '$-2\n'],
		['a line without an end', '+'.repeat(70_000)],
		['values in values without an end', '*1\n'.repeat(50)],
	])('should give up for %s, and say so', (_, bytes) => {
		const messages = messagesOf([c(ask('a')), s(bytes), s('+1\n')]);
		expect(messages.map(inShort)).toEqual(['A => …', 'lost ']);
		expect(messages[1]?.reason).toEqual(expect.any(String));
	});
});

describe('redis: limits', () => {
	it('should keep of a string what it may, and say how long it was', () => {
		const [message] = messagesOf([c(ask('a')), s(`$100000\n${'x'.repeat(100_000)}\n`)], { maxValueBytes: 1000 });
		expect(message?.reply).toMatchObject({ text: 'x'.repeat(1000), length: 100_000, truncated: true });
	});

	it('should keep of a reply as many items as it may, at all depths', () => {
		const [message] = messagesOf([c(ask('a')), s(`*100\n${'*2\n:1\n:2\n'.repeat(100)}`)], { maxElements: 10 });
		expect(message?.reply).toMatchObject({ length: 100, truncated: true });
		expect(JSON.stringify(message?.reply).match(/"text":"\d"/g)?.length).toBeLessThanOrEqual(10);
	});

	it('should not wait for the replies of more commands than it may', () => {
		const messages = messagesOf([c(ask('a').repeat(50)), s('+1\n')], { maxPendingCommands: 10 });
		expect(messages).toHaveLength(50);
		expect(messages.filter(({ reply }) => reply !== null)).toHaveLength(1);
	});

	it('should allocate nothing for a length that is a lie', () => {
		const said = [c(ask('a')), s('$4000000000\nab'), s('*4000000000\n')];
		expect(messagesOf(said, { maxValueBytes: 2 ** 32 }).map(inShort)).toEqual(['A => …']);
	});
});

const asks = ask('get', 'a') + ask('set', 'b', 'x y') + ask('hgetall', 'h') + ask('bad');
const answers = '$5\nvalue\n+OK\n%1\n+f\n*2\n:1\n$-1\n-ERR bad\n';

describe('redis: how the bytes are cut', () => {
	it('should not matter', () => {
		const expected = messagesOf([c(asks), s(answers)]);
		expect(expected.map(inShort)).toEqual([
			'GET a => value',
			'SET b x y => OK',
			'HGETALL h => [f, [(integer) 1, (nil)]]',
			'BAD => (error) ERR bad',
		]);
		const cut = (said: Said, places: readonly number[]): Said[] => {
			if (!('bytes' in said)) return [said];
			const { bytes } = said;
			const at = [0, ...places.map(place => place % bytes.length).sort((a, b) => a - b), bytes.length];
			return at.slice(1).map((to, i) => ({ ...said, bytes: bytes.subarray(at[i], to) }));
		};
		fc.assert(
			fc.property(fc.array(fc.nat()), fc.array(fc.nat()), (one, other) => {
				expect(messagesOf([...cut(c(asks), one), ...cut(s(answers), other)])).toEqual(expected);
			}),
		);
	});
});

describe('redis: a gap', () => {
	it('should cost no more than the string that it is in', () => {
		const said = [c(ask('a') + ask('b')), s('$10\nabc'), gap('server', 4), s('hij\n+OK\n')];
		const [cut, next] = messagesOf(said);
		expect(cut?.reply).toMatchObject({ text: 'abchij', length: 10, missing: 4, truncated: true });
		expect(inShort(next as RedisMessage)).toBe('B => OK');
	});

	it.each(['client', 'server'] as const)('should be survived everywhere: %s', direction => {
		const [text, say] = direction === 'client' ? [asks, c] : ([answers, s] as const);
		const { bytes } = say(text) as { bytes: Uint8Array };
		for (let at = 1; at < bytes.length; at++) {
			for (const length of [-1, 1, 3, 500]) {
				const cut = [say(bytes.subarray(0, at)), gap(direction, length), say(bytes.subarray(at + Math.max(0, length)))];
				const messages = messagesOf(direction === 'client' ? [...cut, s(answers)] : [c(asks), ...cut]);
				// Behind what is lost there are no pairs any more.
				const lost = messages.findIndex(({ kind }) => kind === 'lost');
				if (lost >= 0) expect(lost).toBe(messages.length - 1);
				else expect(messages.some(({ command, reply }) => (command?.value.missing ?? 0) + (reply?.missing ?? 0) > 0)).toBe(true);
			}
		}
	});

	it('should throw for no bytes whatever', () => {
		const part = fc.tuple(
			fc.boolean(),
			fc.string({ unit: fc.constantFrom(...'*$+-:;>%|~=!_#,.?0129\r\nab'), maxLength: 60 }),
			fc.constantFrom(0, -1, 5),
		);
		fc.assert(
			fc.property(fc.array(part), parts => {
				messagesOf(
					parts.flatMap(([fromClient, text, length]) => [fromClient ? c(text) : s(text), gap(fromClient ? 'client' : 'server', length)]),
				);
			}),
		);
	});
});

describe('redis, as redis-cli speaks it', () => {
	it('should be read', async () => {
		const messages = await messagesIn(redis, chunksOfFile(fixture('redis.pcap.gz')));
		const shown = messages.map(inShort);
		expect(shown).toContain('GET a => 1');
		expect(shown).toContain('HGETALL h => [f1, v1, f2, v2]');
		expect(shown).toContain('EXEC => [(integer) 3, 3]');
		expect(shown).toContain('ZSCORE z m => (double) 1.5');
		expect(shown).toContain('push [message, news, it rains]');
		expect(messages.filter(({ kind }) => kind === 'exchange').every(({ command, reply }) => command !== null && reply !== null)).toBe(true);
		expect(messages.filter(({ kind }) => kind === 'push')).toHaveLength(3);
		expect(messages.filter(({ kind }) => kind === 'lost')).toEqual([]);
	});
});
