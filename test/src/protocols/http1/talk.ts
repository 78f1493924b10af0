import { createHttp1, type Direction, type Http1Options, type HttpExchange, type Origin } from '../../../../src/protocols/index.js';
import { Timestamp } from '../../../../src/timestamp.js';

/** Something that a parser is told. */
export type Said =
	| { readonly direction: Direction; readonly ms: number; readonly bytes: Uint8Array }
	| { readonly direction: Direction; readonly ms: number; readonly gap: number }
	| { readonly direction: Direction; readonly ms: number; readonly end: true };

export const ends = { client: '10.0.0.1:1234', server: '10.0.0.2:80' };

/** Text as bytes, a character a byte; `\n` in a template is a line end as HTTP has it. */
export function wire(text: string | Uint8Array): Uint8Array {
	return typeof text === 'string' ? new Uint8Array(Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1')) : text;
}

export function latin1(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('latin1');
}

/** The client says it, that many ms after the start. */
export function c(text: string | Uint8Array, ms = 0): Said {
	return { direction: 'client', ms, bytes: wire(text) };
}

/** The server says it. */
export function s(text: string | Uint8Array, ms = 1): Said {
	return { direction: 'server', ms, bytes: wire(text) };
}

export function gap(direction: Direction, length: number, ms = 1): Said {
	return { direction, ms, gap: length };
}

export function end(direction: Direction, ms = 2): Said {
	return { direction, ms, end: true };
}

export function originAt(direction: Direction, ms: number): Origin {
	return { direction, seen: Timestamp.fromMs(1_700_000_000_000 + ms), packet: 1 };
}

/** A parser, and what it has emitted so far. */
export function talk(options: Http1Options = {}) {
	const exchanges: HttpExchange[] = [];
	const parser = createHttp1(options)(exchange => exchanges.push(exchange), ends);
	const tell = (...all: Said[]) => {
		for (const said of all) {
			const origin = originAt(said.direction, said.ms);
			if ('bytes' in said) parser.push(said.bytes, origin);
			else if ('gap' in said) parser.gap(said.gap, origin);
			else parser.end(origin);
		}
		return exchanges;
	};
	return { exchanges, tell, finish: () => parser.finish?.() };
}

/** The exchanges of a whole conversation. */
export function exchangesOf(said: readonly Said[], options: Http1Options = {}): HttpExchange[] {
	const { exchanges, tell, finish } = talk(options);
	tell(...said);
	finish();
	return exchanges;
}

/** `GET /a 200 5`: what an exchange comes down to. */
export function inShort({ request, response }: HttpExchange): string {
	const asked = request ? `${request.method} ${request.url}` : '-';
	return `${asked} ${response ? `${response.status} ${response.bodyLength}` : '-'}`;
}

/** A request without a body. */
export function get(url: string, fields = ''): string {
	return `GET ${url} HTTP/1.1\nHost: a\n${fields}\n`;
}

/** A response with a body of known length. */
export function ok(body: string, fields = ''): string {
	return `HTTP/1.1 200 OK\nContent-Length: ${wire(body).length}\n${fields}\n${body}`;
}
