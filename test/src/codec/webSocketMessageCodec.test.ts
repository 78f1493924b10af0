import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webSocketMessageCodec } from '../../../src/ndjson.js';
import { createWebSocket, WebSocketMessage } from '../../../src/protocols/websocket.js';
import { parsed } from '../../support/conversations.js';
import { c, gap, s } from '../protocols/http1/talk.js';
import { deflated, frame, masked } from '../protocols/websocket/frames.js';
import { bytes, count, direction, ends, expectSame, orNull, reasonsWith, roundTrip, text } from './roundTrip.js';

const messages = parsed(createWebSocket({ maxMessageBytes: 8 }), [
	c(masked(1, 'hällo')),
	s(frame(2, Uint8Array.of(0, 255))),
	s(frame(1, 'longer than eight')),
	s(frame(9, '')),
	s(frame(8, Uint8Array.of(3, 232, 111, 107))),
	s(frame(1, deflated('deflated'), { reserved: 4 })),
	c(masked(1, 'lost').subarray(0, 8)),
	gap('client', -1),
]);
const [first] = messages as [WebSocketMessage];

describe('webSocketMessageCodec', () => {
	it('should give back what a connection told, as instances', () => {
		const kinds = ['text', 'binary', 'close', 'ping', 'lost'];
		expect(new Set(messages.map(({ kind }) => kind))).toEqual(new Set(kinds));
		expectSame(webSocketMessageCodec, messages);
		const back = messages.map(each => roundTrip(webSocketMessageCodec, each));
		expect(back.every(each => each instanceof WebSocketMessage)).toBe(true);
		expect(back.map(each => each.text)).toEqual(messages.map(each => each.text));
		expect(back.map(({ truncated }) => truncated)).toEqual(messages.map(({ truncated }) => truncated));
		expect(back.some(({ truncated }) => truncated)).toBe(true);
		expect(back.some(({ missing }) => missing === -1)).toBe(true);
	});

	it('should give back any message', () => {
		const kind = fc.constantFrom('text' as const, 'binary' as const, 'close' as const, 'ping' as const, 'pong' as const, 'lost' as const);
		const rest = fc.tuple(count, bytes, count, fc.integer({ min: -1 }), count, fc.boolean(), orNull(count), orNull(text));
		const any = fc
			.tuple(kind, ends.client, ends.server, direction, ends.time, rest)
			.map(([a, client, server, from, time, others]) => new WebSocketMessage(a, client, server, from, time, ...others));
		fc.assert(fc.property(any, message => expectSame(webSocketMessageCodec, [message])));
	});

	it('should say what is wrong, and where', () => {
		const wrong = (path: string, instead: unknown) => reasonsWith(webSocketMessageCodec, first, path, instead);
		expect(wrong('missing', -2)).toEqual(['missing: expected a whole number from -1 on, got -2']);
		expect(wrong('direction', 'up')).toEqual(["direction: expected 'client' or 'server', got \"up\""]);
		expect(wrong('bytes', null)).toEqual(['bytes: expected bytes as Base64, got null']);
		expect(wrong('type', undefined)).toEqual(["type: expected 'websocket', got undefined"]);
		expect(wrong('v', 2)).toEqual(['v: expected version 1, got 2']);
		expect(wrong('flavour', 1)).toEqual([]);
	});
});
