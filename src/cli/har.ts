import { parseCookie, parseSetCookie } from 'cookie';
import type { Content, Cookie, Entry, Header, PostData, Request, Response } from 'har-format';
import { decodeBody } from '../contentCoding/decodeBody.js';
import type { HttpExchange, HttpField, HttpMessage, HttpRequest, HttpResponse } from '../protocols/http1.js';
import { textIn } from './bodyText.js';

/** An exchange whose request was seen. */
export type AskedExchange = HttpExchange & { readonly request: HttpRequest };

/** Sizes that nobody counted (HAR 1.2). */
const UNKNOWN = -1;

/**
 * An exchange as an entry of HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec). Without a response its status is 0, as
 * browsers write it. `comment` says what is missing.
 */
export function harEntry({ client, server, time, durationMs, request, response }: AskedExchange): Entry {
	const wait = Math.max(durationMs ?? 0, 0);
	return {
		startedDateTime: String(time),
		time: wait,
		request: requestOf(request, server),
		response: response === null ? noResponse : responseOf(response),
		cache: {},
		timings: { send: 0, wait, receive: 0 },
		serverIPAddress: server.slice(0, server.lastIndexOf(':')).replace(/[[\]]/g, ''),
		connection: client,
		...commentOf(request, response),
	};
}

function requestOf(request: HttpRequest, server: string): Request {
	const { method, headers, bodyLength: bodySize } = request;
	const url = urlOf(request, server);
	const cookies = Object.entries(parseCookie(headers.cookie ?? '')).map(([name, value]) => ({ name, value: value ?? '' }));
	const queryString = [...url.searchParams].map(([name, value]) => ({ name, value }));
	return { method, url: url.href, ...headOf(request), cookies, queryString, ...postDataOf(request), bodySize };
}

function responseOf(response: HttpResponse): Response {
	const { status, reason: statusText, headers, bodyLength: bodySize, rawHeaders } = response;
	const cookies = rawHeaders.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => cookieOf(value));
	const redirectURL = headers.location ?? '';
	return { status, statusText, ...headOf(response), cookies, content: contentOf(response), redirectURL, bodySize };
}

function cookieOf(field: string): Cookie {
	const { name, value = '', path, domain, expires, httpOnly, secure } = parseSetCookie(field);
	return { name, value, path, domain, expires: expires?.toISOString(), httpOnly, secure };
}

const noResponse: Response = {
	...{ status: 0, statusText: '', httpVersion: '', cookies: [], headers: [], redirectURL: '', headersSize: UNKNOWN, bodySize: UNKNOWN },
	content: { size: 0, mimeType: 'x-unknown' },
};

function headOf({ version, rawHeaders }: HttpMessage) {
	return { httpVersion: `HTTP/${version}`, headers: rawHeaders.map(headerOf), headersSize: UNKNOWN };
}

const headerOf = ([name, value]: HttpField): Header => ({ name, value });

/** The target of a request is a path, a whole URL (to a proxy), `*`, or of CONNECT a host and a port (RFC 9112, section 3.2). */
function urlOf({ method, url, host }: HttpRequest, server: string): URL {
	const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url);
	const text = isWhole ? url : method === 'CONNECT' ? `http://${url}` : `http://${host ?? server}${url.startsWith('/') ? url : `/${url}`}`;
	return URL.canParse(text) ? new URL(text) : new URL(encodeURI(url.replaceAll('\\', '/')).replace(/^\/*/, '/'), `http://${server}`);
}

function postDataOf(request: HttpRequest): { postData?: PostData } {
	if (request.body.length === 0) return {};
	const { bytes } = decodeBody(request);
	const mimeType = request.headers['content-type'] ?? 'x-unknown';
	const text = textIn(bytes, mimeType);
	// HAR has no word for it, and programs may have some of their own that begin so.
	return { postData: { mimeType, ...(text === undefined ? { text: base64(bytes), _encoding: 'base64' } : { text }) } };
}

function contentOf(response: HttpResponse): Content {
	const { bytes, error } = decodeBody(response);
	const mimeType = response.headers['content-type'] ?? 'x-unknown';
	const text = textIn(bytes, mimeType);
	return {
		size: bytes.length,
		mimeType,
		...(bytes.length > response.bodyLength && { compression: bytes.length - response.bodyLength }),
		...(bytes.length === 0 ? {} : text === undefined ? { text: base64(bytes), encoding: 'base64' } : { text }),
		...(error !== null && { comment: error }),
	};
}

function commentOf(request: HttpRequest, response: HttpResponse | null): { comment?: string } {
	const says = [...whatIsWrong('request', request), ...(response === null ? ['no response was seen'] : whatIsWrong('response', response))];
	return says.length === 0 ? {} : { comment: says.join('; ') };
}

function whatIsWrong(what: string, { complete, missing, bodyTruncated, bodyLength, body }: HttpMessage): string[] {
	return [
		...(complete ? [] : [`the ${what} is not complete`]),
		...(missing > 0 ? [`${missing} bytes of the ${what} are missing`] : []),
		...(bodyTruncated ? [`of the body of the ${what}, ${body.length} of ${bodyLength} bytes are kept`] : []),
	];
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
