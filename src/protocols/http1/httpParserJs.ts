/** The parts of http-parser-js that are used here, some of which its types leave out. */
export interface Internals {
	[callback: number]: unknown;
	state: string;
	offset: number;
	line: string;
	body_bytes: number | null;
	maxHeaderSize: number;
	info: {
		versionMajor: number;
		versionMinor: number;
		headers: string[];
		method: string;
		url: string;
		statusCode: number;
		statusMessage: string;
	};
	reinitialize(type: string): void;
	consumeLine(): string | undefined;
	chunk: Buffer | null;
	parseHeader(line: string, fields: string[]): void;
	nextRequest(): void;
	execute(bytes: Buffer): number | Error;
	PAUSED(): boolean;
	REQUEST_LINE(): void;
	HEADER(): void;
	BODY_SIZED(): unknown;
	BODY_RAW(): unknown;
	BODY_CHUNKHEAD(): unknown;
}
