import { performance } from 'node:perf_hooks';

const PROCESSOR_MS_MAX = 1000;
const WALL_MS_MAX = 60_000;

/**
 * Notices that a case does not end. It counts the time of the processor, not of the clock: on a busy machine a case may
 * wait long for its turn. Only what waits for something that never comes takes no processor time: then the clock counts.
 */
export class FuzzWatch {
	private place = -1;
	private cpu = 0;
	private since = 0;

	/** What is wrong, if the case at hand takes too long. */
	look(place: number): string | undefined {
		const cpu = processorMs();
		const now = performance.now();
		if (place !== this.place) {
			this.place = place;
			this.cpu = cpu;
			this.since = now;
			return undefined;
		}
		if (cpu - this.cpu > PROCESSOR_MS_MAX) return `it takes more than ${PROCESSOR_MS_MAX} ms of the processor`;
		return now - this.since > WALL_MS_MAX ? `it does not end within ${WALL_MS_MAX} ms` : undefined;
	}
}

function processorMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
