import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postgresMessageCodec } from '../../../src/ndjson.js';
import { type PostgresMessage, postgres } from '../../../src/protocols/index.js';
import { chunksOfFile, fixture, messagesIn, parsed } from '../../support/conversations.js';
import { c, gap, s } from '../protocols/http1/talk.js';
import * as p from '../protocols/postgres/wire.js';
import { count, ends, expectSame, names, orNull, reasonsWith, record, roundTrip, text } from './roundTrip.js';

const told = parsed(postgres, [
	c(p.untyped(196_608, 'user', 'ann', '__proto__', 'x')),
	s(p.joined(p.message('R', [0, 0, 0, 0]), p.ready)),
	c(p.query('select a')),
	s(p.joined(p.columns('a'), p.row, p.complete('SELECT 1'), p.error('no such table'), p.ready), 4),
	gap('server', -1),
]);
const [startup, query] = told as [PostgresMessage, PostgresMessage];

const base = { type: fc.constant('postgres' as const), ...ends, packet: count };
const fault = record({ severity: text, code: text, message: text });
const result = record({ columns: fc.array(text, { maxLength: 2 }), rows: count, tag: orNull(text) });
const parameters = fc
	.dictionary(names, text, { maxKeys: 3 })
	.map(each => Object.assign(Object.create(null), each) as Record<string, string>);
const messages: fc.Arbitrary<PostgresMessage> = fc.oneof(
	record({
		...{ ...base, kind: fc.constantFrom('query' as const, 'execute' as const, 'prepare' as const), query: orNull(text) },
		...{ parameters: orNull(count), results: fc.array(result, { maxLength: 2 }), error: orNull(fault), copied: count },
		...{ durationMs: orNull(count), missing: count, complete: fc.boolean() },
	}),
	record({ ...base, kind: fc.constant('startup' as const), user: orNull(text), database: orNull(text), parameters }),
	record({ ...base, kind: fc.constant('notice' as const), notice: fault }),
	record({ ...base, kind: fc.constant('notification' as const), channel: text, payload: text }),
	record({ ...base, kind: fc.constantFrom('encrypted' as const, 'cancel' as const, 'lost' as const), reason: orNull(text) }),
);

describe('postgresMessageCodec', () => {
	it('should give back what a capture told', async () => {
		const captured = await messagesIn(postgres, chunksOfFile(fixture('postgres.pcap')));
		expect(captured.length).toBeGreaterThan(10);
		expectSame(postgresMessageCodec, captured as PostgresMessage[]);
	});

	it('should give back what a connection told, settings of any name too', () => {
		expect(told.map(({ kind }) => kind)).toEqual(['startup', 'query', 'lost']);
		expectSame(postgresMessageCodec, told);
		const back = roundTrip(postgresMessageCodec, startup);
		expect(back.kind === 'startup' && Object.entries(back.parameters)).toContainEqual(['__proto__', 'x']);
	});

	it('should give back any message', () => {
		fc.assert(fc.property(messages, message => expectSame(postgresMessageCodec, [message])));
	});

	it('should say what is wrong, and where', () => {
		const wrong = (path: string, instead: unknown) => reasonsWith(postgresMessageCodec, query, path, instead);
		expect(wrong('results.0.rows', 1.5)).toEqual(['results[0].rows: expected a whole number from 0 on, got 1.5']);
		expect(wrong('error.code', null)).toEqual(['error.code: expected a text, got null']);
		expect(wrong('kind', 'toString')[0]).toMatch(/^kind: expected 'query' or 'execute' or .*, got "toString"$/);
		expect(wrong('kind', 'startup')[0]).toBe('user: expected a text or null, got undefined');
		expect(wrong('type', 'redis')).toEqual(['type: expected \'postgres\', got "redis"']);
		expect(wrong('flavour', 1)).toEqual([]);
	});
});
