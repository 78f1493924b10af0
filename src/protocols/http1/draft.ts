import type { Timestamp } from '../../timestamp.js';
import { BodyBuffer } from './bodyBuffer.js';
import type { HttpField, HttpMessage, HttpRequest, HttpResponse } from './message.js';

/** The head of a message, as the parser library tells it. */
export interface MessageHead {
	readonly version: string;
	/** Names and values in turn. */
	readonly fields: readonly string[];
	/** Of a request; empty for a response. */
	readonly method: string;
	readonly url: string;
	/** Of a response; 0 for a request. */
	readonly status: number;
	readonly reason: string;
}

/** What a field costs at least, so that a limit on kept bytes holds for many tiny fields too. */
const FIELD_BYTES = 48;

const noHead: MessageHead = { version: '', fields: [], method: '', url: '', status: 0, reason: '' };

/** A message in the making. */
export class MessageDraft {
	head = noHead;
	readonly headers: Record<string, string> = Object.create(null);
	/** Names and values in turn. */
	trailers: readonly string[] = [];
	bodyLength = 0;
	missing = 0;
	/** Bytes of the head, as far as it was read. */
	headBytes = 0;
	/** Its first byte came with the same packet as bytes of what was before it. */
	isAdjacent = false;
	/** Part of it is missing, or makes no sense. */
	broken = false;
	/** Its end has come, or nothing more of it will. */
	done = false;
	/** When its last byte was captured, as far as it was read. */
	lastSeen: Timestamp;
	private readonly body: BodyBuffer;

	constructor(
		/** When its first byte was captured. */
		readonly began: Timestamp,
		maxBodyBytes: number,
	) {
		this.lastSeen = began;
		this.body = new BodyBuffer(maxBodyBytes);
	}

	/** Whether its head is known, in part at least. */
	get isOpen(): boolean {
		return this.head !== noHead;
	}

	/** Whether it is an interim response: the final one is still to come (RFC 9110, section 15.2). */
	get isInterim(): boolean {
		return this.head.status >= 100 && this.head.status < 200 && this.head.status !== 101;
	}

	/** What it costs to keep, about. */
	get keptBytes(): number {
		const { fields } = this.head;
		const trailerBytes = this.trailers.reduce((sum, text) => sum + text.length, 0);
		const fieldCount = (fields.length + this.trailers.length) / 2;
		return Math.max(this.headBytes + trailerBytes, FIELD_BYTES * fieldCount) + this.body.length;
	}

	open(head: MessageHead): void {
		this.head = head;
		const { fields } = head;
		for (let i = 0; i + 1 < fields.length; i += 2) {
			const key = (fields[i] ?? '').toLowerCase();
			const value = fields[i + 1] ?? '';
			const before = this.headers[key];
			this.headers[key] = before === undefined ? value : `${before}, ${value}`;
		}
	}

	/** So many bytes of body were announced. */
	announce(length: number): void {
		this.body.announced = length;
	}

	add(bytes: Uint8Array): void {
		this.bodyLength += bytes.length;
		this.body.add(bytes);
	}

	lose(length: number): void {
		this.missing += length;
		this.broken = true;
	}

	toRequest(): HttpRequest {
		const { method, url } = this.head;
		return { method, url, host: this.headers.host ?? null, ...this.common() };
	}

	toResponse(interim: readonly number[]): HttpResponse {
		const { status, reason } = this.head;
		return { status, reason, interim: [...interim], ...this.common() };
	}

	private common(): HttpMessage {
		const { headers, bodyLength, missing } = this;
		return {
			version: this.head.version,
			headers,
			rawHeaders: pairs(this.head.fields),
			trailers: pairs(this.trailers),
			body: this.body.toBytes(),
			bodyLength,
			bodyTruncated: bodyLength > this.body.length,
			missing,
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
