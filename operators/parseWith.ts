import { Observable, type OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { aFunction, checkArgument } from '../src/codec.js';
import type { Direction } from '../src/flow.js';
import type { Parser, ParserFactory } from '../src/protocols/parser.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/**
 * Feeds the chunks of one connection, or of one flow, to a parser, and emits the messages that it finds.
 *
 * The parser is told of bytes, of gaps where bytes are missing, and of the end of each direction that was seen: see
 * {@link Parser}. When the stream completes, directions that had not ended end, and the parser finishes. A parser that
 * throws makes an error of this stream.
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
			const unended = new Map<Direction, Reassembly>();
			const make = ({ connection }: Reassembly) => {
				const ends = { client: String(connection.client), server: String(connection.server) };
				return factory(message => out.next(message), ends);
			};
			chunks.subscribe(
				new OperatorSubscriber<Reassembly, Message>(out, {
					next(chunk) {
						parser ??= make(chunk);
						unended.set(chunk.direction, chunk);
						feed(parser, chunk);
						if (chunk.closed !== undefined) unended.delete(chunk.direction);
					},
					complete() {
						for (const last of unended.values()) parser?.end(last);
						parser?.finish?.();
						out.complete();
					},
				}),
			);
		});
}

function feed(parser: Parser, chunk: Reassembly): void {
	if (chunk.skip !== 0) parser.gap(chunk.skip, chunk);
	if (chunk.length > 0) parser.push(chunk.bytes, chunk);
	if (chunk.closed !== undefined) parser.end(chunk);
}
