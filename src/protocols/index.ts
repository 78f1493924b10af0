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
