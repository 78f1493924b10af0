import type { Reassembly } from 'rx-reassembly';

/** Counts what comes out of `reassemble`, at as little cost a chunk as can be. */
export class Tally {
	connections = 0;
	streams = 0;
	bytes = 0;
	skipped = 0;

	add(chunk: Reassembly): void {
		const { length, skip } = chunk;
		this.bytes += length;
		if (skip > 0) this.skipped += skip;
		if (chunk.last) this.connections++;
		// The first bytes of a flow.
		if (length > 0 && chunk.offset === Math.max(0, skip)) this.streams++;
	}

	/** Adds what another has counted. */
	addAll({ connections, streams, bytes, skipped }: Pick<Tally, 'connections' | 'streams' | 'bytes' | 'skipped'>): void {
		this.connections += connections;
		this.streams += streams;
		this.bytes += bytes;
		this.skipped += skipped;
	}
}
