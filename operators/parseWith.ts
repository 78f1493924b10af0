import { Observable, type OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { aFunction, checkArgument } from '../src/codec.js';
import type { Direction } from '../src/flow.js';
import type { Origin, Parser, ParserFactory } from '../src/protocols/parser.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/**
 * Feeds the chunks of one connection, or of one flow, to a parser, and emits the messages that it finds.
 *
 * The parser is told of bytes, of gaps where bytes are missing, and of the end of each direction that was seen: see
 * {@link Parser}. When the stream completes or errors, directions that had not ended end, and the parser finishes: what it
 * still has comes first. A parser that throws makes an error of this stream.
 *
 * @throws TypeError at the call if `factory` is not a function.
 * @example
 * ```ts
 * connection.pipe(parseWith(http1)).subscribe(({ request, response }) => console.log(request?.url, response?.status));
 * ```
 */
export function parseWith<Message>(factory: ParserFactory<Message>): OperatorFunction<Reassembly, Message> {
	checkArgument('parseWith', 'factory', aFunction(), factory);
	return chunks =>
		new Observable(out => {
			let parser: Parser | undefined;
			const unended = new Map<Direction, LastOrigin>();
			const make = ({ connection }: Reassembly) => {
				const ends = { client: String(connection.client), server: String(connection.server) };
				return factory(message => out.next(message), ends);
			};
			const end = () => {
				for (const last of unended.values()) parser?.end(last);
				parser?.finish?.();
			};
			chunks.subscribe(
				new OperatorSubscriber<Reassembly, Message>(out, {
					next(chunk) {
						parser ??= make(chunk);
						note(unended, chunk);
						feed(parser, chunk);
					},
					error(error) {
						try {
							end();
						} finally {
							out.error(error);
						}
					},
					complete() {
						end();
						out.complete();
					},
				}),
			);
		});
}

/** Where the last chunk of a direction came from. The chunk itself would keep a whole block of the source alive. */
type LastOrigin = { -readonly [Name in keyof Origin]: Origin[Name] };

function note(unended: Map<Direction, LastOrigin>, { direction, seen, packet, closed }: Reassembly): void {
	const last = unended.get(direction);
	if (closed !== undefined) unended.delete(direction);
	else if (last === undefined) unended.set(direction, { direction, seen, packet });
	else {
		last.seen = seen;
		last.packet = packet;
	}
}

function feed(parser: Parser, chunk: Reassembly): void {
	if (chunk.skip !== 0) parser.gap(chunk.skip, chunk);
	if (chunk.length > 0) parser.push(chunk.bytes, chunk);
	if (chunk.closed !== undefined) parser.end(chunk);
}
