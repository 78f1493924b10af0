import type { Reassembly } from 'rx-reassembly';

/** Counts what comes out of `reassemble`, at as little cost a chunk as can be. */
export class Tally {
	connections = 0;
	streams = 0;
	bytes = 0;
	skipped = 0;

	add(chunk: Reassembly): void {
		this.bytes += chunk.length;
		if (chunk.skip > 0) this.skipped += chunk.skip;
		if (chunk.closed !== undefined) this.close(chunk);
	}

	private close(chunk: Reassembly): void {
		if (chunk.last) this.connections++;
		if (chunk.connection.statistics(chunk.direction).bytes > 0) this.streams++;
	}
}
