import { Observable, type Subscriber } from 'rxjs';
import { CaptureReader } from '../capture/captureReader.js';
import type { Packet } from '../packet.js';

/**
 * Emits the packets of a capture that comes as a stream of bytes: stdin, a download, anything that can be iterated.
 *
 * The packets of a block come synchronously, then the next block is awaited. They point into the block, so nobody may
 * write to it again. Unsubscribing stops at once and returns the iterator. A web `ReadableStream` serves where it can be
 * iterated, as in Node. Cold; but most streams can be read only once.
 *
 * Errors: {@link CaptureError} `empty`, `not-a-capture`, `unsupported-format`, `unsupported-link`, `malformed` or
 * `truncated`, after all packets before it; and whatever the stream itself throws.
 *
 * @example
 * ```ts
 * fromStream(process.stdin).pipe(decodeTcp(), reassemble());
 * ```
 */
export function fromStream(stream: AsyncIterable<Uint8Array>): Observable<Packet> {
	if (typeof Reflect.get(Object(stream), Symbol.asyncIterator) !== 'function') {
		throw new TypeError(`fromStream: stream must be an AsyncIterable of Uint8Array, but is ${stream === null ? 'null' : typeof stream}`);
	}
	return new Observable(out => {
		const blocks = stream[Symbol.asyncIterator]();
		// Returning a generator that waits for its next block takes effect when that comes; nobody waits for it.
		out.add(() => void Promise.resolve(blocks.return?.()).catch(() => undefined));
		readAll(blocks, out).catch(error => out.error(error));
	});
}

async function readAll(blocks: AsyncIterator<Uint8Array>, out: Subscriber<Packet>): Promise<void> {
	const reader = new CaptureReader();
	for (let step = await blocks.next(); !step.done; step = await blocks.next()) {
		if (out.closed) return;
		reader.feed(step.value);
		emitPackets(reader, out);
		if (out.closed) return;
	}
	reader.end();
	out.complete();
}

function emitPackets(reader: CaptureReader, out: Subscriber<Packet>): void {
	for (let packet = reader.next(); packet !== null && !out.closed; packet = reader.next()) out.next(packet);
}
