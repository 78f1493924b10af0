import type { Origin, Parser } from '../parser.js';
import type { HttpExchange } from './message.js';

/** Makes the parser of what an exchange hands the connection over to; undefined for nobody. */
export type Succeed = (exchange: HttpExchange) => Parser | undefined;

/** What reads a connection on that has become something else than HTTP; nobody, until it has. */
export class Successor {
	private parser: Parser | undefined = undefined;

	constructor(private readonly succeed: Succeed) {}

	/** The exchange after which it begins was emitted. */
	begin(exchange: HttpExchange): void {
		this.parser ??= this.succeed(exchange);
	}

	push(bytes: Uint8Array, origin: Origin | undefined): void {
		if (origin !== undefined) this.parser?.push(bytes, origin);
	}

	gap(length: number, origin: Origin | undefined): void {
		if (origin !== undefined) this.parser?.gap(length, origin);
	}

	end(origin: Origin | undefined): void {
		if (origin !== undefined) this.parser?.end(origin);
	}

	finish(): void {
		this.parser?.finish?.();
	}
}
