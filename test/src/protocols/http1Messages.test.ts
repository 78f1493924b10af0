import { HTTPParser } from 'http-parser-js';
import { describe, expect, it } from 'vitest';
import { createHttp1, type HttpExchange, http1 } from '../../../src/protocols/index.js';
import { c, end, ends, exchangesOf, gap, get, inShort, latin1, ok, originAt, s, talk, wire } from './http1/talk.js';

describe('http1: requests', () => {
	it('should tell all parts of a request', () => {
		const [exchange] = exchangesOf([c('POST /a?b=c HTTP/1.1\nHost: example.org\nContent-Length: 5\nX-A: 1\nx-a:  2 \n\nhello', 10)]);
		expect(exchange).toEqual({
			client: '10.0.0.1:1234',
			server: '10.0.0.2:80',
			time: originAt('client', 10).seen,
			durationMs: null,
			request: {
				method: 'POST',
				url: '/a?b=c',
				version: '1.1',
				host: 'example.org',
				headers: Object.assign(Object.create(null), { host: 'example.org', 'content-length': '5', 'x-a': '1, 2' }),
				rawHeaders: [
					['Host', 'example.org'],
					['Content-Length', '5'],
					['X-A', '1'],
					['x-a', '2'],
				],
				trailers: [],
				body: wire('hello'),
				bodyLength: 5,
				bodyTruncated: false,
				missing: 0,
				complete: true,
			},
			response: null,
			upgrade: null,
		});
	});

	it('should have a null host without the field', () => {
		const [exchange] = exchangesOf([c('GET / HTTP/1.0\n\n')]);
		expect(exchange?.request).toMatchObject({ host: null, version: '1.0', complete: true });
	});

	it.each(['GET', 'POST', 'DELETE', 'OPTIONS'])('should give %s without Content-Length no body', method => {
		const exchanges = exchangesOf([c(`${method} /1 HTTP/1.1\n\n${method} /2 HTTP/1.1\n\n`), s(ok('a') + ok('bc'))]);
		expect(exchanges.map(inShort)).toEqual([`${method} /1 200 1`, `${method} /2 200 2`]);
	});

	it.each(['QUERY', 'RPC_IN_DATA', 'get', 'M-SEARCH', 'X!#$%&*+.^`|~1'])('should accept the method %s', method => {
		const exchanges = exchangesOf([c(`${method} / HTTP/1.1\n\n`), s(ok('a'))]);
		expect(exchanges.map(inShort)).toEqual([`${method} / 200 1`]);
	});

	it('should pass over line ends before a request line', () => {
		const exchanges = exchangesOf([c(`\n\n${get('/1')}\n\n\n${get('/2')}`), s(ok('a') + ok('b'))]);
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 1', 'GET /2 200 1']);
	});

	it('should accept lines that end with LF only', () => {
		const lf = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
		const response = 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\nT: 1\n\n';
		const [exchange] = exchangesOf([c(lf('PUT / HTTP/1.1\nHost: h\nContent-Length: 1\n\nx')), s(lf(response))]);
		expect(exchange).toMatchObject({
			request: { host: 'h', bodyLength: 1 },
			response: { bodyLength: 3, trailers: [['T', '1']], complete: true },
		});
	});

	it('should keep every byte of a field value', () => {
		const [exchange] = exchangesOf([c(get('/\xe9', 'X: \xc3\xa9\x80\xff\n'))]);
		expect(exchange?.request?.headers.x).toBe('\xc3\xa9\x80\xff');
		expect(exchange?.request?.url).toBe('/\xe9');
	});

	it('should join a folded field, and take a CR within a line for a space', () => {
		const [exchange] = exchangesOf([c(get('/', 'X: a\n  b\nY: c\rd\n'))]);
		expect(exchange?.request?.headers).toMatchObject({ x: 'a b', y: 'c d' });
	});

	it('should take no more than one CR for a part of the end of a line, however it is cut', () => {
		const text = Buffer.from('GET / HTTP/1.1\r\nX: a\r\r\n\r\r\nY: b\r\r\r\n\r\n', 'latin1');
		for (let at = 1; at < text.length; at++) {
			const [exchange] = exchangesOf([c(new Uint8Array(text.subarray(0, at))), c(new Uint8Array(text.subarray(at)))]);
			expect(exchange?.request).toMatchObject({ headers: { x: 'a', y: 'b' }, complete: true });
		}
	});

	it('should take names such as __proto__ for names', () => {
		const [exchange] = exchangesOf([c(get('/', '__proto__: x\nconstructor: y\n'))]);
		expect(Object.entries(exchange?.request?.headers ?? {})).toContainEqual(['__proto__', 'x']);
		expect(exchange?.request?.headers.constructor).toBe('y');
	});

	it('should de-chunk the body of a request, and tell its trailers', () => {
		const body = '5;a=b\nhello\n00A \n0123456789\n0\nX-Sum: 1\nX-Sum: 2\n\n';
		const [exchange] = exchangesOf([c(`POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n${body}`), s(ok('a'))]);
		expect(exchange?.request).toMatchObject({
			bodyLength: 15,
			complete: true,
			trailers: [
				['X-Sum', '1'],
				['X-Sum', '2'],
			],
		});
		expect(latin1(exchange?.request?.body ?? wire(''))).toBe('hello0123456789');
	});
});

describe('http1: the body of a response', () => {
	const bodyOf = (response: string, after = '') => {
		const [exchange, ...others] = exchangesOf([c(get('/1')), c(get('/2')), s(response + after), end('server')]);
		expect(others.map(inShort)).toEqual([after === '' ? 'GET /2 -' : 'GET /2 200 4']);
		return { response: exchange?.response, text: latin1(exchange?.response?.body ?? wire('')) };
	};
	const next = ok('next');

	it.each([
		['a Content-Length', 'Content-Length: 3\n\nabc'],
		['a Content-Length of 0', 'Content-Length: 0\n\n'],
		['the same Content-Length twice', 'Content-Length: 3\nContent-Length: 3\n\nabc'],
		['a list of the same Content-Length', 'Content-Length: 3, 3\n\nabc'],
		['a Content-Length, and a list of the same', 'Content-Length: 3\nContent-Length: 3, 3\n\nabc'],
		['chunks', 'Transfer-Encoding: chunked\n\n1\na\n2\nbc\n0\n\n'],
		['chunks, though there is a Content-Length', 'Content-Length: 999\nTransfer-Encoding: Chunked\n\n3\nabc\n0\n\n'],
		['chunks of something compressed', 'Transfer-Encoding: gzip, chunked\n\n3\nabc\n0\n\n'],
		['chunks, said in two fields', 'Transfer-Encoding: gzip\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n'],
		['chunks, said twice', 'Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n'],
		['chunk sizes with zeros before and capitals', 'Transfer-Encoding: chunked\n\n000000000000000000000A;x="y"\n0123456789\n000\n\n'],
		['a Content-Length beside the identity coding', 'Transfer-Encoding: identity\nContent-Length: 3\n\nabc'],
	])('should end with %s', (_, fieldsAndBody) => {
		const { response } = bodyOf(`HTTP/1.1 200 OK\n${fieldsAndBody}`, next);
		expect(response).toMatchObject({ status: 200, complete: true, missing: 0 });
	});

	it.each([
		['no length', ''],
		['a coding that is not chunked', 'Transfer-Encoding: gzip\nContent-Length: 2\n'],
		['chunked before another coding', 'Transfer-Encoding: chunked, gzip\n'],
	])('should go on until the connection closes with %s', (_, fields) => {
		const { response, text } = bodyOf(`HTTP/1.1 200 OK\n${fields}\nabcHTTP/1.1 200 OK\n\n`);
		expect(response).toMatchObject({ bodyLength: 22, complete: true });
		expect(text).toBe('abcHTTP/1.1 200 OK\r\n\r\n');
	});

	it.each([
		['fin', true],
		['rst', false],
		['idle', false],
		['eof', false],
	] as const)('should say whether a body is all there that ends with the connection: %s', (closed, complete) => {
		const exchanges: HttpExchange[] = [];
		const parser = createHttp1()(exchange => exchanges.push(exchange), ends);
		parser.push(wire(get('/')), originAt('client', 0));
		parser.push(wire('HTTP/1.0 200 OK\n\nabc'), originAt('server', 1));
		parser.end({ ...originAt('server', 2), closed });
		expect(exchanges).toMatchObject([{ response: { bodyLength: 3, complete } }]);
	});

	it.each([204, 304])('should be none with %i, whatever the fields say', status => {
		const { response } = bodyOf(`HTTP/1.1 ${status} X\nContent-Length: 99\nTransfer-Encoding: chunked\n\n`, next);
		expect(response).toMatchObject({ status, bodyLength: 0, complete: true });
	});

	it('should be none in the answer to HEAD, whatever the fields say', () => {
		const heads = 'HTTP/1.1 200 OK\nContent-Length: 99\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n';
		const said = [c('HEAD /1 HTTP/1.1\n\nHEAD /2 HTTP/1.1\n\n'), c(get('/3')), s(heads + next)];
		expect(exchangesOf(said).map(inShort)).toEqual(['HEAD /1 200 0', 'HEAD /2 200 0', 'GET /3 200 4']);
	});

	it.each([
		['letters', 'Content-Length: abc'],
		['a negative number', 'Content-Length: -1'],
		['an exponent', 'Content-Length: 1e99'],
		['a number beyond all sizes', 'Content-Length: 99999999999999999999'],
		['nothing', 'Content-Length:'],
		['two different numbers', 'Content-Length: 3\nContent-Length: 4'],
		['a list of different numbers', 'Content-Length: 3, 4'],
	])('should be cut where Content-Length has %s, and the next response found', (_, field) => {
		const exchanges = exchangesOf([c(get('/1'), 0), s(`HTTP/1.1 200 OK\n${field}\n\nabc\n`, 1), c(get('/2'), 2), s(next, 3)]);
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 0', 'GET /2 200 4']);
		expect(exchanges[0]?.response?.complete).toBe(false);
	});

	it.each([
		['letters', 'zz\nabc\n0\n\n'],
		['a negative number', '-3\nabc\n0\n\n'],
		['nothing', '\nabc\n0\n\n'],
		['a number beyond all sizes', 'fffffffffffffffff\nabc'],
		['data that is longer than it', '2\nabc\n0\n\n'],
	])('should be cut where a chunk size is %s, and the next response found', (_, body) => {
		const chunked = `HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\n${body}`;
		const exchanges = exchangesOf([c(get('/1'), 0), s(chunked, 1), c(get('/2'), 2), s(next, 3)]);
		expect(exchanges.map(inShort)).toEqual([expect.stringMatching(/^GET \/1 200 [13]$/), 'GET /2 200 4']);
		expect(exchanges[0]?.response?.complete).toBe(false);
	});

	it('should be cut in a request whose coding does not end with chunked', () => {
		const exchanges = exchangesOf([c(`POST /1 HTTP/1.1\nTransfer-Encoding: gzip\n\nabc\n${get('/2')}`), s(next + next)]);
		expect(exchanges[0]?.request).toMatchObject({ url: '/1', complete: false });
		expect(exchanges.filter(({ request }) => request?.url === '/2')).toHaveLength(1);
	});

	it('should be complete at the end of the server, with the time of its last byte', () => {
		const { exchanges, tell } = talk();
		tell(c(get('/'), 0), s('HTTP/1.0 200 OK\n\nab', 5), s('cd', 9));
		expect(exchanges).toEqual([]);
		tell(end('server', 500));
		expect(exchanges[0]).toMatchObject({ durationMs: 9, response: { bodyLength: 4, complete: true, version: '1.0' } });
	});

	it('should not be complete if the connection ends before it', () => {
		const said = (response: string) => exchangesOf([c(get('/')), s(response), end('server'), end('client')])[0]?.response;
		expect(said('HTTP/1.1 200 OK\nContent-Length: 5\n\nabc')).toMatchObject({ bodyLength: 3, complete: false, missing: 0 });
		expect(said('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n')).toMatchObject({ bodyLength: 3, complete: false });
		expect(said('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n')).toMatchObject({ bodyLength: 3, complete: false });
		expect(said('HTTP/1.1 404 Not Found\nX: 1\nY: 2')).toMatchObject({ status: 404, headers: { x: '1' }, complete: false });
	});
});

describe('http1: the status line', () => {
	it.each([
		['HTTP/1.1 200 OK', 200, 'OK'],
		['HTTP/1.1 200', 200, ''],
		['HTTP/1.0 404 ', 404, ''],
		['HTTP/1.1 599 a b \xe9', 599, 'a b \xe9'],
	])('should read %j', (line, status, reason) => {
		const [exchange] = exchangesOf([c(get('/')), s(`${line}\nContent-Length: 0\n\n`)]);
		expect(exchange?.response).toMatchObject({ status, reason, complete: true });
	});
});

describe('createHttp1', () => {
	it('should keep no more of a body than maxBodyBytes, and count the rest', () => {
		const [exchange] = exchangesOf([c('POST / HTTP/1.1\nContent-Length: 4\n\nabcd'), s(ok('0123456789'))], { maxBodyBytes: 4 });
		expect(exchange?.request).toMatchObject({ bodyLength: 4, bodyTruncated: false });
		expect(exchange?.response).toMatchObject({ bodyLength: 10, bodyTruncated: true, complete: true });
		expect(latin1(exchange?.response?.body ?? wire(''))).toBe('0123');
	});

	it('should keep nothing of a body with maxBodyBytes 0', () => {
		const [exchange] = exchangesOf([c(get('/')), s(ok('abc'))], { maxBodyBytes: 0 });
		expect(exchange?.response).toMatchObject({ bodyLength: 3, bodyTruncated: true, body: new Uint8Array(0) });
	});

	it('should keep 1 MiB by default', () => {
		const big = new Uint8Array(2 ** 20 + 1).fill(97);
		const [exchange] = exchangesOf([c(get('/')), s(`HTTP/1.1 200 OK\nContent-Length: ${big.length}\n\n`), s(big)]);
		expect(exchange?.response?.body.length).toBe(2 ** 20);
		expect(exchange?.response).toMatchObject({ bodyLength: 2 ** 20 + 1, bodyTruncated: true });
	});

	it('should take undefined for the default', () => {
		const [exchange] = exchangesOf([c(get('/')), s(ok('abc'))], { maxBodyBytes: undefined });
		expect(exchange?.response).toMatchObject({ bodyTruncated: false });
	});

	it('should hand out bodies that later bytes do not change', () => {
		const block = wire(ok('abc'));
		const { exchanges, tell } = talk();
		tell(c(get('/')), s(block));
		block.fill(0);
		expect(latin1(exchanges[0]?.response?.body ?? wire(''))).toBe('abc');
	});

	it('should leave the settings of http-parser-js alone, which others in the process may use', () => {
		const before = { ...HTTPParser };
		exchangesOf([c(get('/\xe9')), s(ok('abc'))]);
		exchangesOf([c('no request\n'), s(ok('abc'))]);
		expect({ ...HTTPParser }).toEqual(before);
		expect(HTTPParser.encoding).toBe('ascii');
	});

	it('should refuse wrong options when it is called', () => {
		expect(() => createHttp1({ maxBodyBytes: -1 })).toThrow(/createHttp1: option maxBodyBytes must be a whole number from 0 on/);
		expect(() => createHttp1({ maxHeadBytes: 0 })).toThrow(TypeError);
		expect(() => createHttp1({ maxBody: 1 } as object)).toThrow(/there is no option maxBody/);
	});

	it('should share nothing between two connections', () => {
		const urls: (string | undefined)[] = [];
		const [one, other] = [1, 2].map(() => http1(({ request }) => urls.push(request?.url), { client: 'c', server: 's' }));
		const origin = originAt('client', 0);
		one?.push(wire('GET /on'), origin);
		other?.push(wire('GET /other HTTP/1.1\n\n'), origin);
		one?.push(wire('e HTTP/1.1\n\n'), origin);
		other?.finish?.();
		one?.finish?.();
		expect(urls).toEqual(['/other', '/one']);
	});

	it('should keep bodies of unknown length apart, however they come in turns', () => {
		const texts = ['a'.repeat(100), 'b'.repeat(20_000), 'c'.repeat(17_000), 'd', 'e'.repeat(300)];
		const talks = texts.map(() => talk());
		talks.forEach(({ tell }) => void tell(c(get('/')), s('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n')));
		for (let at = 0; at < 20_000; at += 50) {
			for (const [i, { tell }] of talks.entries()) {
				// Some say much before the next one has its turn.
				const part = texts[i]?.slice(at, at + 50) ?? '';
				const pieces = i % 2 === 0 ? [part] : [part.slice(0, 20), part.slice(20)];
				for (const piece of pieces) if (piece !== '') tell(s(`${piece.length.toString(16)}\n${piece}\n`));
			}
		}
		talks.forEach(({ tell }) => void tell(s('0\n\n')));
		const bodies = talks.map(({ exchanges }) => exchanges[0]?.response?.body ?? wire(''));
		expect(bodies.map(latin1)).toEqual(texts);
		expect(bodies.map(({ buffer }) => buffer.byteLength)).toEqual(texts.map(({ length }) => length));
	});

	it('should tell of a body of unknown length that is not over what came of it, and not change that', () => {
		const { exchanges, tell } = talk({ maxPendingRequests: 1 });
		tell(c(get('/1')), s('HTTP/1.1 200 OK\n\nabc'), c(get('/2')));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 3']);
		tell(s('def'), end('server'));
		expect(exchangesOf([c(get('/')), s('HTTP/1.1 200 OK\n\nxyz'), end('server')]).map(inShort)).toEqual(['GET / 200 3']);
		expect(latin1(exchanges[0]?.response?.body ?? wire(''))).toBe('abc');
	});

	it('should emit nothing for a connection without bytes', () => {
		expect(exchangesOf([])).toEqual([]);
		expect(exchangesOf([end('client'), end('server')])).toEqual([]);
		expect(exchangesOf([gap('client', -1), gap('server', -1), end('client')])).toEqual([]);
	});
});
