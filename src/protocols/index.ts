export { type DelimiterOptions, delimiterFramer } from '../framing/delimiterFramer.js';
export { eachDirection } from '../framing/eachDirection.js';
export { type FixedOptions, fixedFramer } from '../framing/fixedFramer.js';
export { Frame, type FrameOrigin } from '../framing/frame.js';
export { type FrameLoss, FrameLossCounter, type FrameLossReason, FramingError, frameLossReasons } from '../framing/frameLoss.js';
export type { Framer, FramerFactory } from '../framing/framer.js';
export type { FramingOptions, OnDamage, OnUnfinished } from '../framing/framingOptions.js';
export { lengthFramer } from '../framing/lengthFramer.js';
export type { LengthOptions } from '../framing/lengthOptions.js';
export { Line, type LineEncoding, type LineOptions, lineFramer } from '../framing/lineFramer.js';
export type { Beginning } from './detect/beginning.js';
export type { ProtocolSignature } from './detect/choose.js';
export type { Signature } from './detect/clientSignatures.js';
export { protocolNames } from './detect/names.js';
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
	createPostgres,
	type PostgresEvent,
	type PostgresFault,
	type PostgresMessage,
	type PostgresNotice,
	type PostgresNotification,
	type PostgresOptions,
	type PostgresQuery,
	type PostgresResult,
	type PostgresStartup,
	postgres,
} from './postgres.js';
export { createRedis, type RedisCommand, type RedisMessage, type RedisOptions, type RespKind, RespValue, redis } from './redis.js';
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
