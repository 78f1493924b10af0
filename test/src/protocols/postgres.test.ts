import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	createPostgres,
	createTls,
	type ParserFactory,
	type PostgresMessage,
	type PostgresOptions,
	postgres,
} from '../../../src/protocols/index.js';
import { chunksOfFile, fixture, messagesIn, parsed } from '../../support/conversations.js';
import { c, ends, gap, type Said, s } from './http1/talk.js';
import * as p from './postgres/wire.js';
import * as h from './tls/hello.js';

const messagesOf = (said: readonly Said[], options: PostgresOptions<unknown> = {}) =>
	parsed(createPostgres(options) as ParserFactory<PostgresMessage>, said);

/** What a message comes down to. */
function inShort(message: PostgresMessage): string {
	switch (message.kind) {
		case 'query':
		case 'execute':
		case 'prepare': {
			const results = message.results.map(({ columns, rows, tag }) => `${columns.join()}:${rows}:${tag}`);
			return [
				message.kind,
				message.query,
				...results,
				...(message.error === null ? [] : [message.error.message]),
				...(message.complete ? [] : ['…']),
			].join(' ');
		}
		case 'startup':
			return `startup ${message.user} ${message.database}`;
		case 'notice':
			return `notice ${message.notice.message}`;
		default:
			return message.kind;
	}
}

const begun = [c(p.startup), s(p.joined(p.message('R', [0, 0, 0, 0]), p.ready))];

describe('postgres', () => {
	it('should give a query with what came of it', () => {
		const said = [...begun, c(p.query('select a'), 10), s(p.joined(p.columns('a'), p.row, p.row, p.complete('SELECT 2'), p.ready), 14)];
		const messages = messagesOf(said);
		expect(messages.map(inShort)).toEqual(['startup ann shop', 'query select a a:2:SELECT 2']);
		expect(messages[1]).toMatchObject({
			type: 'postgres',
			...ends,
			packet: 1,
			parameters: null,
			durationMs: 4,
			missing: 0,
			complete: true,
		});
	});

	it('should give each statement of a query a result', () => {
		const said = [c(p.query('a; b')), s(p.joined(p.complete('A'), p.columns('x'), p.row, p.complete('B'), p.ready))];
		expect(messagesOf([...begun, ...said]).map(inShort)[1]).toBe('query a; b :0:A x:1:B');
	});

	it('should give queries that wait for each other their own answers', () => {
		const said = [c(p.joined(p.query('a'), p.query('b'))), s(p.joined(p.complete('A'), p.ready, p.error('no b'), p.ready))];
		expect(
			messagesOf([...begun, ...said])
				.map(inShort)
				.slice(1),
		).toEqual(['query a :0:A', 'query b no b']);
	});

	it('should know what was prepared, and how many values were bound', () => {
		const again = p.joined(p.bind('one', 2), p.execute, p.sync);
		const answer = p.joined(p.bound, p.row, p.complete('SELECT 1'), p.ready);
		const said = [
			c(p.joined(p.parse('one', 'select $1, $2'), p.sync)),
			s(p.joined(p.parsed, p.ready)),
			c(again),
			s(answer),
			c(again),
			s(answer),
		];
		const messages = messagesOf([...begun, ...said]).slice(1);
		expect(messages.map(inShort)).toEqual(Array(2).fill('execute select $1, $2 :1:SELECT 1'));
		expect(messages[0]).toMatchObject({ parameters: 2 });
	});

	it('should say what failed where the server passes over the rest', () => {
		const asks = p.joined(p.parse('', 'bad'), p.bind(''), p.describe, p.execute, p.execute, p.sync, p.query('next'));
		const said = [c(asks), s(p.joined(p.error('no bad'), p.ready, p.complete('NEXT'), p.ready))];
		expect(
			messagesOf([...begun, ...said])
				.map(inShort)
				.slice(1),
		).toEqual(['execute bad no bad', 'execute bad …', 'query next :0:NEXT']);
	});

	it('should tell what could not be prepared', () => {
		const said = [c(p.joined(p.parse('x', 'bad'), p.sync)), s(p.joined(p.error('no bad'), p.ready))];
		expect(
			messagesOf([...begun, ...said])
				.map(inShort)
				.slice(1),
		).toEqual(['prepare bad no bad']);
	});

	it('should tell who is refused', () => {
		expect(messagesOf([c(p.startup), s(p.error('no such role'))]).map(inShort)).toEqual(['startup ann shop', 'notice no such role']);
	});

	it('should go on in the clear where TLS is refused', () => {
		const said = [c(p.sslRequest), s(Uint8Array.of(78)), ...begun];
		expect(messagesOf(said).map(inShort)).toEqual(['startup ann shop']);
	});

	it('should let another parser read on where it is not, or nobody', () => {
		const hello = Uint8Array.from(h.record(22, h.clientHello(h.chrome)));
		const said = [c(p.sslRequest), s(Uint8Array.of(83)), c(hello)];
		expect(messagesOf(said).map(({ kind }) => kind)).toEqual(['encrypted']);
		expect(messagesOf(said, { tls: createTls() })).toMatchObject([{ kind: 'encrypted' }, { type: 'clientHello' }, { type: 'session' }]);
	});

	it('should read a connection that was running before', () => {
		const said = [gap('client', -1), c(p.query('a')), gap('server', -1), s(p.joined(p.complete('A'), p.ready))];
		expect(messagesOf(said).map(inShort)).toEqual(['query a :0:A']);
	});

	it('should tell what has no answer, as it stands', () => {
		expect(messagesOf([...begun, c(p.query('a'))]).map(inShort)).toEqual(['startup ann shop', 'query a …']);
	});

	it.each([
		['another protocol', c(new Uint8Array(Buffer.from('GET / HTTP/1.1\r\n')))],
		['version 2', c(p.untyped(131_072))],
		['a type that there is none of', s(p.message('!'))],
		['a length that cannot be', s(Uint8Array.of(68, 0, 0, 0, 1))],
	])('should give up for %s, and say so', (_, said) => {
		const messages = messagesOf([said, ...begun]);
		expect(messages).toMatchObject([{ kind: 'lost', reason: expect.any(String) }]);
	});
});

describe('postgres: limits', () => {
	it('should keep of a query what it may', () => {
		const messages = messagesOf([...begun, c(p.query('x'.repeat(100_000))), s(p.joined(p.complete('X'), p.ready))], {
			maxQueryBytes: 1000,
		});
		expect(messages[1]).toMatchObject({ query: 'x'.repeat(1000), complete: true });
	});

	it('should not wait for the answers of more queries than it may', () => {
		const many = Array.from({ length: 50 }, (_, i) => c(p.query(String(i))));
		expect(messagesOf([...begun, ...many], { maxPendingQueries: 10 })).toHaveLength(51);
	});

	it('should forget the oldest statements', () => {
		const asks = [p.parse('a', 'x'.repeat(60)), p.parse('b', 'y'.repeat(60)), p.bind('a'), p.execute, p.bind('b'), p.execute, p.sync];
		const messages = messagesOf([...begun, c(p.joined(...asks))], { maxStatementBytes: 200 });
		expect(messages.slice(1)).toMatchObject([{ query: null }, { query: 'y'.repeat(60) }]);
	});

	it('should allocate nothing for a length that is a lie', () => {
		const lie = Uint8Array.of(81, 0x3f, 0xff, 0xff, 0xff, 65, 65);
		expect(messagesOf([...begun, c(lie)], { maxQueryBytes: 2 ** 30 })).toHaveLength(1);
	});
});

const asks = p.joined(p.query('select a'), p.parse('one', 'select $1'), p.bind('one', 1), p.describe, p.execute, p.sync, p.query('b'));
const answers = p.joined(
	...[p.columns('a', 'b'), p.row, p.row, p.complete('SELECT 2'), p.ready, p.parsed, p.bound, p.columns('c'), p.row],
	...[p.complete('SELECT 1'), p.ready, p.error('no b'), p.ready],
);

describe('postgres: how the bytes are cut', () => {
	it('should not matter', () => {
		const expected = messagesOf([c(p.joined(p.startup, asks)), s(answers)]);
		expect(expected.map(inShort)).toEqual([
			'startup ann shop',
			'query select a a,b:2:SELECT 2',
			'execute select $1 c:1:SELECT 1',
			'query b no b',
		]);
		const cut = (bytes: Uint8Array, places: readonly number[], say: typeof c) => {
			const at = [0, ...places.map(place => place % bytes.length).sort((a, b) => a - b), bytes.length];
			return at.slice(1).map((to, i) => say(bytes.subarray(at[i], to), say === c ? 0 : 1));
		};
		fc.assert(
			fc.property(fc.array(fc.nat()), fc.array(fc.nat()), (one, other) => {
				expect(messagesOf([...cut(p.joined(p.startup, asks), one, c), ...cut(answers, other, s)])).toEqual(expected);
			}),
		);
	});
});

describe('postgres: a gap', () => {
	it('should cost no more than the message that it is in', () => {
		const bytes = p.query('select something');
		const said = [c(bytes.subarray(0, 10)), gap('client', 5), c(bytes.subarray(15)), s(p.joined(p.complete('A'), p.ready))];
		const next = [c(p.query('b')), s(p.joined(p.complete('B'), p.ready))];
		expect(messagesOf([...begun, ...said, ...next]).slice(1)).toMatchObject([
			{ query: null, missing: 5, complete: false, results: [{ tag: 'A' }] },
			{ query: 'b', complete: true },
		]);
	});

	it('should cost a row its content, and be counted', () => {
		const answer = p.joined(p.columns('a'), p.row, p.complete('SELECT 1'), p.ready);
		const within = p.columns('a').length + 6;
		const said = [c(p.query('a')), s(answer.subarray(0, within)), gap('server', 2), s(answer.subarray(within + 2))];
		expect(messagesOf([...begun, ...said])[1]).toMatchObject({ results: [{ rows: 1, tag: 'SELECT 1' }], missing: 2, complete: false });
	});

	it.each(['client', 'server'] as const)('should be survived everywhere, and never pair what does not belong together: %s', direction => {
		const [bytes, say] = direction === 'client' ? [asks, c] : ([answers, s] as const);
		for (let at = 0; at <= bytes.length; at++) {
			for (const length of [-1, 1, 3, 40, 1000]) {
				const cut = [say(bytes.subarray(0, at)), gap(direction, length), say(bytes.subarray(at + Math.max(0, length)))];
				const said = direction === 'client' ? [...begun, ...cut, s(answers)] : [...begun, c(asks), ...cut];
				for (const message of messagesOf(said)) {
					if (message.kind !== 'query' || message.query !== 'b') continue;
					expect(message.results.filter(({ tag }) => tag !== null)).toEqual([]);
				}
			}
		}
	});

	it('should throw for no bytes whatever', () => {
		const said = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, -1, 5));
		fc.assert(
			fc.property(fc.array(said), parts => {
				messagesOf(
					parts.flatMap(([fromClient, bytes, length]) => [fromClient ? c(bytes) : s(bytes), gap(fromClient ? 'client' : 'server', length)]),
				);
			}),
		);
	});
});

describe('postgres, as psql and pgbench speak it', () => {
	it('should be read', async () => {
		const messages = await messagesIn(postgres, chunksOfFile(fixture('postgres.pcap')));
		const counts: Record<string, number> = {};
		for (const { kind } of messages) counts[kind] = (counts[kind] ?? 0) + 1;
		// What tshark 4.0.17 finds: 5 startup messages, 15 queries, 4 executions, 5 notices, a notification.
		expect(counts).toEqual({ startup: 5, query: 15, execute: 4, notice: 5, notification: 1 });
		const shown = messages.map(inShort);
		expect(shown).toContain('query select a, b from t where a < 4 a,b:3:SELECT 3');
		expect(shown).toContain('query select * from nowhere; relation "nowhere" does not exist');
		expect(shown).toContain('execute select a from u where a > $1; a:2:SELECT 2');
		expect(messages.filter(message => message.kind === 'query' && message.copied > 0)).toMatchObject([{ copied: 7 }, { copied: 182 }]);
		expect(messages.every(message => !('complete' in message) || message.complete)).toBe(true);
	});
});
