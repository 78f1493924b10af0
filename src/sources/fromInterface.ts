import { Observable } from 'rxjs';
import { checkArgument, checkOptions, nonEmptyText, text, wholeNumberTo } from '../codec.js';
import { CaptureError } from '../errors.js';
import { describeLinkType, isDecoded, LinkType } from '../linkType.js';
import { type CaptureInterface, Packet } from '../packet.js';
import { Timestamp } from '../timestamp.js';
import { type CapModule, capSnaplen, firstLine, linkTypeOf, loadCap, noSuchDevice, openCapture, openError, tryOpen } from './cap.js';
import { listDevices } from './devices.js';

/** What {@link fromInterface} may be told. */
export interface InterfaceOptions {
	/** Which packets to capture, in the language of libpcap (`man pcap-filter`), e.g. `tcp port 80`. Default: all. */
	readonly filter?: string | undefined;
	/**
	 * Bytes of each frame to keep, 1 to 65,535 (the default). What is beyond is cut off, and `originalLength` says so.
	 * The cut saves memory, but no time: `cap` itself always captures 65,535.
	 */
	readonly snaplen?: number | undefined;
	/**
	 * Bytes of the kernel's buffer for packets that were not fetched yet. Default 16 MiB. On Linux each packet takes the
	 * place of the largest possible, so that 16 MiB hold some 250 of them, and the kernel may take twice the memory.
	 */
	readonly bufferSize?: number | undefined;
}

const defaultBufferBytes = 16 * 1024 * 1024;
/** `cap` hands it on as a signed integer of 32 bits. */
const bufferBytesMax = 2 ** 31 - 1;

/**
 * Captures live packets on a device, through libpcap and the optional package `cap`.
 *
 * Cold: each subscription opens a capture of its own, always in promiscuous mode, and closes it when it is unsubscribed.
 * It never completes. Packets count from 1, and their bytes are copies that nobody overwrites. The main thread only.
 *
 * `cap` tells no time, so packets are stamped when they are fetched, by a monotonic clock of microsecond resolution
 * that is set when the process starts: in order, but later than they came by as long as the process was busy.
 * Nor does it tell how many packets the kernel dropped; what was lost shows as skips of the reassembly. Of a frame of
 * more than 65,535 bytes (the largest on Linux loopback have 65,549) the end is lost; `originalLength` is then what
 * the IP header says. A device that goes down aborts the process: `cap` asserts that it never does.
 *
 * Errors with a {@link CaptureError}: `cap-missing`, `cap-not-built`, `not-permitted`, `no-such-device`, `device-down`,
 * `bad-filter`, `unsupported-link`, or `io` with the words of libpcap. A wrong option throws a TypeError at once.
 *
 * @example
 * ```ts
 * fromInterface('lo', { filter: 'tcp port 8080' }).pipe(decodeTcp(), flushOlderThan(120_000), reassemble());
 * ```
 */
export function fromInterface(device: string, options: InterfaceOptions = {}): Observable<Packet> {
	return captureWith(loadCap, device, options);
}

/** {@link fromInterface}, with the way to `cap` given. */
export function captureWith(load: () => CapModule, device: string, options: InterfaceOptions = {}): Observable<Packet> {
	checkArgument('fromInterface', 'device', nonEmptyText, device);
	const checked = checkOptions<InterfaceOptions>('fromInterface', checks, options);
	const { filter = '', snaplen = capSnaplen, bufferSize = defaultBufferBytes } = checked;
	return new Observable(subscriber => {
		try {
			const cap = load();
			checkOpens(cap, device, filter);
			let copier: PacketCopier | undefined;
			const capture = openCapture(cap, { device, filter, bufferSize }, (buffer, length, truncated) => {
				if (copier !== undefined) subscriber.next(copier.copy(buffer, length, truncated));
			});
			subscriber.add(capture.close);
			copier = new PacketCopier(interfaceOf(device, capture.linkName), snaplen);
		} catch (error) {
			subscriber.error(error instanceof CaptureError ? error : openError(device, error));
		}
	});
}

const checks = { filter: text, snaplen: wholeNumberTo(capSnaplen), bufferSize: wholeNumberTo(bufferBytesMax) };

/** Finds out what `cap` cannot tell apart, or says in words of its own on stderr. */
function checkOpens(cap: CapModule, device: string, filter: string): void {
	const known = listDevices(cap);
	if (known.length > 0 && !known.some(({ name }) => name === device)) throw noSuchDevice(device);
	if (filter === '') return;
	try {
		tryOpen(cap, device, filter);
	} catch (cause) {
		// If it does not open without the filter either, that is thrown, and the filter has no part in it.
		tryOpen(cap, device, '');
		throw new CaptureError('bad-filter', `the filter ${JSON.stringify(filter)} is not right: ${firstLine(cause)}`, { cause });
	}
}

function interfaceOf(device: string, linkName: string): CaptureInterface {
	const linkType = linkTypeOf(linkName);
	if (linkType !== undefined && isDecoded(linkType)) return { linkType, id: 0, name: device };
	const described = linkType === undefined ? linkName : describeLinkType(linkType);
	throw new CaptureError('unsupported-link', `the link type of ${device} is not decoded: ${described}`);
}

/** Copies packets one behind the other into blocks, so that few blocks are allocated, not one for each packet. */
class PacketCopier {
	private block = new Uint8Array(blockBytes);
	private used = 0;
	private count = 0;

	constructor(
		private readonly source: CaptureInterface,
		private readonly snaplen: number,
	) {}

	copy(buffer: Buffer, length: number, truncated: boolean): Packet {
		const timestamp = now();
		const kept = Math.min(length, this.snaplen);
		if (this.used + kept > blockBytes) {
			// A fresh one: packets that were handed out still point into the old.
			this.block = new Uint8Array(blockBytes);
			this.used = 0;
		}
		const start = this.used;
		this.used += kept;
		buffer.copy(this.block, start, 0, kept);
		// `cap` only says so if its buffer is too small, not if libpcap cut the frame at the snaplen.
		const cut = truncated || length >= capSnaplen;
		const originalLength = cut ? wireLength(buffer, length, truncated, this.source.linkType) : length;
		this.count += 1;
		return new Packet(this.block, start, this.used, originalLength, timestamp, this.count, this.source);
	}
}

/** Room for at least one packet of any length. */
const blockBytes = 65_536;

function now(): Timestamp {
	const microseconds = Math.floor((performance.timeOrigin + performance.now()) * 1000);
	const seconds = Math.floor(microseconds / 1e6);
	return new Timestamp(seconds, (microseconds - seconds * 1e6) * 1000, 6);
}

/** Bytes that a frame had which may have been cut: what its IP header says, since `cap` does not. */
function wireLength(frame: Buffer, length: number, truncated: boolean, linkType: number): number {
	const ip = ipStart(frame, linkType);
	const version = ip === undefined ? 0 : (frame[ip] ?? 0) >> 4;
	if (ip === undefined || (version !== 4 && version !== 6)) return truncated ? length + 1 : length;
	const [field, header] = version === 4 ? [ip + 2, 0] : [ip + 4, 40];
	const said = frame.readUInt16BE(field);
	// 0 stands for more than the field can hold: at least one byte is missing, and nobody knows how many.
	return Math.max(said === 0 ? 0 : ip + header + said, truncated || said === 0 ? length + 1 : length);
}

/** Where the IP header begins, if there is one. */
function ipStart(frame: Buffer, linkType: number): number | undefined {
	const fixed = ipStarts.get(linkType);
	if (fixed !== undefined) return fixed;
	if (linkType !== LinkType.ethernet) return undefined;
	let at = 12;
	for (let tags = 0; tags < 2 && vlanTags.has(frame.readUInt16BE(at)); tags += 1) at += 4;
	return ipTypes.has(frame.readUInt16BE(at)) ? at + 2 : undefined;
}

/** Where IP begins, for links that always have as many bytes before it. */
const ipStarts: ReadonlyMap<number, number> = new Map([
	[LinkType.null, 4],
	[LinkType.loop, 4],
	[LinkType.linuxSll, 16],
	[LinkType.linuxSll2, 20],
	[LinkType.rawBsd, 0],
	[LinkType.rawOpenBsd, 0],
	[LinkType.raw, 0],
	[LinkType.ipv4, 0],
	[LinkType.ipv6, 0],
]);

const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8]);
const ipTypes: ReadonlySet<number> = new Set([0x0800, 0x86dd]);
