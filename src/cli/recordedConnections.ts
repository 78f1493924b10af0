import { ConnectionRecord } from '../../marbles/connectionRecord.js';
import type { Segment } from '../wire/segment.js';

/** Connections that are told apart among those that are left out. */
const LEFT_OUT_MAX = 10_000;

/** The first packets of the first connections. */
export class RecordedConnections {
	private readonly byEnds = new Map<string, ConnectionRecord>();
	private readonly leftOut = new Set<string>();

	constructor(
		private readonly maxConnections: number,
		private readonly maxPackets: number,
		private readonly maxBytes: number,
	) {}

	get records(): readonly ConnectionRecord[] {
		return [...this.byEnds.values()];
	}

	/** How many connections more there were; '' for none. */
	get rest(): string {
		const { size } = this.leftOut;
		if (size === 0) return '';
		const count = size < LEFT_OUT_MAX ? `${size}` : `at least ${size}`;
		return `${count} more ${size === 1 ? 'connection is' : 'connections are'} left out; name one as FLOW`;
	}

	add(segment: Segment): void {
		const { flow } = segment;
		const key = [flow, flow.reverse()]
			.map(each => each.toNumbers().join())
			.sort()
			.join(' ');
		let record = this.byEnds.get(key);
		if (record === undefined) {
			if (this.byEnds.size === this.maxConnections) {
				if (this.leftOut.size < LEFT_OUT_MAX) this.leftOut.add(key);
				return;
			}
			record = new ConnectionRecord('marbles', flow, this.maxPackets, this.maxBytes);
			this.byEnds.set(key, record);
		}
		record.add(segment);
	}
}
