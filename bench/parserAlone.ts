import { HTTPParser } from 'http-parser-js';

type Parser = InstanceType<typeof HTTPParser>;

/** The message that http-parser-js has read last: all that it says of it. */
interface Message {
	readonly info: unknown;
	readonly bodyLength: number;
}

/**
 * http-parser-js by itself, on both directions of a connection: what it says of each head is kept, bodies are counted.
 *
 * No pairs, no gaps, no limits, no times: less is of no use, and nothing that is built on it can do less.
 */
export class ParserAlone {
	private readonly client: Parser;
	private readonly server: Parser;

	constructor(emit: (message: Message) => void) {
		this.client = parserOf('REQUEST', emit);
		this.server = parserOf('RESPONSE', emit);
	}

	push(bytes: Buffer, isServer: boolean): void {
		const result = (isServer ? this.server : this.client).execute(bytes);
		if (typeof result !== 'number') throw result;
	}
}

function parserOf(type: 'REQUEST' | 'RESPONSE', emit: (message: Message) => void): Parser {
	const parser = new HTTPParser(type);
	let info: unknown;
	let bodyLength = 0;
	parser[HTTPParser.kOnHeadersComplete] = (told: unknown) => {
		info = told;
		bodyLength = 0;
	};
	parser[HTTPParser.kOnBody] = (_: Buffer, __: number, length: number) => {
		bodyLength += length;
	};
	parser[HTTPParser.kOnMessageComplete] = () => emit({ info, bodyLength });
	return parser;
}
