import { Observable } from 'rxjs';
import { checkOptions } from '../codec.js';
import type { Packet } from '../packet.js';
import { isByteStream, openByteStream, type WebByteStream } from './byteStream.js';
import { readCapture } from './readCapture.js';
import { type SourceOptions, sourceChecks } from './sourceOptions.js';

/**
 * Emits the packets of a capture that comes as a stream of bytes: stdin, a download, anything that can be iterated. It reads
 * what {@link fromFile} reads: pcap and pcapng, also packed with gzip or zstd.
 *
 * The packets of a block come synchronously, then the next block is awaited. They point into the block, so nobody may
 * write to it again. Unsubscribing stops at once: a stream of Node is destroyed, a web stream is cancelled, the iterator
 * of anything else is returned. Cold; but most streams can be read only once.
 *
 * Errors: {@link CaptureError} `empty`, `not-a-capture`, `unsupported-format`, `unsupported-link`, `malformed` or
 * `truncated`, after all packets before it; a TypeError if something else than bytes comes; and whatever the stream
 * itself throws. `offset` is where the record begins that is cut or wrong, in the unpacked capture; where the packed data
 * itself is cut or damaged, it is how many bytes could be unpacked.
 *
 * With a `Valve` (of `rx-reassembly`) slow consumers pause it: before each block (of a larger one, before each 256 KiB) it waits until
 * that is open.
 *
 * @throws TypeError at the call if it is no stream, or an option is wrong.
 * @example
 * ```ts
 * fromStream(process.stdin).pipe(decodeTcp(), reassemble());
 * ```
 */
export function fromStream(stream: AsyncIterable<Uint8Array> | WebByteStream, options: SourceOptions = {}): Observable<Packet> {
	if (!isByteStream(stream)) {
		throw new TypeError(
			`fromStream: stream must be an AsyncIterable of Uint8Array or a ReadableStream, but is ${stream === null ? 'null' : typeof stream}`,
		);
	}
	const { valve } = checkOptions<SourceOptions>('fromStream', sourceChecks, options);
	return new Observable(out => readCapture(openByteStream(stream), out, { valve }));
}
