/** What a value is (RESP3 specification). `string` is simple or bulk, `verbatim` says its format in front, as in `txt:`. */
export type RespKind =
	| 'string'
	| 'error'
	| 'integer'
	| 'double'
	| 'big-number'
	| 'boolean'
	| 'null'
	| 'verbatim'
	| 'array'
	| 'map'
	| 'set'
	| 'push';

/** A value of Redis's protocol, as far as it is kept. */
export class RespValue {
	constructor(
		readonly kind: RespKind,
		/** What stands there, as text; of a string at most `maxValueBytes`, of `boolean` `t` or `f`; null for `null` and whatever has items. */
		readonly text: string | null,
		/** Bytes of a string or an error; items of an array, a set, a push, twice the pairs of a map. */
		readonly length: number,
		/** The items that are kept: of a whole message at most `maxElements`. Empty for what has none. */
		readonly items: readonly RespValue[],
		/** Bytes that gaps swallowed of it, and of its items. */
		readonly missing: number,
	) {}

	/** Something is not kept, or is missing. */
	get truncated(): boolean {
		return (
			this.missing > 0 ||
			(this.text !== null && this.isCut) ||
			this.items.length < this.itemCount ||
			this.items.some(item => item.truncated)
		);
	}

	private get isCut(): boolean {
		return this.text !== null && new TextEncoder().encode(this.text).length < this.length;
	}

	private get itemCount(): number {
		return this.text === null && this.kind !== 'null' ? this.length : 0;
	}

	/** As people read it: `OK`, `(integer) 3`, `[a, b]`. */
	toString(): string {
		if (this.kind === 'null') return '(nil)';
		if (this.text === null) return `[${this.items.join(', ')}${this.items.length < this.length ? ', …' : ''}]`;
		return this.kind === 'string' || this.kind === 'verbatim' ? this.text : `(${this.kind}) ${this.text}`;
	}
}
