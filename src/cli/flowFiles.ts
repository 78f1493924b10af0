import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Reassembly } from '../assembly/reassembly.js';
import { CaptureError } from '../errors.js';
import type { Endpoint, Flow } from '../flow.js';

/** What stands for missing bytes in a file. */
export type HoleStyle = 'skip' | 'zero' | 'marker';

/** Files that are open at the same time; a flow that says something later has its file opened again. */
const OPEN_MAX = 256;

/** A file of one flow. */
interface FlowFile {
	readonly path: string;
	/** Where the next bytes go. */
	end: number;
	/** Undefined while it is closed. */
	descriptor: number | undefined;
}

/** The bytes of every flow in a file of its own, in one folder, with the names that tcpflow gives them. */
export class FlowFiles {
	files = 0;
	bytes = 0;
	missing = 0;
	private readonly byFlow = new Map<Flow, FlowFile>();
	/** Those that are open, the one longest unused first. */
	private readonly open = new Set<FlowFile>();
	/** How many flows had this name. */
	private readonly names = new Map<string, number>();

	/** @throws CaptureError if the folder cannot be made. */
	constructor(
		private readonly folder: string,
		private readonly holes: HoleStyle,
	) {
		trying(folder, () => mkdirSync(folder, { recursive: true }));
	}

	/** @throws CaptureError with the words of the system. */
	add(chunk: Reassembly): void {
		const { flow, skip, length, closed } = chunk;
		if (skip > 0) this.missing += skip;
		if (length > 0 || (skip > 0 && this.byFlow.has(flow))) {
			const file = this.fileOf(flow);
			trying(file.path, () => this.write(file, chunk));
		}
		if (closed !== undefined) this.forget(flow);
	}

	/** Closes all. */
	end(): void {
		for (const file of this.open) this.close(file);
		this.byFlow.clear();
	}

	private write(file: FlowFile, { skip, bytes, length }: Reassembly): void {
		const descriptor = this.opened(file);
		if (skip > 0 && this.holes === 'zero') {
			file.end += skip;
			ftruncateSync(descriptor, file.end);
		}
		if (skip !== 0 && this.holes === 'marker') this.append(file, descriptor, new TextEncoder().encode(markerOf(skip)));
		this.append(file, descriptor, bytes);
		this.bytes += length;
	}

	private append(file: FlowFile, descriptor: number, bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; ) {
			const written = writeSync(descriptor, bytes, at, bytes.length - at, file.end);
			at += written;
			file.end += written;
		}
	}

	private fileOf(flow: Flow): FlowFile {
		const known = this.byFlow.get(flow);
		if (known !== undefined) return known;
		const name = nameOf(flow);
		const count = this.names.get(name) ?? 0;
		this.names.set(name, count + 1);
		const file = { path: join(this.folder, count === 0 ? name : `${name}c${count}`), end: 0, descriptor: undefined };
		this.byFlow.set(flow, file);
		this.files++;
		return file;
	}

	/** Opens it, if it is not; what was in it before the first time is gone. */
	private opened(file: FlowFile): number {
		this.open.delete(file);
		this.open.add(file);
		if (file.descriptor !== undefined) return file.descriptor;
		for (const oldest of this.open) {
			if (this.open.size <= OPEN_MAX) break;
			this.close(oldest);
		}
		file.descriptor = openSync(file.path, file.end === 0 ? 'w' : 'r+');
		return file.descriptor;
	}

	private close(file: FlowFile): void {
		this.open.delete(file);
		if (file.descriptor !== undefined) closeSync(file.descriptor);
		file.descriptor = undefined;
	}

	private forget(flow: Flow): void {
		const file = this.byFlow.get(flow);
		if (file !== undefined) this.close(file);
		this.byFlow.delete(flow);
	}
}

/** `010.000.000.001.01234-010.000.000.002.00080`, with `--0005` behind it for VLAN 5. */
function nameOf({ source, destination, vlan }: Flow): string {
	const inner = vlan & 0xfff;
	return `${endOf(source)}-${endOf(destination)}${inner === 0 ? '' : `--${inner}`}`;
}

function endOf({ address, port }: Endpoint): string {
	const host = address.includes(':')
		? address
		: address
				.split('.', 4)
				.map(part => part.padStart(3, '0'))
				.join('.');
	return `${host}.${String(port).padStart(5, '0')}`;
}

function markerOf(skip: number): string {
	return skip < 0 ? '\n[the start is missing]\n' : `\n[${skip} bytes are missing]\n`;
}

function trying<T>(path: string, work: () => T): T {
	try {
		return work();
	} catch (cause) {
		throw new CaptureError('io', `${path}: ${(cause as Error).message}`, { cause });
	}
}
