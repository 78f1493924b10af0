import { closeSync, openSync, writeSync } from 'node:fs';
import { CaptureError } from '../errors.js';
import type { HttpExchange } from '../protocols/http1.js';
import { type AskedExchange, harEntry } from './har.js';
import { version } from './version.js';

/** A file of HAR 1.2, written an entry at a time, so that memory does not grow with it. */
export class HarFile {
	entries = 0;
	/** Responses without a request, which HAR has no place for. */
	unasked = 0;
	private readonly descriptor: number;

	/** @throws CaptureError with the words of the system. */
	constructor(private readonly path: string) {
		this.descriptor = this.trying(() => openSync(path, 'w'));
		const creator = { name: 'rx-reassembly', version: version() };
		this.write(`{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`);
	}

	/** @throws CaptureError with the words of the system. */
	add(exchange: HttpExchange): void {
		if (exchange.request === null) {
			this.unasked++;
			return;
		}
		this.write(`${this.entries === 0 ? '' : ','}\n${JSON.stringify(harEntry(exchange as AskedExchange))}`);
		this.entries++;
	}

	/** What was written up to here is then a whole file. */
	end(): void {
		this.write('\n]}}\n');
		closeSync(this.descriptor);
	}

	private write(text: string): void {
		const bytes = new TextEncoder().encode(text);
		for (let at = 0; at < bytes.length; ) at += this.trying(() => writeSync(this.descriptor, bytes, at));
	}

	private trying<T>(work: () => T): T {
		try {
			return work();
		} catch (cause) {
			throw new CaptureError('io', `${this.path}: ${(cause as Error).message}`, { cause });
		}
	}
}
