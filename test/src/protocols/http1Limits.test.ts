import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { c, end, exchangesOf, gap, get, inShort, ok, type Said, s, talk, wire } from './http1/talk.js';

describe('http1: limits', () => {
	it('should not wait for a request with more than maxWaitingBytes', () => {
		const { exchanges, tell } = talk({ maxWaitingBytes: 1000 });
		tell(s(ok('x'.repeat(400)), 1), s(ok('y'.repeat(300)), 2));
		expect(exchanges).toEqual([]);
		tell(s('HTTP/1.1 200 OK\nX: ', 3), s('z'.repeat(400), 4));
		expect(exchanges.map(inShort)).toEqual(['- 200 400']);
		tell(end('client'), s('\nContent-Length: 0\n\n'));
		expect(exchanges.map(inShort)).toEqual(['- 200 400', '- 200 300', '- 200 0']);
	});

	it('should count tiny packets as more than their bytes', () => {
		const { exchanges, tell } = talk({ maxWaitingBytes: 1000 });
		for (const [i, character] of [...ok('abc'), ...'HTTP/1.1 2'].entries()) tell(s(character === '\n' ? '\n' : character, i));
		expect(exchanges.map(inShort)).toEqual(['- 200 3']);
	});

	it('should pair by the times after it has not waited', () => {
		const long = ok('x'.repeat(2000));
		const said = [s(long, 1), c(get('/1'), 0), c(get('/2'), 2), s(ok('a'), 3), c(get('/3'), 4), s(ok('bb'), 5)];
		expect(exchangesOf(said, { maxWaitingBytes: 1000 }).map(inShort)).toEqual(['- 200 2000', 'GET /1 -', 'GET /2 200 1', 'GET /3 200 2']);
	});

	it('should wait with 256 KiB by default', () => {
		const { exchanges, tell } = talk();
		const head = 'HTTP/1.1 200 OK\nContent-Length: 262144\n\n';
		tell(s(head + 'x'.repeat(262_144 - 64)));
		tell(s('x'.repeat(63)));
		expect(exchanges).toEqual([]);
		expect(exchangesOf([s(head + 'x'.repeat(262_144)), c(get('/'), 0)]).map(inShort)).toEqual(['- 200 262144', 'GET / -']);
	});

	it('should read on as HTTP when the client does not wait for the answer to an upgrade', () => {
		const upgrade = 'GET /ws HTTP/1.1\nConnection: upgrade\nUpgrade: x\n\n';
		const { exchanges, tell } = talk({ maxWaitingBytes: 500, maxPendingRequests: 1 });
		tell(c(upgrade + get('/2')));
		expect(exchanges).toEqual([]);
		tell(c(get('/3', `X: ${'x'.repeat(500)}\n`)));
		expect(exchanges.map(inShort)).toEqual(['GET /ws -', 'GET /2 -']);
	});

	it('should emit the oldest without a response beyond maxPendingRequests, and not pair its response with another', () => {
		const { exchanges, tell } = talk({ maxPendingRequests: 2 });
		tell(c(get('/1') + get('/2') + get('/3'), 0));
		expect(exchanges.map(inShort)).toEqual(['GET /1 -']);
		tell(s(ok('a') + ok('bb') + ok('ccc'), 1));
		expect(exchanges.map(inShort)).toEqual(['GET /1 -', '- 200 1', 'GET /2 200 2', 'GET /3 200 3']);
	});

	it('should emit the oldest as it stands while its response is under way, and the response not again', () => {
		const { exchanges, tell } = talk({ maxPendingRequests: 2 });
		tell(c(get('/1') + get('/2'), 0), s('HTTP/1.1 200 OK\nContent-Length: 4\n\nab', 1), c(get('/3'), 2));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 2']);
		expect(exchanges[0]?.response?.complete).toBe(false);
		tell(s(`cd${ok('b')}${ok('cc')}`, 3));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 2', 'GET /2 200 1', 'GET /3 200 2']);
	});

	it('should hold 1024 requests by default', () => {
		const { exchanges, tell } = talk();
		for (let i = 1; i <= 1024; i++) tell(c(get(`/${i}`)));
		expect(exchanges).toEqual([]);
		tell(c(get('/1025')));
		expect(exchanges.map(inShort)).toEqual(['GET /1 -']);
	});

	it('should emit the oldest as they stand beyond maxPendingBytes', () => {
		const put = (url: string) => `PUT ${url} HTTP/1.1\nContent-Length: 400\n\n${'x'.repeat(400)}`;
		const { exchanges, tell } = talk({ maxPendingBytes: 1000 });
		tell(c(put('/1') + put('/2')));
		expect(exchanges).toEqual([]);
		tell(c(put('/3')));
		expect(exchanges.map(inShort)).toEqual(['PUT /1 -']);
		tell(s(ok('a') + ok('b') + ok('c')));
		expect(exchanges.map(inShort)).toEqual(['PUT /1 -', '- 200 1', 'PUT /2 200 1', 'PUT /3 200 1']);
	});

	it('should count a message no longer that was emitted before it was finished', () => {
		const { exchanges, tell } = talk({ maxPendingRequests: 2, maxPendingBytes: 500 });
		const long = 'x'.repeat(400);
		tell(c(get('/1') + get('/2'), 0), s(`HTTP/1.1 200 OK\nContent-Length: 401\n\n${long}`, 1), c(get('/3'), 2));
		tell(s(`x${ok('b')}${ok('c')}`, 3), c(get('/4', `X: ${long}\n`), 4), c(get('/5'), 5));
		expect(exchanges.map(inShort)).toEqual(['GET /1 200 400', 'GET /2 200 1', 'GET /3 200 1']);
		tell(s(ok('d') + ok('e'), 6));
		expect(exchanges.slice(3).map(inShort)).toEqual(['GET /4 200 1', 'GET /5 200 1']);
	});

	it('should count heads among maxPendingBytes', () => {
		const { exchanges, tell } = talk({ maxPendingBytes: 1000 });
		const long = `X: ${'x'.repeat(600)}\n`;
		tell(c(get('/1', long)));
		expect(exchanges).toEqual([]);
		tell(c(get('/2', long)));
		expect(exchanges.map(inShort)).toEqual(['GET /1 -']);
	});

	it('should count trailers among maxPendingBytes', () => {
		const put = (url: string) => `PUT ${url} HTTP/1.1\nTransfer-Encoding: chunked\n\n0\nX: ${'x'.repeat(600)}\n\n`;
		const { exchanges, tell } = talk({ maxPendingBytes: 1000 });
		tell(c(put('/1')));
		expect(exchanges).toEqual([]);
		tell(c(put('/2')));
		expect(exchanges.map(inShort)).toEqual(['PUT /1 -']);
	});

	it('should count a field for 48 bytes at least', () => {
		const tiny = 'a:\n'.repeat(100);
		const put = 'PUT /3 HTTP/1.1\nTransfer-Encoding: chunked\n\n0\n';
		const { exchanges, tell } = talk({ maxPendingBytes: 7000 });
		tell(c(get('/1', tiny)));
		expect(exchanges).toEqual([]);
		tell(c(get('/2', tiny)));
		expect(exchanges.map(inShort)).toEqual(['GET /1 -']);
		tell(c(`${put}${tiny}\n`));
		expect(exchanges.map(inShort)).toEqual(['GET /1 -', 'GET /2 -']);
	});

	it('should bound the trailers of each message for itself', () => {
		const chunked = `HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\nX: ${'x'.repeat(150)}\n\n`;
		const exchanges = exchangesOf([c(get('/1') + get('/2'), 0), s(chunked + chunked, 1)], { maxHeadBytes: 200 });
		expect(exchanges.map(({ response }) => response?.complete)).toEqual([true, true]);
	});

	it('should cut a head that is longer than maxHeadBytes, and find the next', () => {
		const long = get('/1', `A: b\nX: ${'x'.repeat(300)}\n`);
		const refusal = s('HTTP/1.1 431 Request Header Fields Too Large\nContent-Length: 0\n\n', 1);
		for (const pieces of [[long], [...long]]) {
			const exchanges = exchangesOf([...pieces.map(piece => c(piece, 0)), refusal, c(get('/2'), 2), s(ok('a'), 3)], { maxHeadBytes: 200 });
			expect(exchanges[0]?.request).toMatchObject({ url: '/1', headers: { a: 'b' }, complete: false });
			expect(exchanges.map(inShort)).toEqual(['GET /1 431 0', 'GET /2 200 1']);
		}
	});

	it('should read a head of just maxHeadBytes', () => {
		const request = 'GET /1 HTTP/1.1\r\nX: 1\r\n\r\n';
		expect(exchangesOf([c(request)], { maxHeadBytes: request.length })[0]?.request?.complete).toBe(true);
		expect(exchangesOf([c(request)], { maxHeadBytes: request.length - 1 })[0]?.request?.complete).toBe(false);
	});

	it('should pass over a start line that is as long as a head may be, and find the next', () => {
		const request = get(`/${'x'.repeat(100)}`);
		const maxHeadBytes = request.indexOf('\n') + 1;
		const found = (max: number) => exchangesOf([c(request + get('/2')), s(ok('a'))], { maxHeadBytes: max }).map(inShort);
		expect(found(maxHeadBytes)).toEqual(['GET /2 -', '- 200 1']);
		expect(found(maxHeadBytes + 1)[0]).toMatch(/^GET \/x+ 200 1$/);
	});

	it.each([
		['a chunk extension', `1;${'x'.repeat(17_000)} HTTP/1.1 200 OK\na`],
		['a line after a chunk', `1\na${' '.repeat(17_000)} HTTP/1.1 200 OK`],
		['a trailer', `0\nX: ${'x'.repeat(90_000)}`],
		['many trailers', `0\n${'X: 1\n'.repeat(30_000)}`],
	])('should cut a message with %s without end, however it is cut', (_, framing) => {
		const chunked = `HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n${framing}\n0\n\n`;
		for (const size of [chunked.length, 1000]) {
			const said: Said[] = [];
			for (let at = 0; at < chunked.length; at += size) said.push(s(chunked.slice(at, at + size), 1));
			expect(exchangesOf([c(get('/'), 0), ...said])).toMatchObject([{ response: { status: 200, complete: false } }]);
		}
	});

	it('should tell 64 interim responses at most', () => {
		const [exchange] = exchangesOf([c(get('/')), s('HTTP/1.1 102 Processing\n\n'.repeat(1000)), s(ok('a'))]);
		expect(exchange?.response?.interim).toHaveLength(64);
	});
});

describe('http1: what is kept of the blocks that were read', () => {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;

	/** Waits until each of 100 parsers, which are fed with fresh blocks, keeps less than that of them. */
	async function expectKept(bytesMax: number, feed: () => Said[]): Promise<void> {
		collect();
		const before = process.memoryUsage().arrayBuffers;
		const talks = Array.from({ length: 100 }, () => {
			const { exchanges, tell } = talk();
			tell(...feed());
			return { exchanges, tell };
		});
		// Blocks are freed by another thread, some time after they were collected.
		await vi.waitFor(() => {
			collect();
			expect((process.memoryUsage().arrayBuffers - before) / talks.length).toBeLessThan(bytesMax);
		}, 10_000);
	}

	/** A block of 128 KiB with something at its end. */
	function blockWith(text: string): Uint8Array {
		const bytes = wire(text);
		const block = new Uint8Array(2 ** 17);
		block.set(bytes, block.length - bytes.length);
		return block.subarray(block.length - bytes.length);
	}

	it('should be no more than a line of what is not HTTP', () => {
		const noise = () => [c(new Uint8Array(2 ** 17).fill(65)), s(new Uint8Array(2 ** 17).fill(66))];
		return expectKept(2 * 20_000, () => Array.from({ length: 5 }, noise).flat());
	});

	it.each<[string, (said: (text: string) => Said[]) => Said[]]>([
		['a start line that is not whole', said => said('GET / HT')],
		['a head that is not whole', said => said(`GET / HTTP/1.1\nX: ${'x'.repeat(500)}`)],
		['a request that waits', said => said(get('/'))],
		['a body that is not whole', said => said('PUT / HTTP/1.1\nContent-Length: 900\n\nabc')],
		['chunks', said => said('PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nabc\n3')],
		['what waits for an answer', said => said(`GET / HTTP/1.1\nConnection: upgrade\nUpgrade: x\n\n${get('/')}`)],
		['a start line that no field follows', said => [gap('client', -1), ...said(`GET / HTTP/1.1\nX: ${'x'.repeat(100_000)}`)]],
		['what may be a start line', said => [gap('client', -1), ...said('x\nGET / HTTP/1.1\n')]],
	])('should be no more than is needed of %s', (_, made) => {
		return expectKept(10_000, () => made(text => [c(blockWith(text))]));
	});

	it('should be as much as came of a body, not as much as was announced', () => {
		return expectKept(4096, () => [c('PUT / HTTP/1.1\nContent-Length: 1000000\n\nabc')]);
	});

	it('should be no more than maxWaitingBytes of what waits', () => {
		const blocks = () => Array.from({ length: 6 }, () => s(wire(ok('x'.repeat(50_000)))));
		return expectKept(3 * 256 * 1024, blocks);
	});
});
