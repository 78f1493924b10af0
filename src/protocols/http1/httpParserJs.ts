import { HTTPParser } from 'http-parser-js';
import type { Block } from './block.js';

/** The parts of http-parser-js that are used here, some of which its types leave out. */
export interface Internals {
	[callback: number]: unknown;
	state: string;
	offset: number;
	line: string;
	body_bytes: number | null;
	maxHeaderSize: number;
	info: { headers: string[] };
	/** What is read. The library hands pieces of it to the callback for bodies; all else that it asks of it stands in `consumeLine`. */
	chunk: Block | null;
	end: number;
	initialize(type: string): void;
	consumeLine(): string | undefined;
	parseHeader(line: string, fields: string[]): void;
	execute(block: Block, start: number, length: number): number | Error;
	BODY_SIZED(): unknown;
	BODY_RAW(): unknown;
}

/** The parser of http-parser-js, to be extended. */
export const Library = HTTPParser as unknown as new (type: string) => Internals;

/** The callback for a piece of a body. */
export const ON_BODY: number = HTTPParser.kOnBody;
/** The callback for trailers. */
export const ON_TRAILERS: number = HTTPParser.kOnHeaders;
