import { Inflate } from 'fflate';

/** What a message without it was cut off by (RFC 7692, section 7.2.1). */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);
/** Inflated at once: what comes of it is at most some thousand times as much. */
const PIECE_BYTES = 256;

/**
 * Inflates the messages of one direction. What came before is what later messages refer to, so it never skips any, even
 * where nobody wants what comes out.
 */
export class Inflater {
	private inflate: Inflate | undefined = undefined;
	/** Something that later messages refer to is missing. */
	private isLost = false;
	private out: (bytes: Uint8Array) => void = () => undefined;

	constructor(private readonly keepsContext: boolean) {}

	/** Begins a message; answers whether it can be inflated. */
	begin(): boolean {
		if (!this.keepsContext) this.isLost = false;
		if (this.isLost) return false;
		if (this.inflate === undefined || !this.keepsContext) this.inflate = new Inflate(bytes => this.out(bytes));
		return true;
	}

	/** Inflates bytes of the message at hand; answers whether that was possible. */
	push(bytes: Uint8Array, out: (bytes: Uint8Array) => void): boolean {
		if (this.isLost || this.inflate === undefined) return false;
		this.out = out;
		try {
			for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.inflate.push(bytes.subarray(at, at + PIECE_BYTES));
			return true;
		} catch {
			this.lose();
			return false;
		}
	}

	/** Ends the message at hand; answers whether all of it was inflated. */
	end(out: (bytes: Uint8Array) => void): boolean {
		return this.push(TAIL, out);
	}

	/** Bytes are missing, or are none that can be inflated. */
	lose(): void {
		this.isLost = true;
		this.inflate = undefined;
	}
}
