import type { Origin } from '../parser.js';
import { type RespKind, RespValue } from './respValue.js';

/** What one direction may keep of a message. */
export interface RespLimits {
	readonly maxValueBytes: number;
	readonly maxElements: number;
}

/** What a reader asks, and tells. */
export interface RespEvents {
	/** Whether a line that begins with no type is a command (RESP specification, "Inline commands"). */
	readonly takesInline: boolean;
	value(value: RespValue, first: Origin, last: Origin): void;
	lost(reason: string, origin: Origin): void;
}

/** Lines are short: they are lengths, numbers, states; a command in one line may have so much (PROTO_INLINE_MAX_SIZE). */
const LINE_BYTES_MAX = 64 * 1024;
const DEPTH_MAX = 32;
/** proto-max-bulk-len is 512 MB by default. */
const LENGTH_MAX = 2 ** 32;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const LINE_END_BYTES = 2;
const NONE = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const lineKinds: Readonly<Record<string, RespKind>> = {
	'+': 'string',
	'-': 'error',
	':': 'integer',
	',': 'double',
	'(': 'big-number',
	'#': 'boolean',
	_: 'null',
};
const bulkKinds: Readonly<Record<string, RespKind>> = { $: 'string', '!': 'error', '=': 'verbatim' };
const listKinds: Readonly<Record<string, RespKind>> = { '*': 'array', '~': 'set', '>': 'push', '%': 'map', '|': 'map' };

/** An array, or the like, whose items are not all there. */
interface OpenList {
	readonly kind: RespKind;
	/** Items to come; Infinity where an end is told. */
	left: number;
	count: number;
	missing: number;
	readonly items: RespValue[];
	/** What is said about the value behind it, and is passed over. */
	readonly isAttribute: boolean;
}

/** Cuts one direction into values. Nothing is allocated for a length that was only announced. */
export class RespReader {
	private line = NONE;
	private lineLength = 0;
	private bulkKind: RespKind = 'string';
	/** Bytes of a bulk string that are to come, and of the line end behind it; undefined between two of them. */
	private left: number | undefined = undefined;
	private bulkLength = 0;
	/** It comes in pieces. */
	private isInPieces = false;
	private kept = NONE;
	private keptLength = 0;
	private missing = 0;
	private readonly open: OpenList[] = [];
	/** Items that were kept of the message at hand. */
	private elements = 0;
	private first: Origin | undefined = undefined;
	private isLost = false;
	private hasBegun = false;

	constructor(
		private readonly events: RespEvents,
		private readonly limits: RespLimits,
	) {}

	/** Whether nothing has come yet. */
	get isFresh(): boolean {
		return !this.hasBegun;
	}

	push(bytes: Uint8Array, origin: Origin): void {
		this.hasBegun = true;
		for (let at = 0; at < bytes.length && !this.isLost; ) {
			this.first ??= origin;
			at += this.left === undefined ? this.takeLine(bytes, at, origin) : this.takeBulk(bytes, at, origin);
		}
	}

	/** A gap within a string costs that string. */
	gap(length: number, origin: Origin): void {
		if (this.isLost) return;
		if (this.left === undefined || length < 0 || length > this.left - LINE_END_BYTES) {
			this.lose('bytes are missing, and nobody knows where the next value begins', origin);
			return;
		}
		this.missing += length;
		this.left -= length;
	}

	private takeLine(bytes: Uint8Array, at: number, origin: Origin): number {
		const end = bytes.indexOf(NEWLINE, at);
		const piece = bytes.subarray(at, end < 0 ? bytes.length : end);
		if (this.lineLength + piece.length > LINE_BYTES_MAX) {
			this.lose('a line is longer than a line may be', origin);
			return piece.length;
		}
		if (end < 0 || this.lineLength > 0) this.keepLine(piece);
		if (end < 0) return piece.length;
		const line = this.lineLength > 0 ? this.line.subarray(0, this.lineLength) : piece;
		this.lineLength = 0;
		const text = utf8.decode(line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
		this.onLine(text, origin);
		return piece.length + 1;
	}

	private keepLine(piece: Uint8Array): void {
		const length = this.lineLength + piece.length;
		if (length > this.line.length) {
			const grown = new Uint8Array(Math.max(64, 2 * length));
			grown.set(this.line.subarray(0, this.lineLength));
			this.line = grown;
		}
		this.line.set(piece, this.lineLength);
		this.lineLength = length;
	}

	private onLine(line: string, origin: Origin): void {
		const [type = '', rest] = [line[0], line.slice(1)];
		const top = this.open.at(-1);
		if (this.isInPieces) this.onPiece(line, origin);
		else if (line === '' && this.open.length === 0) this.first = undefined;
		else if (line === '.' && top !== undefined && top.left === Number.POSITIVE_INFINITY) this.closeList(origin);
		else if (type in lineKinds) this.onValue(lineValue(lineKinds[type] as RespKind, rest), origin);
		else if (type in bulkKinds) this.onBulk(type, rest, origin);
		else if (type in listKinds) this.onList(type, rest, origin);
		else if (this.events.takesInline && this.open.length === 0 && /^[\x20-\x7e\t]+$/.test(line)) this.onInline(line, origin);
		else this.lose('what comes is no value', origin);
	}

	private onBulk(type: string, rest: string, origin: Origin): void {
		this.isInPieces = type === '$' && rest === '?';
		const length = this.isInPieces ? 0 : lengthOf(rest);
		if (length === undefined) this.lose('a length that cannot be', origin);
		else if (length < 0) this.onValue(nil, origin);
		else {
			this.bulkKind = bulkKinds[type] as RespKind;
			this.bulkLength = length;
			this.left = this.isInPieces ? undefined : length + LINE_END_BYTES;
			this.keptLength = 0;
			this.missing = 0;
		}
	}

	/** `;4` before four bytes, `;0` behind the last of them. */
	private onPiece(line: string, origin: Origin): void {
		const length = line.startsWith(';') ? lengthOf(line.slice(1)) : undefined;
		if (length === undefined || length < 0) this.lose('a piece of a string that is none', origin);
		else if (length === 0) this.endBulk(origin);
		else {
			this.bulkLength += length;
			this.left = length + LINE_END_BYTES;
		}
	}

	private takeBulk(bytes: Uint8Array, at: number, origin: Origin): number {
		const left = this.left as number;
		const count = Math.min(bytes.length - at, left);
		this.keepBulk(bytes.subarray(at, at + Math.min(count, Math.max(0, left - LINE_END_BYTES))));
		this.left = left - count;
		if (this.left > 0) return count;
		this.left = undefined;
		if (!this.isInPieces) this.endBulk(origin);
		return count;
	}

	private endBulk(origin: Origin): void {
		const text = utf8.decode(this.kept.subarray(0, this.keptLength));
		this.kept = NONE;
		this.isInPieces = false;
		this.onValue(new RespValue(this.bulkKind, text, this.bulkLength, none, this.missing), origin);
	}

	private keepBulk(bytes: Uint8Array): void {
		const added = bytes.subarray(0, Math.max(0, this.limits.maxValueBytes - this.keptLength));
		const length = this.keptLength + added.length;
		if (length > this.kept.length) {
			const most = this.isInPieces ? this.limits.maxValueBytes : this.bulkLength;
			const grown = new Uint8Array(Math.max(length, Math.min(2 * this.kept.length, most)));
			grown.set(this.kept.subarray(0, this.keptLength));
			this.kept = grown;
		}
		this.kept.set(added, this.keptLength);
		this.keptLength = length;
	}

	private onList(type: string, rest: string, origin: Origin): void {
		const count = rest === '?' ? Number.POSITIVE_INFINITY : lengthOf(rest);
		if (count === undefined) this.lose('a length that cannot be', origin);
		else if (count < 0) this.onValue(nil, origin);
		else {
			const isMap = type === '%' || type === '|';
			this.beginList(list(listKinds[type] as RespKind, isMap ? 2 * count : count, type === '|'), origin);
		}
	}

	private beginList(opened: OpenList, origin: Origin): void {
		if (this.open.length === DEPTH_MAX) {
			this.lose('values are nested too deep', origin);
			return;
		}
		this.open.push(opened);
		if (opened.left === 0) this.closeList(origin);
	}

	private closeList(origin: Origin): void {
		const closed = this.open.pop();
		if (closed === undefined) {
			this.lose('what comes is no value', origin);
			return;
		}
		// It belongs to what follows.
		if (closed.isAttribute) return;
		const { kind, count, items, missing } = closed;
		this.onValue(new RespValue(kind, null, count, items, missing), origin);
	}

	private onInline(line: string, origin: Origin): void {
		const words = line.trim().split(/\s+/);
		const items = words.map(word => new RespValue('string', word, word.length, none, 0));
		this.onValue(new RespValue('array', null, items.length, items.slice(0, this.limits.maxElements), 0), origin);
	}

	private onValue(value: RespValue, origin: Origin): void {
		const top = this.open.at(-1);
		if (top === undefined) {
			const first = this.first ?? origin;
			this.first = undefined;
			this.elements = 0;
			this.events.value(value, first, origin);
			return;
		}
		top.missing += value.missing;
		top.count++;
		if (this.elements < this.limits.maxElements && !top.isAttribute) {
			this.elements++;
			top.items.push(value);
		}
		if (--top.left === 0) this.closeList(origin);
	}

	private lose(reason: string, origin: Origin): void {
		this.isLost = true;
		this.open.length = 0;
		this.kept = NONE;
		this.line = NONE;
		this.events.lost(reason, origin);
	}
}

const none: readonly RespValue[] = [];
const nil = new RespValue('null', null, 0, none, 0);

const list = (kind: RespKind, left: number, isAttribute = false): OpenList => ({
	...{ kind, left, count: 0, missing: 0, items: [], isAttribute },
});

const lineValue = (kind: RespKind, text: string): RespValue =>
	kind === 'null' ? nil : new RespValue(kind, text, new TextEncoder().encode(text).length, none, 0);

/** A length as it is written; undefined if it is none. */
function lengthOf(text: string): number | undefined {
	const length = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
	return length >= -1 && length <= LENGTH_MAX ? length : undefined;
}
