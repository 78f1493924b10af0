import type { Subscriber } from 'rxjs';
import { CaptureReader } from '../capture/captureReader.js';
import type { Packet } from '../packet.js';
import type { Valve } from '../valve.js';
import { BlockPieces } from './blockPieces.js';
import type { ByteStream } from './byteStream.js';
import { unpacked } from './unpacked.js';

/** How a capture is read. */
export interface CaptureReading {
	/** While it is closed, no block is asked for. */
	readonly valve?: Valve | undefined;
	/** What to say instead of an error that the capture or its stream has. */
	readonly errorOf?: (error: unknown) => unknown;
}

/** Emits the packets of a capture, packed or not, those of a block synchronously; only a block that is not there yet is awaited. */
export function readCapture(stream: ByteStream, out: Subscriber<Packet>, { valve, errorOf = error => error }: CaptureReading = {}): void {
	const blocks = valve === undefined ? unpacked(stream) : new BlockPieces(unpacked(stream));
	out.add(() => blocks.stop());
	void readAll(blocks, out, valve, errorOf);
}

async function readAll(
	blocks: ByteStream,
	out: Subscriber<Packet>,
	valve: Valve | undefined,
	errorOf: (error: unknown) => unknown,
): Promise<void> {
	const reader = new CaptureReader();
	try {
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
	} catch (error) {
		out.error(errorOf(error));
	}
}

function emitPackets(reader: CaptureReader, out: Subscriber<Packet>): void {
	for (let packet = reader.next(); packet !== null && !out.closed; packet = reader.next()) out.next(packet);
}
