import type { PostgresFault } from './message.js';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads what is in the body of a message, as far as it was kept: beyond its end there is nothing but zeros. */
export class Fields {
	private at = 0;

	constructor(private readonly bytes: Uint8Array) {}

	get isAtEnd(): boolean {
		return this.at >= this.bytes.length;
	}

	/** Text up to the next zero, or to the end. */
	text(): string {
		const { bytes, at } = this;
		const end = bytes.indexOf(0, at);
		const to = end < 0 ? bytes.length : end;
		this.at = to + 1;
		return utf8.decode(bytes.subarray(at, to));
	}

	u8(): number {
		return this.bytes[this.at++] ?? 0;
	}

	u16(): number {
		return this.u8() * 256 + this.u8();
	}

	skip(bytes: number): void {
		this.at += bytes;
	}
}

/** Columns that a row can have. */
const COLUMNS_MAX = 1664;
/** What follows the name of a column. */
const COLUMN_BYTES = 18;

/** The names in a RowDescription. */
export function columnsOf(body: Uint8Array): string[] {
	const fields = new Fields(body);
	const columns: string[] = [];
	for (let count = Math.min(fields.u16(), COLUMNS_MAX); count > 0 && !fields.isAtEnd; count--) {
		columns.push(fields.text());
		fields.skip(COLUMN_BYTES);
	}
	return columns;
}

/** What an ErrorResponse or a NoticeResponse says. */
export function faultOf(body: Uint8Array): PostgresFault {
	const fields = new Fields(body);
	const found: Record<string, string> = {};
	while (!fields.isAtEnd) {
		const name = String.fromCharCode(fields.u8());
		if (name === '\0') break;
		found[name] = fields.text();
	}
	// V is S in a language that does not depend on the server's.
	return { severity: found.V ?? found.S ?? '', code: found.C ?? '', message: found.M ?? '' };
}

/** The pairs in a StartupMessage. */
export function parametersOf(body: Uint8Array): Record<string, string> {
	const fields = new Fields(body);
	const found: Record<string, string> = Object.create(null);
	while (!fields.isAtEnd) {
		const name = fields.text();
		if (name === '') break;
		found[name] = fields.text();
	}
	return found;
}
