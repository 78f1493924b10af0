const small = [...'abcdefghijklmnopqrstuvwxyz'];
const large = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Letters of one column that stay as they are in every editor: Latin, Greek, Cyrillic, Armenian. */
const more = Array.from({ length: 0x587 - 0xc0 }, (_, i) => String.fromCodePoint(0xc0 + i)).filter(letter =>
	/^[\p{Lu}\p{Ll}]$/u.test(letter),
);

/** How many keys a legend can have. */
export const KEYS_MAX = small.length + large.length + more.length;

/** Gives each different line of a legend a key: small letters first for packets, large ones first for chunks. */
export class KeyGiver {
	/** Lines by their keys. */
	readonly legend = new Map<string, string>();
	private readonly keys = new Map<string, string>();
	private readonly free: readonly string[];

	constructor(what: 'packets' | 'chunks') {
		this.free = what === 'packets' ? [...small, ...large, ...more] : [...large, ...small, ...more];
	}

	/**
	 * The key of a line.
	 *
	 * @throws RangeError if there are no letters left.
	 */
	of(line: string): string {
		const known = this.keys.get(line);
		if (known !== undefined) return known;
		const key = this.free[this.keys.size];
		if (key === undefined)
			throw new RangeError(`captureToMarbles: expected at most ${KEYS_MAX} different chunks, found more; lower maxPackets`);
		this.keys.set(line, key);
		this.legend.set(key, line);
		return key;
	}
}
