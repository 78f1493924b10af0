import { createRequire } from 'node:module';
import { CaptureError } from '../errors.js';
import { LinkType } from '../linkType.js';
import { workerThreads } from '../threads/workerThreads.js';

/** Bytes of a frame that `cap` captures at most: it always asks libpcap for this many. */
export const capSnaplen = 65_535;

/** The part of a `Cap` object that is used here; the package has no types. */
export interface CapHandle {
	/** Opens the device and answers the link type as text. Does not retain `buffer`, and overwrites it at every packet. */
	open(device: string, filter: string, bufferSize: number, buffer: Buffer): string;
	close(): boolean;
	on(event: 'packet', listener: (length: number, truncated: boolean) => void): unknown;
	removeAllListeners(event: 'packet'): unknown;
}

/** An entry of `Cap.deviceList()`. */
export interface CapDevice {
	readonly name: string;
	readonly description?: string;
	readonly addresses: readonly CapAddress[];
	readonly flags?: string;
}

export interface CapAddress {
	readonly addr?: string;
	readonly netmask?: string;
	readonly broadaddr?: string;
	readonly dstaddr?: string;
}

/** What `require('cap')` gives. */
export interface CapModule {
	readonly Cap: { new (): CapHandle; deviceList(): CapDevice[] };
}

const requireHere = createRequire(import.meta.url);

/**
 * Loads `cap`, only when it is asked for: whoever reads files never needs it.
 *
 * @throws CaptureError `cap-missing`, `cap-not-built`.
 */
export function loadCap(load: (name: string) => unknown = requireHere, mainThread = workerThreads().isMainThread): CapModule {
	if (!mainThread) {
		const message = 'cap only works on the main thread: capture there, and post the packets to the worker';
		throw new CaptureError('cap-missing', message);
	}
	try {
		return load('cap') as CapModule;
	} catch (error) {
		throw loadError(error);
	}
}

const buildNeeds = 'needs a C++ compiler, Python and the headers of libpcap (Debian: `sudo apt install libpcap-dev`)';

/** What went wrong when `cap` was loaded, and what mends it. */
function loadError(cause: unknown): CaptureError {
	const words = firstLine(cause);
	const code = (cause as { code?: unknown } | null)?.code;
	if (code === 'MODULE_NOT_FOUND' && !words.includes('cap.node')) {
		const why = `live capture needs the package cap, which is not installed; its build ${buildNeeds}`;
		return new CaptureError('cap-missing', `${why}. Then: \`npm install cap\``, { cause });
	}
	if (code === 'MODULE_NOT_FOUND') {
		const why = `the package cap is installed, but its native part was not built, as npm does not run every install script; it ${buildNeeds}`;
		return new CaptureError('cap-not-built', `${why}. Then: \`npm rebuild cap\`, after \`npm approve-scripts cap\` where npm knows it`, {
			cause,
		});
	}
	if (/NODE_MODULE_VERSION|architecture|invalid ELF header|wrong ELF class/i.test(String(cause))) {
		const why = `the native part of cap was built for another Node or machine than this ${process.version} on ${process.arch}`;
		return new CaptureError('cap-not-built', `${why}: \`npm rebuild cap\``, { cause });
	}
	if (/libpcap|wpcap|module could not be found/i.test(words)) {
		const why = `cap finds no libpcap (${words})`;
		return new CaptureError('cap-missing', `${why}: \`sudo apt install libpcap0.8\`, on Windows https://npcap.com`, { cause });
	}
	if (code === 'ERR_DLOPEN_FAILED') {
		return new CaptureError('cap-not-built', `the native part of cap is broken (${words}): \`npm rebuild cap\``, { cause });
	}
	return new CaptureError('cap-missing', `cap could not be loaded: ${words}. Try: \`npm rebuild cap\``, { cause });
}

/** The first line of what an error says: Node puts a require stack behind it. */
export function firstLine(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	return (text.split('\n', 1)[0] ?? '').trim();
}

/**
 * Every `Cap` object there ever was. None may be collected: a closed one still hangs in libuv's list of handles, and
 * the destructor of one that failed to open stops a poll that never began, which aborts the process. It is some
 * hundred bytes for each capture.
 */
const kept: CapHandle[] = [];

function newCap(cap: CapModule): CapHandle {
	const handle = new cap.Cap();
	kept.push(handle);
	return handle;
}

/** A capture under way. */
export interface OpenCapture {
	/** The link type in the words of `cap`. */
	readonly linkName: string;
	/** Stops it; no packet comes after. */
	close(): void;
}

/**
 * Opens a device; `onPacket` is called with the buffer that `cap` overwrites, so whoever wants its bytes copies them.
 *
 * @throws what libpcap says, as a plain Error.
 */
export function openCapture(
	cap: CapModule,
	request: { device: string; filter: string; bufferSize: number },
	onPacket: (buffer: Buffer, length: number, truncated: boolean) => void,
): OpenCapture {
	const handle = newCap(cap);
	const buffer = Buffer.alloc(capSnaplen);
	const linkName = handle.open(request.device, request.filter, request.bufferSize, buffer);
	let open = true;
	// The listener is what holds the buffer: `cap` has only its address.
	handle.on('packet', (length, truncated) => onPacket(buffer, length, truncated));
	const close = () => {
		if (!open) return;
		open = false;
		handle.close();
		// `cap` may be in the middle of handing out the packet that made us close: let go of the buffer once it is out.
		setImmediate(() => handle.removeAllListeners('packet'));
	};
	return { linkName, close };
}

/**
 * Opens and closes with the smallest buffer, to see whether it can be done. What fails to open can never be closed
 * again, so that at least its buffer is small.
 *
 * @throws what libpcap says, as a plain Error.
 */
export function tryOpen(cap: CapModule, device: string, filter: string): void {
	const handle = newCap(cap);
	handle.open(device, filter, 1, Buffer.alloc(1));
	handle.close();
}

/** What libpcap said when a device was opened without a filter, and what mends it. */
export function openError(device: string, cause: unknown): CaptureError {
	const words = firstLine(cause);
	if (/not permitted|permission|EACCES|EPERM|CAP_NET_RAW|privilege/i.test(words)) {
		return new CaptureError('not-permitted', `capturing on ${device} is not permitted (${words}): ${permissionMend()}`, { cause });
	}
	if (/no such device|no such adapter|not configured|does not exist|doesn't exist|cannot find the device/i.test(words)) {
		return noSuchDevice(device, cause);
	}
	if (/not up|network is down/i.test(words)) {
		return new CaptureError('device-down', `the device ${device} is not up: \`sudo ip link set ${device} up\` (${words})`, { cause });
	}
	if (/promiscuous/i.test(words)) {
		const why = `cap always asks for promiscuous mode, which ${device} refuses (${words})`;
		return new CaptureError('io', `${why}: capture on one device, or read what \`tcpdump -i ${device} -U -w -\` writes`, { cause });
	}
	return new CaptureError('io', `${device} cannot be captured on: ${words}`, { cause });
}

function permissionMend(): string {
	if (process.platform === 'win32') return 'start it as administrator';
	if (process.platform !== 'linux') return 'start it with sudo, or make /dev/bpf* readable';
	if (process.getuid?.() === 0) return 'this root may not either, start the container with `--cap-add=NET_RAW --cap-add=NET_ADMIN`';
	return '`sudo setcap cap_net_raw,cap_net_admin=eip $(readlink -f $(which node))`, or start it with sudo';
}

export function noSuchDevice(device: string, cause?: unknown): CaptureError {
	const message = `there is no device ${device}: \`rx-reassembly devices\` lists them, in a program devices()`;
	return new CaptureError('no-such-device', message, cause === undefined ? {} : { cause });
}

const linkTypes: Readonly<Record<string, number>> = {
	NULL: LinkType.null,
	ETHERNET: LinkType.ethernet,
	IEEE802_11_RADIO: LinkType.radiotap,
	LINKTYPE_LINUX_SLL: LinkType.linuxSll,
	RAW: LinkType.raw,
};

/**
 * The registry number of a link type as `cap` names it, undefined if it cannot be told.
 *
 * Those without a name come as `Unknown linktype 228`, with libpcap's own number (DLT), which above 104 is mostly that
 * of the registry.
 */
export function linkTypeOf(linkName: string): number | undefined {
	const known = linkTypes[linkName];
	if (known !== undefined) return known;
	const number = Number(/^Unknown linktype (\d+)$/.exec(linkName)?.[1]);
	return number > 104 ? number : undefined;
}
