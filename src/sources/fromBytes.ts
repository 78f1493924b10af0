import { Observable } from 'rxjs';
import { checkArgument, checkOptions, either, instanceOf } from '../codec.js';
import type { Packet } from '../packet.js';
import type { ByteStream } from './byteStream.js';
import { readCapture } from './readCapture.js';
import { type SourceOptions, sourceChecks } from './sourceOptions.js';

const someBytes = either(instanceOf(Uint8Array, 'a Uint8Array'), instanceOf(ArrayBuffer, 'an ArrayBuffer'));

/**
 * Emits the packets of a capture that is in memory: everything that {@link fromFile} reads.
 *
 * Cold. All packets come synchronously, in the call of `subscribe`, unless the capture is packed (gzip, zstd): then those
 * of each block that was unpacked. They point into `bytes`, so nobody may write to it again. Unsubscribing stops at once.
 *
 * With a `Valve` (of `rx-reassembly`) slow consumers pause it, before each 256 KiB.
 *
 * Errors: those of {@link fromStream}.
 *
 * @throws TypeError at the call if `bytes` is neither a Uint8Array nor an ArrayBuffer, or an option is wrong.
 * @example
 * ```ts
 * fromBytes(bytes).pipe(decodeTcp(), reassemble());
 * ```
 */
export function fromBytes(bytes: Uint8Array | ArrayBuffer, options: SourceOptions = {}): Observable<Packet> {
	const checked = checkArgument('fromBytes', 'bytes', someBytes, bytes);
	const { valve } = checkOptions<SourceOptions>('fromBytes', sourceChecks, options);
	const block = checked instanceof Uint8Array ? checked : new Uint8Array(checked);
	return new Observable(out => readCapture(onlyBlock(block), out, { valve }));
}

function onlyBlock(bytes: Uint8Array): ByteStream {
	const blocks = [bytes];
	return { next: () => blocks.pop(), stop: () => void blocks.pop() };
}
