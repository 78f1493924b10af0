import { Timestamp } from 'rx-reassembly';
import type { Origin } from 'rx-reassembly/protocols';
import { httpRequest, httpResponse } from './http.js';

/** What a parser is fed with, again and again: pieces of both directions, in the order of their capture. */
export interface HttpMix {
	readonly name: string;
	readonly pieces: readonly { readonly bytes: Uint8Array; readonly origin: Origin }[];
	readonly exchanges: number;
}

/** Exchanges of a mix before it begins again. */
const EXCHANGES = 64;
/** Requests that are sent at once, where they are pipelined. */
const PIPELINED = 16;
const SEGMENT_BYTES = 1460;

const text = new TextEncoder();
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const body = 'x'.repeat(300);

/** As a browser asks for a small file on a connection that it keeps. */
const browserRequest = text.encode(
	head(
		'GET /assets/icons/basket-active.svg?v=20231114 HTTP/1.1',
		'Host: shop.example.com',
		'Connection: keep-alive',
		'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36',
		'Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
		'Referer: http://shop.example.com/catalogue/shoes?page=2',
		'Accept-Encoding: gzip, deflate',
		'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
		'Cookie: session=8f2b1c9a4e7d40b5a6c3; consent=1; basket=3; _ga=GA1.2.1234567890.1699999999',
		'DNT: 1',
		'If-None-Match: "5f3c-60a2b1d4e8c00"',
	),
);

const browserResponse = text.encode(
	head(
		'HTTP/1.1 200 OK',
		'Server: nginx/1.24.0',
		'Date: Tue, 14 Nov 2023 22:13:20 GMT',
		'Content-Type: image/svg+xml',
		`Content-Length: ${body.length}`,
		'Last-Modified: Mon, 13 Nov 2023 08:00:00 GMT',
		'Connection: keep-alive',
		'ETag: "5f3c-60a2b1d4e8c01"',
		'Cache-Control: public, max-age=31536000',
		'Vary: Accept-Encoding',
		'Accept-Ranges: bytes',
		'X-Content-Type-Options: nosniff',
	) + body,
);

const chunkedResponse = text.encode(
	`${head('HTTP/1.1 200 OK', 'Content-Type: text/html', 'Transfer-Encoding: chunked')}96\r\n${body.slice(150)}\r\n96\r\n${body.slice(150)}\r\n0\r\n\r\n`,
);

/** Ordered bytes of one connection that is kept. */
export const httpMixes: readonly HttpMix[] = [
	inTurns('3 fields', httpRequest, httpResponse),
	inTurns('10 and 11 fields', browserRequest, browserResponse),
	pipelined('3 fields, pipelined', httpRequest, httpResponse),
	pipelined('10 and 11 fields, pipelined', browserRequest, browserResponse),
	inTurns('chunked', httpRequest, chunkedResponse),
];

/** A piece for each message. */
function inTurns(name: string, request: Uint8Array, response: Uint8Array): HttpMix {
	const pieces = Array.from({ length: EXCHANGES }, (_, i) => [piece('client', request, 2 * i), piece('server', response, 2 * i + 1)]);
	return { name, pieces: pieces.flat(), exchanges: EXCHANGES };
}

/** Many requests at once, and their responses as many, in full segments. */
function pipelined(name: string, request: Uint8Array, response: Uint8Array): HttpMix {
	const pieces: HttpMix['pieces'][number][] = [];
	for (let i = 0; i < EXCHANGES / PIPELINED; i++) {
		for (const bytes of segments(request)) pieces.push(piece('client', bytes, pieces.length));
		for (const bytes of segments(response)) pieces.push(piece('server', bytes, pieces.length));
	}
	return { name, pieces, exchanges: EXCHANGES };
}

function piece(direction: 'client' | 'server', bytes: Uint8Array, ms: number): HttpMix['pieces'][number] {
	return { bytes, origin: { direction, seen: Timestamp.fromMs(1_700_000_000_000 + ms), packet: ms + 1 } };
}

function segments(message: Uint8Array): Uint8Array[] {
	const all = new Uint8Array(message.length * PIPELINED);
	for (let i = 0; i < PIPELINED; i++) all.set(message, i * message.length);
	return Array.from({ length: Math.ceil(all.length / SEGMENT_BYTES) }, (_, i) => all.subarray(i * SEGMENT_BYTES, (i + 1) * SEGMENT_BYTES));
}
