import type { Flow } from '../flow.js';
import type { Segment } from '../wire/segment.js';
import { Assembler } from './assembler.js';
import type { CloseReason } from './closeReason.js';
import type { Connection } from './connection.js';
import type { Flush } from './flush.js';
import type { Reassembly } from './reassembly.js';
import type { TrackedConnection } from './trackedConnection.js';

/** A connection or flow that has ended. */
export interface Ended<Key> {
	readonly key: Key;
	readonly reason: CloseReason;
}

/**
 * Tells which connection (or flow) each segment belongs to, and when connections end: an {@link Assembler} that keeps no
 * bytes. It serves whoever groups segments before they are put in order.
 */
export class SegmentTracker<Key> {
	/** What has ended since it was last taken. */
	private ended: Ended<Key>[] = [];
	private readonly assembler: Assembler;

	private constructor(
		directed: boolean,
		private readonly keyOf: (connection: Connection) => Key,
	) {
		const chunk = ({ last, connection, closed }: Reassembly) => {
			if (last) this.ended.push({ key: keyOf(connection), reason: closed as CloseReason });
		};
		this.assembler = new Assembler({ chunk }, {}, { keepsBytes: false, directed });
	}

	/** Tracks connections, with the default limits. */
	static ofConnections(): SegmentTracker<Connection> {
		return new SegmentTracker<Connection>(false, connection => connection);
	}

	/** Tracks each direction by itself, as tcpassembly does, with the default limits. */
	static ofFlows(): SegmentTracker<Flow> {
		return new SegmentTracker<Flow>(true, connection => (connection as TrackedConnection).flowOf(false));
	}

	/** Where a segment belongs; undefined: to what had ended before, so that it is only counted. */
	push(segment: Segment): Key | undefined {
		const connection = this.assembler.push(segment);
		return connection === undefined ? undefined : this.keyOf(connection);
	}

	/** Ends what a mark ends. */
	flush(mark: Flush): void {
		this.assembler.flush(mark);
	}

	/** What has ended since the last call, in order. */
	takeEnded(): readonly Ended<Key>[] {
		const { ended } = this;
		if (ended.length > 0) this.ended = [];
		return ended;
	}
}
