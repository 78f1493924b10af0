import type { Packet } from 'rx-reassembly';
import { Conversation } from './conversation.js';
import { FrameWriter } from './frameWriter.js';

const text = new TextEncoder();
const body = 'x'.repeat(300);

/** A small GET, as a browser sends it. */
export const httpRequest = text.encode(
	['GET /api/items/42?fields=name,price HTTP/1.1', 'Host: shop.example', 'User-Agent: bench/1.0', 'Accept: application/json', '', ''].join(
		'\r\n',
	),
);

/** Its answer, with 300 bytes of body. */
export const httpResponse = text.encode(
	[
		'HTTP/1.1 200 OK',
		'Date: Tue, 14 Nov 2023 22:13:20 GMT',
		'Content-Type: application/json',
		`Content-Length: ${body.length}`,
		'',
		body,
	].join('\r\n'),
);

/** Connections of `each` exchanges, a packet for each message; `live` of them at a time. */
export function* httpPackets(exchanges: number, live = 100, each = 50): Generator<Packet, void, void> {
	const frames = new FrameWriter();
	let made = 0;
	for (let opened = 0; made < exchanges; opened += live) {
		const conversations = Array.from({ length: live }, (_, i) => new Conversation(frames, opened + i, 1));
		const ms = 1_700_000_000_000 + opened;
		for (const one of conversations) yield* one.handshake(ms);
		for (let i = 0; i < each && made < exchanges; i++) {
			for (const one of conversations) {
				yield one.data(false, httpRequest, ms);
				yield one.data(true, httpResponse, ms);
				made++;
			}
		}
		for (const one of conversations) yield* one.end(ms);
	}
}
