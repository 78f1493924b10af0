import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt } from '../../support/conversations.js';
import { c, end, exchangesOf, gap, get, inShort, latin1, ok, type Said, s } from './http1/talk.js';

const chunked = 'HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n5;x=y\nhello\nA\n0123456789\n0\nSum: 1\nSum: 2\n\n';
const upgrade = 'POST /u HTTP/1.1\nConnection: upgrade\nUpgrade: h2c\nContent-Length: 2\n\nab';
const expecting = 'POST /e HTTP/1.1\nExpect: 100-continue\nContent-Length: 27\n\n';
const noise = Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256);

/** Conversations in which nothing is lost: the order in which the directions come does not matter either. */
const whole: Record<string, readonly Said[]> = {
	'one after the other': [c(get('/1'), 0), s(ok('abc'), 1), c(get('/2'), 2), s(chunked, 3), c(get('/3'), 4), s(ok(''), 5)],
	pipelined: [
		c(`${get('/1')}\n\nPUT /2 HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n${get('/3')}`, 0),
		s(ok('1') + chunked + ok('3'), 2),
	],
	'without bodies': [c('HEAD /1 HTTP/1.1\n\nGET /2 HTTP/1.1\n\n', 0), s('HTTP/1.1 200 OK\nContent-Length: 9\n\nHTTP/1.1 304 X\n\n', 1)],
	interim: [c(get('/1') + get('/2'), 0), s(`HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nA: b\n\n${ok('abc')}${ok('d')}`, 2)],
	'until close': [
		c(get('/1'), 0),
		s('HTTP/1.0 200 OK\nServer: x\n\nto the end\n\n', 1),
		s('and on', 2),
		end('server', 3),
		end('client', 4),
	],
	'upgrade granted': [c(upgrade, 0), c(noise, 1), s('HTTP/1.1 101 S\nUpgrade: h2c\n\n', 2), s(noise, 3), c(get('/no'), 4)],
	'upgrade refused': [c(upgrade + get('/2'), 0), s(ok('a') + ok('bb'), 1), c(get('/3'), 2), s(chunked, 3)],
	'CONNECT granted': [c('CONNECT a:1 HTTP/1.1\n\n', 0), c(noise, 1), s('HTTP/1.1 200 OK\nContent-Length: 5\n\n', 2), s(noise, 3)],
	'CONNECT refused': [c(`CONNECT a:1 HTTP/1.1\n\n${get('/2')}`, 0), s(`HTTP/1.1 403 No\nContent-Length: 1\n\nx${ok('bb')}`, 1)],
	'cut off': [
		c(`${get('/1')}PUT /2 HTTP/1.1\nContent-Length: 9\n\nab`, 0),
		s(`${ok('a')}HTTP/1.1 200 OK\nA: b\nC: d`, 1),
		end('client'),
		end('server'),
	],
	'a head alone': [c('GET /1 HTTP/1.1\nHost: x\nA', 0), end('client'), end('server')],
	'unsolicited 408': [
		c(get('/1'), 0),
		s(ok('a'), 1),
		s('HTTP/1.1 408 T\nContent-Length: 0\n\n', 3000),
		c(get('/2'), 6000),
		s(ok('b'), 6001),
	],
	'guessed wrong': [s(get('/1'), 0), c(ok('a'), 1), s('HEAD /2 HTTP/1.1\n\n', 2), c(ok('')), end('client'), end('server')],
	'not HTTP': [c(noise, 0), s(noise, 1), c('SSH-2.0-x\n', 2), s('220 smtp\nHTTP/1.1\nHTTP/1.1 2000\n', 3), c(noise, 4)],
};

/** Conversations in which something is wrong, or missing. */
const hurt: Record<string, readonly Said[]> = {
	'Expect, refused': [c(expecting, 0), s('HTTP/1.1 417 No\nContent-Length: 0\n\n', 1), c(get('/2'), 2), s(ok('a'), 3)],
	'Expect, refused, sent': [
		c(expecting, 0),
		s('HTTP/1.1 417 No\nContent-Length: 0\n\n', 1),
		c(`GET /x HTTP/1.1, ten bytes on${get('/2')}`, 2),
		s(ok('a'), 3),
	],
	'wrong length': [c(get('/1'), 0), s('HTTP/1.1 200 OK\nContent-Length: 1e9\n\nabc', 1), c(get('/2'), 2), s(`def${ok('x')}`, 3)],
	'wrong chunk': [c(get('/1'), 0), s(`${chunked.slice(0, 60)}zz\nabc\n`, 1), c(get('/2'), 2), s(`def\n${ok('x')}`, 3)],
	'wrong lines': [
		c('GET /0\nx y z\nab', 0),
		c(`c${get('/1')}`, 1),
		s('HTTP/2 200\n', 2),
		s(`\n\n${ok('abc')}`, 3),
		c(get('/2'), 4),
		s(ok('x'), 5),
	],
	'long head': [
		c(get('/1', `A: ${'a'.repeat(300)}\n`) + get('/2'), 0),
		s('HTTP/1.1 431 X\nContent-Length: 0\n\n', 1),
		c(get('/3'), 2),
		s(ok('x'), 3),
	],
	'long start line': [c(get(`/${'1'.repeat(300)}`) + get('/2'), 0), s(ok('x'), 1)],
	'long trailers': [c(get('/1'), 0), s(`${chunked.slice(0, -4)}${'T: 1\n'.repeat(90)}\n`, 1), c(get('/2'), 2), s(ok('x'), 3)],
	'gap in a body': [
		c(get('/1') + get('/2'), 0),
		s('HTTP/1.1 200 OK\nContent-Length: 9\n\nab', 1),
		gap('server', 4, 2),
		s(`cde${ok('x')}`, 2),
	],
	'gap in a chunk': [
		c(get('/1') + get('/2'), 0),
		s(latin1(new Uint8Array()) + chunked.slice(0, 60), 1),
		gap('server', 2, 2),
		s(chunked.slice(62) + ok('x'), 2),
	],
	'gap in a head': [
		c(get('/1'), 0),
		s('HTTP/1.1 200 OK\nA: b\nC', 1),
		gap('server', 4, 2),
		s('x\n\nbody', 2),
		c(get('/2'), 3),
		s(ok('x'), 4),
	],
	'gap in a start line': [c('GET ', 0), gap('client', 4), c(`x HTTP/1.1\n\n${get('/2')}`, 1), s(ok('abc'), 2)],
	'gap over messages': [
		c(get('/1'), 0),
		s(ok('abc').slice(0, -1), 1),
		c(get('/2'), 2),
		gap('server', 50, 5),
		c(get('/3'), 4),
		s(`rest${ok('x')}`, 5),
	],
	midstream: [
		gap('server', -1),
		gap('client', -1),
		s('ab\ncHTTP/1.1 200 OK\n', 0),
		c(`def${get('/1')}`, 1),
		s('\nGHTTP/1.1 2', 2),
		s('00 OK\nA: b\nContent-Length: 1\n\nx', 2),
	],
	'long field after a gap': [gap('client', -1), c(`GET /1 HTTP/1.1\nX: ${'x'.repeat(300)}\n\n${get('/2')}`)],
	'everything waits': [s(ok('abc'), 1), s(ok('d'.repeat(300)), 2), c(get('/1'), 0), c(get('/2'), 2), s(ok('e'), 3)],
	'nothing waits': [s(ok('d'.repeat(900)) + ok('e'), 2), c(get('/1'), 0), c(get('/2'), 3), s(ok('f'), 4)],
	'too many': [c([1, 2, 3, 4, 5, 6].map(i => get(`/${i}`)).join(''), 0), s([1, 2, 3, 4, 5, 6].map(i => ok(`${i}`)).join(''), 1)],
};

const limits = { maxHeadBytes: 200, maxWaitingBytes: 700, maxPendingRequests: 4, maxBodyBytes: 8 };

function lengthOf(conversation: readonly Said[]): number {
	return conversation.reduce((sum, said) => sum + ('bytes' in said ? said.bytes.length : 0), 0);
}

/** Takes the next from either direction, each in its own order, as the choices say. */
function interleaved(conversation: readonly Said[], choices: readonly boolean[]): Said[] {
	const [client, server] = (['client', 'server'] as const).map(direction => conversation.filter(said => said.direction === direction));
	const all: Said[] = [];
	for (const fromClient of choices) {
		const next = (fromClient ? client : server)?.shift();
		if (next !== undefined) all.push(next);
	}
	return [...all, ...(client ?? []), ...(server ?? [])];
}

describe('http1: how the bytes are cut', () => {
	for (const [name, conversation] of Object.entries({ ...whole, ...hurt })) {
		it(`should not matter: ${name}`, () => {
			const expected = exchangesOf(conversation, limits);
			const all = Array.from({ length: lengthOf(conversation) }, (_, i) => i);
			expect(exchangesOf(cutAt(conversation, all), limits), 'byte by byte').toEqual(expected);
			for (const place of all) expect(exchangesOf(cutAt(conversation, [place]), limits), `at ${place}`).toEqual(expected);
			const property = fc.property(fc.array(fc.nat(all.length), { maxLength: 12 }), places => {
				expect(exchangesOf(cutAt(conversation, places), limits)).toEqual(expected);
			});
			fc.assert(property, { numRuns: 50 });
		});
	}

	it('should be tried with conversations that give something, all but two of them', () => {
		const silent = Object.entries({ ...whole, ...hurt }).filter(([, conversation]) => exchangesOf(conversation, limits).length === 0);
		expect(silent.map(([name]) => name)).toEqual(['not HTTP']);
	});
});

describe('http1: in which order the directions come', () => {
	for (const [name, conversation] of Object.entries(whole)) {
		it(`should not matter: ${name}`, () => {
			const expected = exchangesOf(conversation);
			const property = fc.property(
				fc.array(fc.nat(lengthOf(conversation)), { maxLength: 8 }),
				fc.array(fc.boolean(), { maxLength: 30 }),
				(places, choices) => {
					expect(exchangesOf(interleaved(cutAt(conversation, places), choices))).toEqual(expected);
				},
			);
			fc.assert(property, { numRuns: 200 });
		});
	}

	it('should pair what was said to all of them', () => {
		expect(exchangesOf(whole['one after the other'] ?? []).map(inShort)).toEqual(['GET /1 200 3', 'GET /2 200 15', 'GET /3 200 0']);
	});
});
