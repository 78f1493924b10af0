import { describe, expect, it } from 'vitest';
import { c, end, exchangesOf, gap, get, inShort, ok, s, talk } from './http1/talk.js';

const upgrade = 'GET /ws HTTP/1.1\nConnection: keep-alive, Upgrade\nUpgrade: websocket\n\n';
const switching = 'HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n\n';
const connect = 'CONNECT a:443 HTTP/1.1\nHost: a:443\n\n';

describe('http1: an upgrade', () => {
	it('should be told, and end HTTP in both directions', () => {
		const { exchanges, tell, finish } = talk();
		tell(c(upgrade), s(switching + ok('no')), c(get('/no')), s(ok('no')));
		expect(exchanges).toMatchObject([{ upgrade: 'websocket', request: { url: '/ws' }, response: { status: 101, complete: true } }]);
		tell(gap('client', 3), gap('server', -1), c(get('/no')), s(ok('no')), end('client'), end('server'));
		finish();
		expect(exchanges).toHaveLength(1);
	});

	it('should pass over what the client sends before it is granted', () => {
		expect(exchangesOf([c(upgrade + get('/no')), c(get('/no')), s(switching)]).map(inShort)).toEqual(['GET /ws 101 0']);
	});

	it('should go on with HTTP where it is refused', () => {
		const said = [c(upgrade + get('/2')), c(get('/3')), s(ok('a') + ok('bb') + ok('ccc'))];
		const exchanges = exchangesOf(said);
		expect(exchanges.map(inShort)).toEqual(['GET /ws 200 1', 'GET /2 200 2', 'GET /3 200 3']);
		expect(exchanges.map(exchange => exchange.upgrade)).toEqual([null, null, null]);
	});

	it('should go on with h2c refused, and read the body of that request', () => {
		const h2c = 'POST /1 HTTP/1.1\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nContent-Length: 3\n\nabc';
		const exchanges = exchangesOf([c(h2c + get('/2')), s(ok('a') + ok('b'))]);
		expect(exchanges.map(inShort)).toEqual(['POST /1 200 1', 'GET /2 200 1']);
		expect(exchanges[0]?.request).toMatchObject({ bodyLength: 3, complete: true });
	});

	it('should read a chunked body of such a request', () => {
		const h2c = 'POST /1 HTTP/1.1\nConnection: upgrade\nUpgrade: h2c\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n';
		expect(exchangesOf([c(h2c), s(switching)])[0]?.request).toMatchObject({ bodyLength: 3, complete: true });
	});

	it('should wait through interim responses', () => {
		const exchanges = exchangesOf([c(upgrade + get('/no')), s('HTTP/1.1 100 Continue\n\n'), c(get('/no')), s(switching)]);
		expect(exchanges).toMatchObject([{ upgrade: 'websocket', response: { interim: [100] } }]);
	});

	it('should not wait where the fields only offer one', () => {
		const { exchanges, tell } = talk();
		tell(c(`GET /1 HTTP/1.1\nUpgrade: h2c\n\n${get('/2')}`), s('HTTP/1.1 200 OK\nUpgrade: h2\nConnection: Upgrade\nContent-Length: 0\n\n'));
		tell(s(ok('a')));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 0', 'GET /2 200 1']);
	});

	it('should read on as HTTP when the server ends without an answer', () => {
		expect(exchangesOf([c(upgrade + get('/2')), end('server')]).map(inShort)).toEqual(['GET /ws -', 'GET /2 -']);
	});

	it('should emit requests that wait behind a granted one without a response', () => {
		const exchanges = exchangesOf([c(get('/1') + upgrade), s(ok('a') + switching)]);
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 1', 'GET /ws 101 0']);
	});

	it('should be seen without its request', () => {
		expect(exchangesOf([s(switching + ok('no')), end('client')])).toMatchObject([{ request: null, upgrade: 'websocket' }]);
	});
});

describe('http1: CONNECT', () => {
	it.each([200, 201, 299])('should end HTTP where it is granted with %i, without a body', status => {
		const granted = `HTTP/1.1 ${status} Established\nContent-Length: 99\n\n`;
		const exchanges = exchangesOf([c(connect + get('/no')), s(granted + ok('no')), c(get('/no')), s(ok('no'))]);
		expect(exchanges).toMatchObject([{ upgrade: 'CONNECT', request: { url: 'a:443' }, response: { status, bodyLength: 0 } }]);
	});

	it('should go on with HTTP where it is refused', () => {
		const refused = 'HTTP/1.1 407 Proxy Authentication Required\nContent-Length: 2\n\nno';
		const exchanges = exchangesOf([c(connect + connect), s(refused), s('HTTP/1.1 200 OK\n\n'), s(ok('no'))]);
		expect(exchanges.map(inShort)).toEqual(['CONNECT a:443 407 2', 'CONNECT a:443 200 0']);
		expect(exchanges.map(exchange => exchange.upgrade)).toEqual([null, 'CONNECT']);
	});
});
