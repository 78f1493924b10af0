import { Observable, type OperatorFunction } from 'rxjs';
import { OperatorSubscriber } from '../../operators/operatorSubscriber.js';
import type { CaptureWriter } from '../capture/captureWriter.js';
import { SNAPLEN_MAX } from '../capture/captureWriter.js';
import { pcapngWriter } from '../capture/pcapngWriter.js';
import { pcapWriter } from '../capture/pcapWriter.js';
import { checkArgument, checkOptions, nonEmptyText, oneOf, wholeNumberTo } from '../codec.js';
import type { Packet } from '../packet.js';
import { CaptureFile } from './captureFile.js';

/** What {@link toPcap} may be told. */
export interface ToPcapOptions {
	/** Default: `'pcapng'` if the path ends with `.pcapng` or `.ntar`, else `'pcap'` with nanoseconds. */
	readonly format?: 'pcap' | 'pcapng' | undefined;
	/** Bytes of each packet to keep, 1 to 262,144 (the default). */
	readonly snaplen?: number | undefined;
}

/** A capture file that is complete and closed. */
export interface Saved {
	readonly path: string;
	/** How many were written. */
	readonly packets: number;
	/** The size of the file. */
	readonly bytes: number;
}

/**
 * Writes packets to a capture file, and emits one {@link Saved} when that is complete and closed.
 *
 * Cold: each subscription opens the file at once, and writes over what was in it with the first packet, or at the end.
 * It writes synchronously, 256 KiB at a time, so a fast source waits for the disk, and nothing piles up. If the source
 * errors, or it is unsubscribed, what came until then is a whole capture; a source that errors before its first packet
 * leaves the file as it was. A disk that is full at unsubscribing is thrown to who unsubscribes.
 *
 * Errors: {@link CaptureError} `not-found`, `not-permitted`, `is-directory`, `same-file` (a file that {@link fromFile}
 * or standard input of this process is reading), `mixed-links` (classic pcap has one link type), `unwritable`, or `io`
 * with the words of the system; what was written before stays.
 *
 * @throws TypeError at the call if an argument is wrong.
 * @example
 * ```ts
 * fromFile('capture.pcap').pipe(packetsOf(flow), toPcap('one.pcapng')).subscribe(({ packets }) => console.log(packets));
 * ```
 */
export function toPcap(path: string, options: ToPcapOptions = {}): OperatorFunction<Packet, Saved> {
	checkArgument('toPcap', 'path', nonEmptyText, path);
	const checked = checkOptions<ToPcapOptions>('toPcap', checks, options);
	const { snaplen, format = /\.(pcapng|ntar)$/i.test(path) ? 'pcapng' : 'pcap' } = checked;
	const newWriter = (): CaptureWriter => (format === 'pcapng' ? pcapngWriter({ snaplen }) : pcapWriter({ snaplen }));
	return packets =>
		new Observable(out => {
			const file = openFor(out, () => new CaptureFile(path, newWriter()));
			if (file === undefined) return;
			// Before the source: it may be done with while it is subscribed to.
			let unsubscribed = true;
			out.add(() => (unsubscribed ? file.finish() : undefined));
			packets.subscribe(
				new OperatorSubscriber<Packet, Saved>(out, {
					next(packet) {
						try {
							file.write(packet);
						} catch (error) {
							unsubscribed = false;
							out.error(abandoned(file, error));
						}
					},
					error(error) {
						unsubscribed = false;
						out.error(abandoned(file, error));
					},
					complete() {
						unsubscribed = false;
						file.finish();
						out.next({ path, packets: file.packets, bytes: file.bytes });
						out.complete();
					},
				}),
			);
		});
}

const checks = { format: oneOf('pcap', 'pcapng'), snaplen: wholeNumberTo(SNAPLEN_MAX) };

function openFor(out: { error(error: unknown): void }, open: () => CaptureFile): CaptureFile | undefined {
	try {
		return open();
	} catch (error) {
		out.error(error);
		return undefined;
	}
}

/** Leaves the file as whole as it can be. The error that was first is the one to tell. */
function abandoned(file: CaptureFile, error: unknown): unknown {
	try {
		file.abandon();
	} catch {
		// The disk is full, most likely, and the error says so already.
	}
	return error;
}
