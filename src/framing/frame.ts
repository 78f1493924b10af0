import type { Direction, Flow } from '../flow.js';
import type { Origin } from '../protocols/parser.js';
import type { Timestamp } from '../timestamp.js';

/** Where a piece of the stream came from, as far as a framer asks. A `Reassembly` chunk is one, so is what a parser is told. */
export interface FrameOrigin extends Origin {
	/** Whose it is; a frame says the same. */
	readonly flow?: Flow | undefined;
	/** Where in the stream its bytes begin. Without it the framer counts. */
	readonly offset?: number | undefined;
}

/**
 * One frame of one direction: what stands between two delimiters, or behind one length.
 *
 * @example
 * ```ts
 * connection.pipe(splitFixed(8)).subscribe(({ offset, bytes, seen }) => console.log(offset, bytes, String(seen)));
 * ```
 */
export class Frame {
	constructor(
		/**
		 * What is in it, without its delimiter or header. A view if it lay in one chunk, which keeps the whole block alive that
		 * was read (`.slice()` what is kept for long); else a copy of its own.
		 */
		readonly bytes: Uint8Array,
		/** Where in the stream the frame begins, its header if it has one. */
		readonly offset: number,
		/** Who sent it. */
		readonly direction: Direction,
		/** Number of the packet that brought its first byte, from 1; 0 if nobody counted. */
		readonly packet: number,
		/** When its first byte was captured. */
		readonly seen: Timestamp,
		/** When its last byte was captured, that of its delimiter. */
		readonly lastSeen: Timestamp,
		/** The flow that it came with; undefined if the framer was not told. */
		readonly flow: Flow | undefined,
	) {}

	/** Bytes in it. */
	get length(): number {
		return this.bytes.length;
	}
}

/** Makes a frame: {@link Frame}, or a class of it that knows more. */
export type FrameMaker<F extends Frame> = new (...fields: ConstructorParameters<typeof Frame>) => F;
