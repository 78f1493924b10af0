import { describe, expect, it } from 'vitest';
import { c, end, exchangesOf, gap, get, inShort, ok, s, talk } from './http1/talk.js';

const continued = 'HTTP/1.1 100 Continue\n\n';

describe('http1: pairs', () => {
	it('should pair pipelined requests with their responses in order', () => {
		const requests = [c(get('/1') + get('/2')), c(get('/3'))];
		expect(exchangesOf([...requests, s(ok('a') + ok('bb') + ok('ccc'))]).map(inShort)).toEqual([
			'GET /1 200 1',
			'GET /2 200 2',
			'GET /3 200 3',
		]);
	});

	it('should emit an exchange as soon as its response is complete', () => {
		const { exchanges, tell } = talk();
		tell(c(get('/1')), s('HTTP/1.1 200 OK\nContent-Length: 2\n\na'));
		expect(exchanges).toEqual([]);
		tell(s('b'));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 2']);
	});

	it('should measure from the first byte of the request to the last of the response', () => {
		const said = [c('GET / HT', 10), c('TP/1.1\n\n', 15), s('HTTP/1.1 200 OK\nContent-Length: 2\n', 40), s('\nab', 52.5)];
		expect(exchangesOf(said)[0]?.durationMs).toBeCloseTo(42.5, 6);
	});

	it('should wait for the end of a request whose response came before it', () => {
		const { exchanges, tell } = talk();
		tell(c('PUT /1 HTTP/1.1\nContent-Length: 4\n\nab'), s('HTTP/1.1 413 Too Large\nContent-Length: 0\n\n'));
		expect(exchanges).toEqual([]);
		tell(c('cd'));
		expect(exchanges).toMatchObject([{ request: { bodyLength: 4, complete: true }, response: { status: 413 } }]);
	});

	it('should emit such an exchange when the client ends without the rest', () => {
		const { exchanges, tell } = talk();
		tell(c('PUT /1 HTTP/1.1\nContent-Length: 4\n\nab'), s('HTTP/1.1 413 Too Large\nContent-Length: 0\n\n'), end('client'));
		expect(exchanges).toMatchObject([{ request: { bodyLength: 2, complete: false }, response: { status: 413, complete: true } }]);
	});

	it('should tell interim responses with the final one', () => {
		const interim = `${continued}HTTP/1.1 103 Early Hints\nLink: x\n\n${continued}`;
		const request = 'PUT / HTTP/1.1\nExpect: 100-continue\nContent-Length: 2\n\n';
		const [exchange, ...others] = exchangesOf([
			c(request, 0),
			s(interim, 5),
			c('ab', 8),
			s('HTTP/1.1 201 Created\nContent-Length: 0\n\n', 10),
		]);
		expect(exchange).toMatchObject({ durationMs: 10, request: { bodyLength: 2 }, response: { status: 201, interim: [100, 103, 100] } });
		expect(others).toEqual([]);
	});

	it('should tell the interim responses of a response without a request, and its time from them', () => {
		const [exchange] = exchangesOf([s(continued, 3), s(ok('a'), 9)]);
		expect(exchange).toMatchObject({ request: null, response: { interim: [100] }, durationMs: null });
		expect(exchange?.time.ms).toBe(1_700_000_000_003);
	});

	it('should have no response where only an interim one came', () => {
		expect(exchangesOf([c(get('/')), s(continued)]).map(inShort)).toEqual(['GET / -']);
		expect(exchangesOf([s(continued)])).toEqual([]);
	});

	it('should read the next request where a refused one has left its body out', () => {
		const expecting = 'POST /1 HTTP/1.1\nExpect: 100-continue\nContent-Length: 500\n\n';
		const refused = 'HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n';
		const exchanges = exchangesOf([c(expecting, 0), s(refused, 1), c(get('/2'), 2), s(ok('a'), 3)]);
		expect(exchanges.map(inShort)).toEqual(['POST /1 401 0', 'GET /2 200 1']);
		expect(exchanges[0]?.request).toMatchObject({ complete: false, bodyLength: 0, missing: 0 });
	});

	it('should read the body that a refused client sends all the same', () => {
		const expecting = 'POST /1 HTTP/1.1\nExpect: 100-continue\nContent-Length: 6\n\n';
		const refused = 'HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n';
		const exchanges = exchangesOf([c(expecting, 0), s(refused, 1), c('GET /x', 2), c(get('/2'), 2), s(ok('a'), 3)]);
		expect(exchanges.map(inShort)).toEqual(['POST /1 401 0', 'GET /2 200 1']);
		expect(exchanges[0]?.request).toMatchObject({ complete: true, bodyLength: 6 });
	});

	it('should read what there is of the body that a refused client sends, up to its end or a gap', () => {
		const expecting = 'POST /1 HTTP/1.1\nExpect: 100-continue\nContent-Length: 60\n\n';
		const begun = [c(expecting, 0), s('HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n', 1)];
		expect(exchangesOf([...begun, c('GET /x', 2), end('client')])).toMatchObject([{ request: { bodyLength: 6, complete: false } }]);
		const lost = exchangesOf([...begun, c('GET /x', 2), gap('client', 5), c(get('/in-body'), 3)]);
		expect(lost).toMatchObject([{ request: { bodyLength: 40, missing: 5 } }]);
		expect(exchangesOf([...begun, gap('client', 5), c(get('/in-body'), 3)])).toMatchObject([{ request: { bodyLength: 34, missing: 5 } }]);
	});

	const expecting = (length: number) => `POST /1 HTTP/1.1\nExpect: 100-continue\nContent-Length: ${length}\n\n`;
	const failed = 'HTTP/1.1 417 Expectation Failed\nContent-Length: 0\n\n';

	it.each([
		['captured after the next request', [c(expecting(500), 0), c(get('/2'), 2), s(failed, 1), s(ok('a'), 3)]],
		['captured before its request', [s(failed, 1), c(expecting(500) + get('/2'), 2), s(ok('a'), 3)]],
		['captured before both', [s(failed, 1), c(expecting(500), 0), c(get('/2'), 2), s(ok('a'), 3)]],
	])('should read the next request behind a refusal that was %s', (_, said) => {
		expect(exchangesOf(said).map(inShort)).toEqual(['POST /1 417 0', 'GET /2 200 1']);
	});

	it('should read the next request behind a refusal that was lost', () => {
		const said = [c(expecting(500), 0), c(get('/2'), 2), gap('server', 60, 3), s(ok('a'), 3)];
		expect(exchangesOf(said).map(inShort)).toEqual(['POST /1 -', 'GET /2 200 1']);
		expect(exchangesOf([c(expecting(500) + get('/2'), 0), end('server')]).map(inShort)).toEqual(['POST /1 -', 'GET /2 -']);
	});

	it('should not wait for it with more than maxWaitingBytes', () => {
		const { exchanges, tell } = talk({ maxWaitingBytes: 300, maxPendingRequests: 1 });
		tell(c(expecting(500)), c(get('/2')));
		expect(exchanges).toEqual([]);
		tell(c(get('/3', `X: ${'x'.repeat(300)}\n`)));
		expect(exchanges.map(inShort)).toEqual(['POST /1 -', 'GET /2 -']);
	});

	it('should not take the body of a refused client for the start of a request line', () => {
		for (const pieces of [['OK', get('/2')], [`OK${get('/2')}`], ['O', 'K', get('/2')]]) {
			const said = [c(expecting(2), 0), s(failed, 1), ...pieces.map(piece => c(piece, 2)), s(ok('a'), 3)];
			const exchanges = exchangesOf(said);
			expect(exchanges.map(inShort)).toEqual(['POST /1 417 0', 'GET /2 200 1']);
			expect(exchanges[0]?.request).toMatchObject({ complete: true, bodyLength: 2 });
		}
	});

	it('should read a body at once that is sent without waiting to be told', () => {
		const { exchanges, tell } = talk();
		tell(c(`${expecting(2)}xy`, 0), c(get('/2'), 1), end('client'), end('server'));
		expect(exchanges).toMatchObject([{ request: { complete: true, bodyLength: 2 } }, { request: { url: '/2' } }]);
	});

	it('should not take a body for a request when the client was told to go on, and then refused', () => {
		const expecting = 'POST /1 HTTP/1.1\nExpect: 100-continue\nContent-Length: 27\n\n';
		const refused = `${continued}HTTP/1.1 413 Too Large\nContent-Length: 0\n\n`;
		const exchanges = exchangesOf([c(expecting, 0), s(refused, 1), c(get('/in-body'), 2)]);
		expect(exchanges.map(inShort)).toEqual(['POST /1 413 0']);
		expect(exchanges[0]?.request?.bodyLength).toBe(27);
	});

	it('should not take a body for a request when the client was told to go on', () => {
		const expecting = 'POST /1 HTTP/1.1\nExpect: 100-continue\nContent-Length: 27\n\n';
		const exchanges = exchangesOf([c(expecting, 0), s(continued, 1), c(get('/in-body'), 2), s(ok('a'), 3)]);
		expect(exchanges.map(inShort)).toEqual(['POST /1 200 1']);
	});
});

describe('http1: a response that comes before its request', () => {
	it('should wait for it', () => {
		const { exchanges, tell } = talk();
		tell(s(ok('a'), 5.001));
		expect(exchanges).toEqual([]);
		tell(c(get('/'), 5));
		expect(exchanges.map(inShort)).toEqual(['GET / 200 1']);
	});

	it('should wait also when it ends with the server', () => {
		expect(exchangesOf([s(ok('a'), 1), end('server'), c(get('/'), 0), end('client')]).map(inShort)).toEqual(['GET / 200 1']);
	});

	it('should be read as the request says: without a body for HEAD', () => {
		const head = 'HTTP/1.1 200 OK\nContent-Length: 50\n\n';
		expect(exchangesOf([s(head + ok('a'), 1), c(`HEAD /1 HTTP/1.1\n\n${get('/2')}`, 0)]).map(inShort)).toEqual([
			'HEAD /1 200 0',
			'GET /2 200 1',
		]);
	});

	it('should be paired though the capture shows it a little earlier', () => {
		expect(exchangesOf([s(ok('a'), 0), c(get('/'), 999)]).map(inShort)).toEqual(['GET / 200 1']);
	});

	it('should have no request if it is more than a second older than the next', () => {
		const timeout = 'HTTP/1.1 408 Request Timeout\nContent-Length: 0\n\n';
		const said = [c(get('/1'), 0), s(ok('a'), 1), s(timeout, 2000), c(get('/2'), 3001), s(ok('bb'), 3002)];
		expect(exchangesOf(said).map(inShort)).toEqual(['GET /1 200 1', '- 408 0', 'GET /2 200 2']);
	});

	it('should have none when the client ends without any', () => {
		const { exchanges, tell } = talk();
		tell(s(ok('a')));
		expect(exchanges).toEqual([]);
		tell(end('client'));
		expect(exchanges.map(inShort)).toEqual(['- 200 1']);
	});
});

describe('http1: the end', () => {
	it('should emit requests that no response came to when the server ends', () => {
		const { exchanges, tell } = talk();
		tell(c(get('/1') + get('/2')), s(ok('a')), end('server'));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 1', 'GET /2 -']);
		tell(c(get('/3')));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 1', 'GET /2 -', 'GET /3 -']);
	});

	it('should go on waiting for responses when only the client has ended', () => {
		const { exchanges, tell } = talk();
		tell(c(get('/1')), end('client'));
		expect(exchanges).toEqual([]);
		tell(s(ok('a')));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 1']);
	});

	it('should emit what is unfinished when both have ended, in either order, and once', () => {
		for (const order of [['client', 'server'] as const, ['server', 'client'] as const]) {
			const { exchanges, tell, finish } = talk();
			tell(c(`${get('/1')}PUT /2 HTTP/1.1\nContent-Length: 9\n\nab`), s('HTTP/1.1 200 OK\nContent-Length: 9\n\nabc'));
			tell(...order.map(direction => end(direction)));
			expect(exchanges.map(inShort)).toEqual(['GET /1 200 3', 'PUT /2 -']);
			expect(exchanges.map(({ request, response }) => [request?.complete, response?.complete])).toEqual([
				[true, false],
				[false, undefined],
			]);
			tell(...order.map(direction => end(direction)));
			finish();
			finish();
			expect(exchanges).toHaveLength(2);
		}
	});

	it('should take no more bytes of a direction that has ended', () => {
		const said = [c(get('/1')), end('client'), c(get('/2')), gap('client', 5), s(ok('a')), end('server'), s(ok('b'))];
		expect(exchangesOf(said).map(inShort)).toEqual(['GET /1 200 1']);
	});

	it('should do with one direction alone', () => {
		expect(exchangesOf([c(get('/1') + get('/2'))]).map(inShort)).toEqual(['GET /1 -', 'GET /2 -']);
		expect(exchangesOf([s(ok('a') + ok('bb'))]).map(inShort)).toEqual(['- 200 1', '- 200 2']);
	});
});

describe('http1: a connection whose client was guessed wrong', () => {
	it('should take the one that asks for the client', () => {
		const said = [s(get('/1'), 0), c(ok('a'), 1), s(get('/2'), 2), c(ok('b'), 3)];
		const exchanges = exchangesOf([gap('server', -1), gap('client', -1), ...said]);
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 1', 'GET /2 200 1']);
		expect(exchanges[0]).toMatchObject({ client: '10.0.0.2:80', server: '10.0.0.1:1234' });
	});

	it('should see it when the other one has ended', () => {
		const said = [end('client'), s(get('/1'), 0), c(ok('a'), 1), end('server')];
		expect(exchangesOf(said)).toMatchObject([{ client: '10.0.0.2:80', request: { url: '/1' }, response: null }]);
	});

	it('should see it by a response, too', () => {
		const exchanges = exchangesOf([c(ok('a'), 0), s(get('/2'), 2000), c(ok('b'), 2001)]);
		expect(exchanges.map(inShort)).toEqual(['- 200 1', 'GET /2 200 1']);
	});
});
