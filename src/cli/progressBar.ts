import { fstatSync } from 'node:fs';
import type { SingleBar } from 'cli-progress';
import type { FileProgress } from '../sources/fileBlocks.js';

const [STDOUT, STDERR] = [1, 2];
/** What is over sooner needs no bar. */
const BEGIN_MS = 300;
const MiB = 2 ** 20;

/** How far the file is read: a bar on the terminal, that is not there for programs, nor at the end. */
export class ProgressBar {
	private static shown: ProgressBar | undefined = undefined;
	private readonly began = performance.now();
	private bar: SingleBar | undefined = undefined;
	private isAsked = false;

	/** Undefined where nobody would see it. */
	static forTerminal(): ProgressBar | undefined {
		return isTerminal(STDERR) && process.env.TERM !== 'dumb' ? new ProgressBar() : undefined;
	}

	/** Makes room for a line on the same terminal; the bar comes again below it. */
	static giveWay(): void {
		if (ProgressBar.shown !== undefined && isTerminal(STDOUT)) process.stderr.write('\r\x1b[K');
	}

	next({ readBytes, totalBytes }: FileProgress): void {
		if (totalBytes === undefined || totalBytes === 0) return;
		const ms = performance.now() - this.began;
		if (ms >= BEGIN_MS && !this.isAsked) void this.open(totalBytes);
		this.bar?.update(readBytes, { rate: (readBytes / MiB / (ms / 1000)).toFixed(0) });
	}

	/** Takes it away. */
	end(): void {
		this.isAsked = true;
		this.bar?.stop();
		ProgressBar.shown = undefined;
	}

	/** It is loaded for long files alone. */
	private async open(totalBytes: number): Promise<void> {
		this.isAsked = true;
		const { default: progress } = await import('cli-progress');
		if (ProgressBar.shown === undefined) ProgressBar.shown = this;
		const size = `${(totalBytes / MiB).toFixed(0)} MiB`;
		const format = `{bar} {percentage}% of ${size}, {rate} MiB/s, {eta_formatted} to go`;
		this.bar = new progress.SingleBar(
			{ format, stream: process.stderr, clearOnComplete: true, hideCursor: null, barsize: 24 },
			progress.Presets.shades_classic,
		);
		this.bar.start(totalBytes, 0, { rate: '…' });
	}
}

/** What `node:tty` needs takes longer to load than most of this program, so it is asked only where there may be a terminal. */
function isTerminal(descriptor: number): boolean {
	try {
		return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(descriptor);
	} catch {
		// It is closed.
		return false;
	}
}
