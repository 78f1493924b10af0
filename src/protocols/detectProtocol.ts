import { aFunction, type Check, type Checks, checkOptions, limit, predicate } from '../codec.js';
import { type ProtocolSignature, signaturesWith } from './detect/choose.js';
import { Detector } from './detect/detector.js';
import { type ProtocolName, protocolNames } from './detect/names.js';
import type { Ends, Parser, ParserFactory } from './parser.js';

export type { ProtocolName } from './detect/names.js';

/** A {@link ParserFactory} that is told which protocol was found too. Each parser factory is one. */
export type DetectedParserFactory<Message, Name extends string = never> = (
	emit: (message: Message) => void,
	ends: Ends,
	protocol: ProtocolName | Name | 'unknown',
) => Parser;

/**
 * The parser of each protocol that is of interest. `unknown` gets the connections that are none of those: whose protocol is not
 * known, or known but not named here. Without it, they are passed over. `Name` are protocols of your own, see `signatures`.
 */
export type DetectedParsers<Name extends string = never> = {
	readonly [Key in ProtocolName | Name | 'unknown']?: DetectedParserFactory<unknown, Name> | undefined;
};

/** What the parsers of all these protocols emit. */
export type DetectedMessage<Parsers> = {
	[Name in keyof Parsers]: Parsers[Name] extends DetectedParserFactory<infer Message> ? Message : never;
}[keyof Parsers];

/** What {@link detectProtocol} can be told. */
export interface DetectOptions<Name extends string = never> {
	/** First bytes of each direction to look at. Beyond 16 times that, nothing more waits to be known. Default 4096. */
	readonly maxBytes?: number | undefined;
	/**
	 * What protocols of your own begin with, by their names; they come before all that are known, in their order, and one that
	 * has a name of those as well. A signature says yes, no, or undefined as long as it may be: with more bytes, a yes or no stays.
	 */
	readonly signatures?: Readonly<Record<Name, ProtocolSignature>> | undefined;
}

const signatures = predicate(
	'an object of signatures by name',
	(value): value is Readonly<Record<string, ProtocolSignature>> => typeof value === 'object' && value !== null,
);
const optionChecks: Checks<DetectOptions<string>> = { maxBytes: limit, signatures };
const factory: Check<DetectedParserFactory<unknown>> = aFunction();
const signatureChecks: Checks<ProtocolSignature> = { client: aFunction(), server: aFunction() };

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
 *
 * const nats = () => ({ push: bytes => console.log(bytes.length), gap() {}, end() {} });
 * const signatures = { nats: { server: own => own.startsWith('INFO {') } };
 * connection.pipe(parseWith(detectProtocol({ nats }, { signatures }))).subscribe();
 * ```
 */
export function detectProtocol<Parsers extends DetectedParsers<Name>, Name extends string = never>(
	parsers: Parsers,
	options: DetectOptions<Name> = {},
): ParserFactory<DetectedMessage<Parsers>> {
	const { maxBytes = 4096, signatures = {} } = checkOptions<DetectOptions<string>>('detectProtocol', optionChecks, options);
	for (const [name, each] of Object.entries(signatures)) checkOptions(`detectProtocol: signatures.${name}`, signatureChecks, each);
	const names = [...protocolNames, ...Object.keys(signatures), 'unknown'];
	const chosen = checkOptions('detectProtocol', Object.fromEntries(names.map(name => [name, factory])), parsers);
	const known = signaturesWith(signatures);
	return (emit, ends) => {
		const parserFor = (protocol: string) =>
			(chosen[protocol] ?? chosen.unknown)?.(message => emit(message as DetectedMessage<Parsers>), ends, protocol as ProtocolName);
		return new Detector(parserFor, known, maxBytes);
	};
}
