import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWebSocket, type WebSocketMessage, type WebSocketOptions } from '../../../src/protocols/websocket.js';
import { parsed } from '../../support/conversations.js';
import { c, end, ends, gap, type Said, s } from './http1/talk.js';
import { deflated, frame, masked } from './websocket/frames.js';

const messagesOf = (said: readonly Said[], options: WebSocketOptions = {}) => parsed(createWebSocket(options), said);

/** `client text "abc"`: what a message comes down to. */
const inShort = ({ direction, kind, text, code, error }: WebSocketMessage) =>
	[direction, kind, JSON.stringify(text), ...(code === null ? [] : [code]), ...(error === null ? [] : [`(${error})`])].join(' ');

const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]));
const random = Uint8Array.from({ length: 70_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255);

describe('websocket', () => {
	it('should give the messages of both directions, unmasked', () => {
		expect(messagesOf([c(masked(1, 'hällo')), s(frame(1, 'yes')), s(frame(2, Uint8Array.of(0, 255)))])).toMatchObject([
			{
				type: 'websocket',
				...ends,
				direction: 'client',
				kind: 'text',
				text: 'hällo',
				length: 6,
				frames: 1,
				compressed: false,
				error: null,
			},
			{ direction: 'server', kind: 'text', text: 'yes' },
			{ direction: 'server', kind: 'binary', bytes: Uint8Array.of(0, 255), code: null, missing: 0, truncated: false },
		]);
	});

	it('should say when the first byte of a message was captured', () => {
		const bytes = frame(1, 'yes');
		const [message] = messagesOf([s(bytes.subarray(0, 1), 5), s(bytes.subarray(1), 9)]);
		expect(message?.time.ms).toBe(1_700_000_000_005);
	});

	it('should join fragments, with control messages between them', () => {
		const said = [frame(1, 'one ', { final: false }), frame(9, 'ping'), frame(0, 'two ', { final: false }), frame(0, 'three')];
		const messages = messagesOf([s(joined(...said))]);
		expect(messages.map(inShort)).toEqual(['server ping "ping"', 'server text "one two three"']);
		expect(messages[1]?.frames).toBe(3);
	});

	it('should say why a connection is closed', () => {
		const closing = [c(masked(8, joined(Uint8Array.of(3, 0xe9), Buffer.from('bye')))), s(frame(8, ''))];
		expect(messagesOf(closing).map(inShort)).toEqual(['client close "bye" 1001', 'server close ""']);
	});

	it.each([0, 125, 126, 65_535, 65_536, 70_000])('should read lengths in all their forms: %i', length => {
		const payload = random.subarray(0, length);
		const forms = [undefined, 64 as const, ...(length < 65_536 ? [16 as const] : []), ...(length < 126 ? [7 as const] : [])];
		for (const lengthBits of forms) {
			const [message] = messagesOf([c(masked(2, payload, lengthBits === undefined ? {} : { lengthBits }))]);
			expect(message?.bytes).toEqual(payload);
		}
	});

	it('should keep of a message what its limit allows, and count the rest', () => {
		const [message] = messagesOf([s(frame(2, random))], { maxMessageBytes: 1000 });
		expect(message).toMatchObject({ length: 70_000, truncated: true, error: null });
		expect(message?.bytes).toEqual(random.subarray(0, 1000));
	});

	it.each<[string, Uint8Array, string]>([
		['reserved bits', frame(1, 'a', { reserved: 2 }), 'reserved bits'],
		['compression that was not agreed upon', frame(1, 'a', { reserved: 4 }), 'reserved bits'],
		['a masked frame of the server', masked(1, 'a'), 'is masked'],
		['an opcode that is none', frame(3, 'a'), 'no opcode 3'],
		['a control opcode that is none', frame(11, 'a'), 'no opcode 11'],
		['a control frame in fragments', frame(9, 'a', { final: false }), 'control frame'],
		['a control frame that is too long', frame(9, 'a'.repeat(126)), 'control frame'],
		['a fragment without a beginning', frame(0, 'a'), 'fragments'],
		['a message within another', joined(frame(1, 'a', { final: false }), frame(1, 'b')), 'fragments'],
		['a length that cannot be', Uint8Array.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255), 'longer than can be'],
	])('should give a direction up for %s, and go on with the other', (_, bytes, words) => {
		const messages = messagesOf([s(bytes), s(frame(1, 'no')), c(masked(1, 'yes'))]);
		expect(messages.at(-2)).toMatchObject({ direction: 'server', kind: 'lost', error: expect.stringContaining(words) });
		expect(inShort(messages.at(-1) as WebSocketMessage)).toBe('client text "yes"');
	});

	it('should take no unmasked frame of a client', () => {
		expect(messagesOf([c(frame(1, 'a'))]).map(inShort)).toEqual(['client lost "" (a frame of the client is not masked)']);
	});

	it('should say what the connection ended within', () => {
		const messages = messagesOf([s(joined(frame(1, 'one ', { final: false }), frame(9, 'ping').subarray(0, 4))), end('server')]);
		expect(messages.map(inShort)).toEqual([
			'server text "one " (the connection ended within it)',
			'server ping "pi" (the connection ended within it)',
		]);
	});
});

describe('websocket: a gap', () => {
	const bytes = frame(2, random.subarray(0, 300));

	it('should cost no more than the message that it is in', () => {
		const said = [s(bytes.subarray(0, 104)), gap('server', 50), s(bytes.subarray(154)), s(frame(1, 'next'))];
		const [cut, next] = messagesOf(said);
		expect(cut).toMatchObject({ kind: 'binary', length: 250, missing: 50, error: 'bytes are missing' });
		expect(cut?.bytes).toEqual(joined(random.subarray(0, 100), random.subarray(150, 300)));
		expect(inShort(next as WebSocketMessage)).toBe('server text "next"');
	});

	it('should cost no more if it reaches to the end of the message', () => {
		const messages = messagesOf([s(bytes.subarray(0, 104)), gap('server', 200), s(frame(1, 'next'))]);
		expect(messages).toMatchObject([{ missing: 200, length: 100 }, { text: 'next' }]);
	});

	it('should keep the mask in step', () => {
		const all = masked(1, 'abcdefghij');
		const [message] = messagesOf([c(all.subarray(0, 8)), gap('client', 3), c(all.subarray(11))]);
		expect(message?.text).toBe('abfghij');
	});

	it.each([-1, 201, 1000])('should end the direction where nobody knows what follows: %i', length => {
		const messages = messagesOf([s(bytes.subarray(0, 104)), gap('server', length), s(frame(1, 'no')), c(masked(1, 'yes'))]);
		expect(messages.map(({ kind }) => kind)).toEqual(['binary', 'lost', 'text']);
		expect(messages[1]?.missing).toBe(length);
	});

	it('should be survived everywhere', () => {
		const all = joined(frame(1, 'one '), frame(1, 'a', { final: false }), frame(9, 'ping'), frame(0, 'b'), bytes);
		for (let at = 0; at <= all.length; at++) {
			for (const length of [-1, 1, 7, 400]) {
				const messages = messagesOf([s(all.subarray(0, at)), gap('server', length), s(all.subarray(at + Math.max(length, 0)))]);
				const bytesOf = messages.reduce((sum, message) => sum + message.length, 0);
				expect(bytesOf).toBeLessThanOrEqual(4 + 1 + 4 + 1 + 300);
				expect(messages.some(message => message.error !== null)).toBe(true);
			}
		}
	});
});

describe('websocket: permessage-deflate', () => {
	const options = { deflate: true };
	const compressed = (payload: string | Uint8Array, more = {}) => frame(1, payload, { reserved: 4, ...more });

	it('should inflate messages, and leave those alone that are not compressed', () => {
		const messages = messagesOf([s(compressed(deflated('hello'))), s(frame(1, 'plain'))], options);
		expect(messages).toMatchObject([
			{ text: 'hello', compressed: true, length: 5, error: null },
			{ text: 'plain', compressed: false, error: null },
		]);
	});

	it('should inflate a message that came in fragments, of which the first says so', () => {
		const bytes = deflated('hello hello hello');
		const parts = [compressed(bytes.subarray(0, 3), { final: false }), frame(9, ''), frame(0, bytes.subarray(3))];
		expect(messagesOf([s(joined(...parts))], options).map(inShort)).toEqual(['server ping ""', 'server text "hello hello hello"']);
	});

	it('should keep no more than its limit of what was blown up, and stay in step', () => {
		const bomb = deflated(new Uint8Array(20_000_000));
		const messages = messagesOf([s(compressed(bomb)), s(compressed(deflated('next')))], { ...options, maxMessageBytes: 1000 });
		expect(messages).toMatchObject([
			{ length: 20_000_000, truncated: true, error: null },
			{ text: 'next', error: null },
		]);
		expect(messages[0]?.bytes).toHaveLength(1000);
	});

	it('should say that what cannot be inflated, and whatever refers to it, is lost', () => {
		const said = [s(compressed(Uint8Array.of(0xff, 0xff, 0xff))), s(compressed(deflated('next'))), s(frame(1, 'plain'))];
		expect(messagesOf(said, options).map(({ text, error }) => [text, error])).toEqual([
			['', 'it cannot be inflated'],
			['', 'what it was compressed with is missing'],
			['plain', null],
		]);
		const alone = messagesOf(said, { ...options, serverNoContextTakeover: true });
		expect(alone.map(({ text }) => text)).toEqual(['', 'next', 'plain']);
	});

	it('should say so too where bytes are missing', () => {
		const bytes = compressed(deflated(random.subarray(0, 300)));
		const messages = messagesOf(
			[s(bytes.subarray(0, 100)), gap('server', 10), s(bytes.subarray(110)), s(compressed(deflated('next')))],
			options,
		);
		expect(messages.map(({ error }) => error)).toEqual(['bytes are missing', 'what it was compressed with is missing']);
	});
});

describe('websocket: how the bytes are cut', () => {
	const all = joined(
		masked(1, 'one'),
		masked(1, 'two ', { final: false }),
		masked(9, 'ping'),
		masked(0, 'three', { lengthBits: 64 }),
		masked(1, deflated('hello hello hello'), { reserved: 4 }),
		masked(1, deflated('hello again'), { reserved: 4 }),
		masked(8, Uint8Array.of(3, 232)),
		masked(1, 'cut').subarray(0, 7),
	);

	it('should not matter', () => {
		const expected = messagesOf([c(all)], { deflate: true });
		expect(expected).toHaveLength(7);
		fc.assert(
			fc.property(fc.array(fc.nat(all.length), { maxLength: all.length }), places => {
				const cuts = [0, ...places.sort((a, b) => a - b), all.length];
				const pieces = cuts.slice(1).map((to, i) => c(all.subarray(cuts[i], to)));
				expect(messagesOf(pieces, { deflate: true })).toEqual(expected);
			}),
		);
	});
});
