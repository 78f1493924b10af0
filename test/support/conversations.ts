import { resolve } from 'node:path';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { ParserFactory } from '../../src/protocols/parser.js';
import { fromFile } from '../../src/sources/fromFile.js';
import { ends, originAt, type Said } from '../src/protocols/http1/talk.js';

/** The messages that a parser makes of a conversation; without `finish`, of one that goes on. */
export function parsed<Message>(factory: ParserFactory<Message>, said: readonly Said[], finish = true): Message[] {
	const messages: Message[] = [];
	const parser = factory(message => messages.push(message), ends);
	for (const one of said) {
		const origin = originAt(one.direction, one.ms);
		if ('bytes' in one) parser.push(one.bytes, origin);
		else if ('gap' in one) parser.gap(one.gap, origin);
		else parser.end(origin);
	}
	if (finish) parser.finish?.();
	return messages;
}

/** The messages of all connections in chunks. */
export function messagesIn<Message>(factory: ParserFactory<Message>, chunks: Observable<Reassembly>): Promise<Message[]> {
	return lastValueFrom(
		chunks.pipe(
			groupByConnection(),
			mergeFlows(connection => connection.pipe(parseWith(factory))),
			toArray(),
		),
	);
}

export const fixture = (name: string): string => resolve(import.meta.dirname, '../fixtures', name);

/** The chunks of a capture that is small. */
export const chunksOfFile = (path: string): Observable<Reassembly> => fromFile(path).pipe(decodeTcp(), reassemble());

/** The same conversation, with what each said in pieces: `places` are taken modulo the bytes that there are. */
export function cutAt(said: readonly Said[], places: readonly number[]): Said[] {
	const total = said.reduce((sum, one) => sum + ('bytes' in one ? one.bytes.length : 0), 0);
	const cuts = [...new Set(places.map(place => place % total))].sort((a, b) => a - b);
	let from = 0;
	return said.flatMap((one): Said[] => {
		if (!('bytes' in one)) return [one];
		const { bytes } = one;
		const own = [0, ...cuts.map(cut => cut - from).filter(cut => cut > 0 && cut < bytes.length), bytes.length];
		from += bytes.length;
		return own.slice(1).map((to, i) => ({ ...one, bytes: bytes.subarray(own[i], to) }));
	});
}

/** The same conversation, of which `length` bytes from one place on are missing in one piece (-1: nobody knows how many). */
export function holeIn(said: readonly Said[], index: number, at: number, length: number): Said[] {
	return said.flatMap((one, i): Said[] => {
		if (i !== index || !('bytes' in one)) return [one];
		const { bytes, direction, ms } = one;
		const missing = length < 0 ? 3 : length;
		return [
			{ direction, ms, bytes: bytes.subarray(0, at) },
			{ direction, ms, gap: length < 0 ? -1 : Math.min(missing, bytes.length - at) },
			{ direction, ms, bytes: bytes.subarray(at + missing) },
		];
	});
}
