import type { ByteStream } from './byteStream.js';
import { compressionOf, MAGIC_BYTES_MAX } from './compression.js';
import { UnpackedBlocks } from './unpackedBlocks.js';

type Block = Uint8Array | undefined;

/** Gives what is in a stream: unpacked, if it begins like gzip or zstd, and otherwise as it is. What is packed twice is unpacked once. */
export function unpacked(stream: ByteStream): ByteStream {
	return new Unpacked(stream);
}

class Unpacked implements ByteStream {
	/** What was read to see what it is. */
	private readonly seen: Uint8Array[] = [];
	private inner: ByteStream | undefined = undefined;
	private isStopped = false;

	constructor(private readonly stream: ByteStream) {}

	next(): Block | Promise<Block> {
		return this.inner === undefined ? this.begin() : this.inner.next();
	}

	stop(): void {
		this.isStopped = true;
		(this.inner ?? this.stream).stop();
	}

	private begin(): Block | Promise<Block> {
		const given = this.stream.next();
		return given instanceof Promise ? given.then(block => this.look(block)) : this.look(given);
	}

	private look(block: Block): Block | Promise<Block> {
		if (this.isStopped) return undefined;
		// Something else than bytes is for others to complain about.
		const isBytes = ArrayBuffer.isView(block);
		if (block !== undefined) this.seen.push(block);
		if (isBytes && this.seen.reduce((sum, { length }) => sum + length, 0) < MAGIC_BYTES_MAX) return this.begin();
		const compression = isBytes
			? compressionOf(Uint8Array.from(this.seen.flatMap(part => [...part.subarray(0, MAGIC_BYTES_MAX)])))
			: undefined;
		const stream = new SeenBefore(this.seen, this.stream);
		this.inner = compression === undefined ? stream : new UnpackedBlocks(stream, compression);
		return this.inner.next();
	}
}

/** A stream, and what was read of it before. */
class SeenBefore implements ByteStream {
	constructor(
		private readonly seen: Uint8Array[],
		private readonly stream: ByteStream,
	) {}

	next(): Block | Promise<Block> {
		return this.seen.length > 0 ? this.seen.shift() : this.stream.next();
	}

	stop(): void {
		this.stream.stop();
	}
}
