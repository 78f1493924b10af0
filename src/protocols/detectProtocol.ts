import { aFunction, type Check, type Checks, checkOptions, limit } from '../codec.js';
import { Detector } from './detect/detector.js';
import { type ProtocolName, protocolNames } from './detect/names.js';
import type { Ends, Parser, ParserFactory } from './parser.js';

export type { ProtocolName } from './detect/names.js';

/** A {@link ParserFactory} that is told which protocol was found too. Each parser factory is one. */
export type DetectedParserFactory<Message> = (emit: (message: Message) => void, ends: Ends, protocol: ProtocolName | 'unknown') => Parser;

/**
 * The parser of each protocol that is of interest. `unknown` gets the connections that are none of those: whose protocol is not
 * known, or known but not named here. Without it, they are passed over.
 */
export type DetectedParsers = { readonly [Name in ProtocolName | 'unknown']?: DetectedParserFactory<unknown> | undefined };

/** What the parsers of all these protocols emit. */
export type DetectedMessage<Parsers extends DetectedParsers> = {
	[Name in keyof Parsers]: Parsers[Name] extends DetectedParserFactory<infer Message> ? Message : never;
}[keyof Parsers];

/** What {@link detectProtocol} can be told. */
export interface DetectOptions {
	/** First bytes of each direction to look at. Beyond 16 times that, nothing more waits to be known. Default 4096. */
	readonly maxBytes?: number | undefined;
}

const optionChecks: Checks<DetectOptions> = { maxBytes: limit };
const factory: Check<DetectedParserFactory<unknown>> = aFunction();
const parserChecks = Object.fromEntries([...protocolNames, 'unknown'].map(name => [name, factory])) as Checks<DetectedParsers>;

/**
 * Makes a parser for `parseWith` that knows the protocol of a connection by its first bytes, and hands it to the parser of that
 * protocol: every byte, gap and end, from the first on and in order. Ports do not matter.
 *
 * What the client says first decides, or what the server does where it greets; a greeting that both SMTP and FTP use waits for
 * the first command. DNS over TCP is a guess, since nothing marks it. Bytes behind a gap are not looked at: a direction whose
 * start was not seen says nothing. The choice does not depend on how the bytes are cut. What cannot be told by the first
 * `maxBytes` is `unknown`. What a connection turns into later (an upgrade, STARTTLS) is for the parser that was chosen.
 *
 * Until it is known, a copy of the bytes is held, up to 16 times `maxBytes` and one packet.
 *
 * @throws TypeError at the call if there is no such protocol, a parser is no function, or an option is wrong.
 * @example
 * ```ts
 * const parser = detectProtocol({ http1, tls });
 * connection.pipe(parseWith(parser)).subscribe(message => console.log(message));
 * ```
 */
export function detectProtocol<Parsers extends DetectedParsers>(
	parsers: Parsers,
	options: DetectOptions = {},
): ParserFactory<DetectedMessage<Parsers>> {
	const chosen = checkOptions('detectProtocol', parserChecks, parsers);
	const { maxBytes = 4096 } = checkOptions('detectProtocol', optionChecks, options);
	return (emit, ends) => {
		const parserFor = (protocol: ProtocolName | 'unknown') =>
			(chosen[protocol] ?? chosen.unknown)?.(message => emit(message as DetectedMessage<Parsers>), ends, protocol);
		return new Detector(parserFor, maxBytes);
	};
}
