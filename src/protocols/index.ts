export {
	type DetectedMessage,
	type DetectedParserFactory,
	type DetectedParsers,
	type DetectOptions,
	detectProtocol,
	type ProtocolName,
} from './detectProtocol.js';
export {
	createHttp1,
	type Http1Options,
	type HttpExchange,
	type HttpField,
	type HttpMessage,
	type HttpRequest,
	type HttpResponse,
	http1,
} from './http1.js';
export type { Direction, Ends, Origin, Parser, ParserFactory } from './parser.js';
export {
	createTls,
	type TlsAlert,
	type TlsCertificate,
	type TlsCertificates,
	type TlsClientHello,
	type TlsEvent,
	type TlsHandshake,
	type TlsHello,
	type TlsLost,
	type TlsMessage,
	type TlsOptions,
	type TlsServerHello,
	type TlsSession,
	type TlsSides,
	tls,
	tlsVersionName,
} from './tls.js';
