/** Reads the fields of a message one after the other. Behind the end it reads zeros and nothing, and `isShort` says so. */
export class Fields {
	isShort = false;
	private at = 0;

	constructor(private readonly bytes: Uint8Array) {}

	get rest(): number {
		return this.bytes.length - this.at;
	}

	/** Nothing is missing, and nothing is left. */
	get isWhole(): boolean {
		return !this.isShort && this.rest === 0;
	}

	u8(): number {
		return this.number(1);
	}

	u16(): number {
		return this.number(2);
	}

	u24(): number {
		return this.number(3);
	}

	/** The next bytes, or as many as there are. */
	take(length: number): Uint8Array {
		if (length > this.rest) this.isShort = true;
		const to = Math.min(this.at + length, this.bytes.length);
		const taken = this.bytes.subarray(this.at, to);
		this.at = to;
		return taken;
	}

	/** Bytes behind their length, which has so many bytes itself. */
	vector(lengthBytes: 1 | 2 | 3): Fields {
		return new Fields(this.take(this.number(lengthBytes)));
	}

	/** All that is left, as numbers of two bytes. */
	list16(): number[] {
		const list: number[] = [];
		while (this.rest >= 2) list.push(this.u16());
		if (this.rest > 0) this.isShort = true;
		return list;
	}

	/** All that is left. */
	all(): Uint8Array {
		return this.take(this.rest);
	}

	private number(length: number): number {
		if (length > this.rest) {
			this.isShort = true;
			this.at = this.bytes.length;
			return 0;
		}
		let value = 0;
		for (let i = 0; i < length; i++) value = value * 256 + (this.bytes[this.at++] as number);
		return value;
	}
}
