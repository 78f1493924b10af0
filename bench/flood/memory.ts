/** What the process needs, in MiB. */
export interface Memory {
	readonly rss: number;
	readonly heap: number;
	readonly arrayBuffers: number;
}

const MIB = 2 ** 20;

export function memory(): Memory {
	const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
	return { rss: rss / MIB, heap: heapUsed / MIB, arrayBuffers: arrayBuffers / MIB };
}

/** What is needed once the garbage is gone; node must run with `--expose-gc`. */
export function settledMemory(): Memory {
	if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
	globalThis.gc();
	return memory();
}

export function printMemory({ rss, heap, arrayBuffers }: Memory): string {
	const mib = (value: number) => `${Math.round(value)}`.padStart(6);
	return `rss ${mib(rss)}  heap ${mib(heap)}  arrayBuffers ${mib(arrayBuffers)} MiB`;
}
