import { CaptureError } from '../errors.js';
import type { ByteStream } from './byteStream.js';
import { type Compression, MAGIC_BYTES_MAX } from './compression.js';
import { Unpacker } from './unpacker.js';

/**
 * Of the packed stream; what is unpacked of it may be a thousand times as much, and comes in blocks. Larger pieces are unpacked
 * with less work, but one that is damaged takes longer: some 20 µs a byte.
 */
const PIECE_BYTES = 16 * 1024;

/**
 * What comes of a packed stream, as it is asked for.
 *
 * zlib drops what it has unpacked of a piece when it finds damage behind it. So a second one follows a piece behind: where
 * the first fails, the second takes that piece byte by byte, and every byte before the damage comes out.
 *
 * Errors: CaptureError `truncated` or `malformed`; its offset is how many bytes could be unpacked.
 */
export class UnpackedBlocks implements ByteStream {
	private first: Unpacker;
	private second: Unpacker;
	private isStopped = false;
	private block: Uint8Array = new Uint8Array(0);
	private at = 0;
	/** The piece that the first is at, and the second is not; undefined behind the last one. */
	private piece: Uint8Array | undefined = new Uint8Array(0);
	/** The second, at work on the piece before. */
	private following: Promise<void> = Promise.resolve();
	/** Bytes that came of it. */
	private taken = 0;
	/** Bytes that came of all. */
	private total = 0;
	/** What the packed stream itself has failed with. */
	private packedError: unknown = undefined;
	/** What is left to do with a piece that is damaged. */
	private rescue: AsyncIterator<Uint8Array, undefined> | undefined = undefined;

	/** @throws CaptureError `unsupported-format` where this Node cannot unpack it. */
	constructor(
		private readonly packed: ByteStream,
		private readonly compression: Compression,
	) {
		this.first = new Unpacker(compression.open());
		this.second = new Unpacker(compression.open());
	}

	async next(): Promise<Uint8Array | undefined> {
		const bytes = this.rescue === undefined ? await this.unpack() : (await this.rescue.next()).value;
		if (bytes !== undefined) this.total += bytes.length;
		return bytes;
	}

	stop(): void {
		this.isStopped = true;
		this.packed.stop();
		this.first.stop();
		this.second.stop();
	}

	private async unpack(): Promise<Uint8Array | undefined> {
		try {
			for (;;) {
				const bytes = await this.first.take();
				if (bytes !== undefined) {
					this.taken += bytes.length;
					return bytes;
				}
				if (!this.first.ended) await this.turnToNextPiece();
				else if (!(await this.beginAnew())) return undefined;
			}
		} catch (error) {
			if (error instanceof CaptureError || this.packedError === error) throw error;
			this.rescue = this.saved();
			return (await this.rescue.next()).value;
		}
	}

	/** Begins anew with what stands behind the end, if it is more of the same kind: Node ends with the first frame of zstd. */
	private async beginAnew(): Promise<boolean> {
		let rest = this.piece?.subarray(this.piece.length - this.first.left) ?? new Uint8Array(0);
		while (rest.length > 0 && rest.length < MAGIC_BYTES_MAX) {
			const piece = await this.nextPiece();
			if (piece === undefined) break;
			rest = Uint8Array.from([...rest, ...piece]);
		}
		if (this.isStopped || !this.compression.begins(rest)) return false;
		await this.following;
		this.first.stop();
		this.second.stop();
		this.first = new Unpacker(this.compression.open());
		this.second = new Unpacker(this.compression.open());
		this.piece = rest;
		this.taken = 0;
		this.first.feed(rest);
		return true;
	}

	private async turnToNextPiece(): Promise<void> {
		const piece = await this.nextPiece();
		await this.following;
		// Each on a thread of its own: the second takes no longer than the first.
		this.following = this.follow(this.piece);
		// It is awaited with the next piece, or never, if that is not wanted.
		this.following.catch(() => undefined);
		this.piece = piece;
		this.taken = 0;
		this.first.feed(piece);
	}

	/** Lets the second have the piece that the first is done with. */
	private async follow(piece: Uint8Array | undefined): Promise<void> {
		this.second.feed(piece);
		while ((await this.second.take()) !== undefined);
	}

	private async nextPiece(): Promise<Uint8Array | undefined> {
		if (this.at === this.block.length) {
			try {
				const block = await this.packed.next();
				if (block === undefined) return undefined;
				this.block = block;
			} catch (error) {
				this.packedError = error;
				throw error;
			}
			this.at = 0;
		}
		const piece = this.block.subarray(this.at, this.at + PIECE_BYTES);
		this.at += piece.length;
		return piece;
	}

	/** What the first has dropped, and then what is wrong. */
	private async *saved(): AsyncGenerator<Uint8Array, undefined> {
		await this.following;
		let known = this.taken;
		try {
			if (this.piece === undefined) this.second.feed(undefined);
			else this.second.feedBytewise(this.piece);
			for (let bytes = await this.second.take(); bytes !== undefined; bytes = await this.second.take()) {
				const fresh = bytes.subarray(known);
				known = Math.max(0, known - bytes.length);
				if (fresh.length > 0) yield fresh;
			}
		} catch (error) {
			if (this.compression.isTrailer(error as Error)) return undefined;
			throw this.damage(error as Error);
		}
		return undefined;
	}

	private damage(error: Error): CaptureError {
		const { name } = this.compression;
		const isCut = this.piece === undefined;
		const what = isCut ? 'is cut off' : `is damaged (${error.message})`;
		return new CaptureError(isCut ? 'truncated' : 'malformed', `the ${name} data ${what}; ${this.total} bytes were unpacked`, {
			offset: this.total,
			cause: error,
		});
	}
}
