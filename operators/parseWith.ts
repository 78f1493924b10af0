import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { aFunction, checkArgument } from '../src/codec.js';
import type { Direction } from '../src/flow.js';
import type { Origin, Parser, ParserFactory } from '../src/protocols/parser.js';
import { FlowSubscriber } from './flowSubscriber.js';

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
			chunks.subscribe(new ParserFeeder(out, factory));
		});
}

/** Where the last chunk of a direction came from. The chunk itself would keep a whole block of the source alive. */
type LastOrigin = { -readonly [Name in keyof Origin]: Origin[Name] };

/** Feeds one parser, which is made with the first chunk. */
class ParserFeeder<Message> extends FlowSubscriber<Reassembly, Message> {
	private parser: Parser | undefined = undefined;
	/** The directions that were seen and have not ended, the one that was seen first before the other. */
	private unended: LastOrigin | undefined = undefined;
	private unendedToo: LastOrigin | undefined = undefined;

	constructor(
		out: Subscriber<Message>,
		private readonly factory: ParserFactory<Message>,
	) {
		super(out, true);
	}

	protected override take(chunk: Reassembly): void {
		this.parser ??= this.makeParser(chunk);
		this.note(chunk);
		feed(this.parser, chunk);
	}

	protected override fail(error: unknown): void {
		try {
			this.endAll();
		} finally {
			this.out.error(error);
		}
	}

	protected override finish(): void {
		this.endAll();
		this.out.complete();
	}

	private makeParser({ connection }: Reassembly): Parser {
		const ends = { client: String(connection.client), server: String(connection.server) };
		const { factory, out } = this;
		return factory(message => out.next(message), ends);
	}

	private note(chunk: Reassembly): void {
		const { direction, seen, packet, closed } = chunk;
		const { unended, unendedToo } = this;
		if (closed !== undefined) this.forget(direction);
		else if (unended === undefined) this.unended = { direction, seen, packet };
		else if (unended.direction === direction) goOn(unended, chunk);
		else if (unendedToo === undefined) this.unendedToo = { direction, seen, packet };
		else goOn(unendedToo, chunk);
	}

	private forget(direction: Direction): void {
		if (this.unended?.direction === direction) {
			this.unended = this.unendedToo;
			this.unendedToo = undefined;
		} else if (this.unendedToo?.direction === direction) this.unendedToo = undefined;
	}

	private endAll(): void {
		const { parser, unended, unendedToo } = this;
		if (unended !== undefined) parser?.end(unended);
		if (unendedToo !== undefined) parser?.end(unendedToo);
		parser?.finish?.();
	}
}

function goOn(last: LastOrigin, { seen, packet }: Origin): void {
	last.seen = seen;
	last.packet = packet;
}

function feed(parser: Parser, chunk: Reassembly): void {
	if (chunk.skip !== 0) parser.gap(chunk.skip, chunk);
	if (chunk.length > 0) parser.push(chunk.bytes, chunk);
	if (chunk.closed !== undefined) parser.end(chunk);
}
