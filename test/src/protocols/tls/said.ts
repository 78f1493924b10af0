import { createTls, type TlsMessage, type TlsOptions } from '../../../../src/protocols/index.js';
import { ends, originAt, type Said } from '../http1/talk.js';

/** The messages of a conversation; with `finish`, its session too. */
export function messagesOf(said: readonly Said[], options: TlsOptions = {}, finish = true): TlsMessage[] {
	const messages: TlsMessage[] = [];
	const parser = createTls(options)(message => messages.push(message), ends);
	for (const one of said) {
		const origin = { ...originAt(one.direction, one.ms), packet: one.ms + 1 };
		if ('bytes' in one) parser.push(one.bytes, origin);
		else if ('gap' in one) parser.gap(one.gap, origin);
		else parser.end(origin);
	}
	if (finish) parser.finish?.();
	return messages;
}

/** What a message comes down to. */
export function inShort(message: TlsMessage): string {
	const { type, from, packet } = message;
	const detail = 'name' in message ? message.name : 'what' in message ? `${message.what} ${message.code}` : '';
	return `${type} ${from} ${packet} ${detail}`.trim();
}

export function sessionOf(messages: readonly TlsMessage[]) {
	const session = messages.find(message => message.type === 'session');
	if (session === undefined) throw new Error('no session');
	return session;
}
