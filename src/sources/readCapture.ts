import type { Subscriber } from 'rxjs';
import { CaptureReader } from '../capture/captureReader.js';
import type { Packet } from '../packet.js';
import type { Valve } from '../valve.js';
import { BlockPieces } from './blockPieces.js';
import type { ByteStream } from './byteStream.js';

/**
 * Emits the packets of a capture, those of a block synchronously; only a block that is not there yet is awaited.
 *
 * @param valve while it is closed, no block is asked for.
 * @param errorOf what to say instead of an error that the capture or its stream has.
 */
export function readCapture(blocks: ByteStream, out: Subscriber<Packet>, valve?: Valve, errorOf = (error: unknown) => error): void {
	out.add(() => blocks.stop());
	readAll(valve === undefined ? blocks : new BlockPieces(blocks), out, valve).catch(error => out.error(errorOf(error)));
}

async function readAll(blocks: ByteStream, out: Subscriber<Packet>, valve: Valve | undefined): Promise<void> {
	const reader = new CaptureReader();
	while (!out.closed) {
		if (valve !== undefined && !valve.isOpen) {
			await valve.opened();
			continue;
		}
		const given = blocks.next();
		const block = given instanceof Promise ? await given : given;
		if (out.closed) return;
		if (block === undefined) {
			reader.end();
			out.complete();
			return;
		}
		if (!ArrayBuffer.isView(block)) throw new TypeError(`fromStream: the stream must give Uint8Array, but gave ${typeof block}`);
		reader.feed(block);
		emitPackets(reader, out);
	}
}

function emitPackets(reader: CaptureReader, out: Subscriber<Packet>): void {
	for (let packet = reader.next(); packet !== null && !out.closed; packet = reader.next()) out.next(packet);
}
