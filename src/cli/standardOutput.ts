import { writeSync } from 'node:fs';
import { ProgressBar } from './progressBar.js';

const STDOUT = 1;

/**
 * Standard output without its stream, as long as that goes: what the stream needs of Node takes longer to load than most
 * of this program. A write waits until the reader has taken it.
 *
 * Windows needs the stream for text in a console. So does a pipe that must not be waited for, since somebody who shares it
 * said so.
 */
export class StandardOutput {
	private stream: NodeJS.WriteStream | undefined = undefined;

	/** @param failed is told, at once or later, what went wrong. */
	constructor(private readonly failed: (error: NodeJS.ErrnoException) => void) {
		if (process.platform === 'win32') this.openStream();
	}

	write(text: string): void {
		ProgressBar.giveWay();
		if (this.stream !== undefined) {
			this.stream.write(text);
			return;
		}
		let rest: Uint8Array = Buffer.from(text);
		try {
			while (rest.length > 0) rest = rest.subarray(writeSync(STDOUT, rest));
		} catch (error) {
			const failure = error as NodeJS.ErrnoException;
			if (failure.code === 'EAGAIN') this.openStream().write(rest);
			else this.failed(failure);
		}
	}

	private openStream(): NodeJS.WriteStream {
		this.stream = process.stdout;
		return this.stream.on('error', this.failed);
	}
}
