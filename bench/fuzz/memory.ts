const GROWTH_MAX = 64 * 2 ** 20;
const SETTLE_EVERY = 2000;

/** Notices that memory grows: at once in a single case, or little by little over all of them. Needs `--expose-gc`. */
export class FuzzMemory {
	private readonly first = settled();
	private before = 0;

	/** A case begins. */
	begin(): void {
		this.before = inUse();
	}

	/** What is wrong after a case. */
	end(done: number): string | undefined {
		const more = inUse() - this.before;
		if (more > GROWTH_MAX) return `it takes ${mebibytes(more)} MiB`;
		if (done % SETTLE_EVERY !== 0) return undefined;
		const grown = settled() - this.first;
		return grown > GROWTH_MAX ? `${mebibytes(grown)} MiB more are in use than at first` : undefined;
	}
}

function settled(): number {
	if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
	globalThis.gc();
	return inUse();
}

function inUse(): number {
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

function mebibytes(bytes: number): string {
	return (bytes / 2 ** 20).toFixed(0);
}
