import type { Timestamp } from '../../timestamp.js';
import { BodyBuffer } from './bodyBuffer.js';
import { keyOfField } from './fieldNames.js';
import type { HttpField, HttpRequest, HttpResponse } from './message.js';
import type { StartLine } from './startLine.js';

/** What a field costs at least, so that a limit on kept bytes holds for many tiny fields too. */
const FIELD_BYTES = 48;
const NONE: readonly string[] = [];

/** A message in the making. */
export class MessageDraft {
	readonly headers: Record<string, string> = Object.create(null);
	/** Names and values in turn. */
	trailers: readonly string[] = NONE;
	bodyLength = 0;
	missing = 0;
	/** Bytes of the head, as far as it was read. */
	headBytes = 0;
	/** Its first byte came with the same packet as bytes of what was before it. */
	isAdjacent = false;
	/** Its fields are known, or as many of them as will be. */
	isOpen = false;
	/** Part of it is missing, or makes no sense. */
	broken = false;
	/** Its end has come, or nothing more of it will. */
	done = false;
	/** When its last byte was captured, as far as it was read. */
	lastSeen: Timestamp;
	/** Names and values in turn. */
	private fields: readonly string[] = NONE;
	private readonly body: BodyBuffer;

	constructor(
		readonly start: StartLine,
		/** When its first byte was captured. */
		readonly began: Timestamp,
		maxBodyBytes: number,
	) {
		this.lastSeen = began;
		this.body = new BodyBuffer(maxBodyBytes);
	}

	/** Whether it is an interim response: the final one is still to come (RFC 9110, section 15.2). */
	get isInterim(): boolean {
		const { status } = this.start;
		return status >= 100 && status < 200 && status !== 101;
	}

	/** What it costs to keep, about. */
	get keptBytes(): number {
		let bytes = this.headBytes;
		for (const text of this.trailers) bytes += text.length;
		const fieldCount = (this.fields.length + this.trailers.length) / 2;
		return Math.max(bytes, FIELD_BYTES * fieldCount) + this.body.length;
	}

	/** Its fields: names and values in turn. */
	open(fields: readonly string[]): void {
		const { headers } = this;
		this.isOpen = true;
		this.fields = fields;
		for (let i = 0; i + 1 < fields.length; i += 2) {
			const key = keyOfField(fields[i] ?? '');
			const value = fields[i + 1] ?? '';
			const before = headers[key];
			headers[key] = before === undefined ? value : `${before}, ${value}`;
		}
	}

	/** So many bytes of body were announced. */
	announce(length: number): void {
		this.body.announced = length;
	}

	/** Those bytes that stand there belong to its body. */
	add(bytes: Uint8Array, from: number, to: number): void {
		this.bodyLength += to - from;
		this.body.add(bytes, from, to);
	}

	lose(length: number): void {
		this.missing += length;
		this.broken = true;
	}

	/** Nothing more of it will come; what came last was captured then. */
	end(seen: Timestamp): void {
		this.lastSeen = seen;
		this.done = true;
		this.body.end();
	}

	toRequest(): HttpRequest {
		const { start, headers, bodyLength } = this;
		return {
			method: start.method,
			url: start.url,
			host: headers.host ?? null,
			version: start.version,
			headers,
			rawHeaders: pairs(this.fields),
			trailers: pairs(this.trailers),
			body: this.body.toBytes(),
			bodyLength,
			bodyTruncated: bodyLength > this.body.length,
			missing: this.missing,
			complete: this.done && !this.broken,
		};
	}

	toResponse(interim: readonly number[]): HttpResponse {
		const { start, bodyLength } = this;
		return {
			status: start.status,
			reason: start.reason,
			interim: [...interim],
			version: start.version,
			headers: this.headers,
			rawHeaders: pairs(this.fields),
			trailers: pairs(this.trailers),
			body: this.body.toBytes(),
			bodyLength,
			bodyTruncated: bodyLength > this.body.length,
			missing: this.missing,
			complete: this.done && !this.broken,
		};
	}
}

/** The fields of a list of names and values in turn. */
function pairs(list: readonly string[]): HttpField[] {
	const fields: HttpField[] = [];
	for (let i = 0; i + 1 < list.length; i += 2) fields.push([list[i] ?? '', list[i + 1] ?? '']);
	return fields;
}
