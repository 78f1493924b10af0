import type { Connection, Direction, Reassembly, Segment } from '../../src/index.js';

const directions: readonly Direction[] = ['client', 'server'];

/** What came of one flow. */
interface FlowRecord {
	readonly connection: Connection;
	readonly direction: Direction;
	bytes: number;
	skipped: number;
	chunks: number;
	closed: boolean;
}

/** What must hold of all chunks of both behaviours, whatever was pushed; throws where it does not. */
export class RandomLaws {
	private readonly flows = new Map<Connection, Partial<Record<Direction, FlowRecord>>>();
	private readonly lasts = new Set<Connection>();
	private readonly payloads = new Map<Connection, { packets: number; bytes: number }>();

	/** Packets that were counted, over all connections that any segment was said to belong to. */
	get packets(): number {
		let sum = 0;
		for (const connection of this.payloads.keys()) for (const direction of directions) sum += connection.statistics(direction).packets;
		return sum;
	}

	/** A segment was pushed, and belongs to a connection. */
	pushed(connection: Connection, segment: Segment): void {
		const sum = this.payloads.get(connection) ?? { packets: 0, bytes: 0 };
		sum.packets++;
		sum.bytes += segment.length;
		this.payloads.set(connection, sum);
	}

	see(chunk: Reassembly): void {
		const { connection, direction, skip, start, closed, last, length } = chunk;
		const record = this.record(connection, direction);
		demand(!record.closed, chunk, 'comes after its flow was closed');
		demand(!this.lasts.has(connection), chunk, 'comes after the last one of its connection');
		demand(Number.isInteger(skip) && skip >= -1, chunk, `has the skip ${skip}`);
		demand(skip !== -1 || record.bytes + record.skipped === 0, chunk, 'has an unknown start behind bytes');
		demand(!start || record.chunks === 0, chunk, 'starts what had started');
		demand(chunk.bytes.length === length, chunk, 'has another number of bytes than it says');
		record.chunks++;
		record.skipped += Math.max(0, skip);
		demand(chunk.offset === record.bytes + record.skipped, chunk, `stands at ${chunk.offset} of its stream`);
		record.bytes += length;
		record.closed = closed !== undefined;
		if (last) this.lasts.add(connection);
		demand(!last || record.closed, chunk, 'is the last of its connection, but not of its flow');
	}

	/** Nothing more comes. */
	end(): void {
		for (const [connection, flows] of this.flows) {
			for (const record of Object.values(flows)) this.endFlow(record);
			this.endConnection(connection);
		}
	}

	private endFlow({ connection, direction, bytes, skipped, closed }: FlowRecord): void {
		const name = `${direction} of connection ${connection.id}`;
		const statistics = connection.statistics(direction);
		if (!closed) throw new Error(`the ${name} was not closed`);
		if (statistics.bytes !== bytes) throw new Error(`the ${name} gave ${bytes} bytes, and counted ${statistics.bytes}`);
		if (statistics.skipped !== skipped) throw new Error(`the ${name} skipped ${skipped} bytes, and counted ${statistics.skipped}`);
		for (const [what, count] of Object.entries(statistics)) {
			if (typeof count === 'number' && !(Number.isSafeInteger(count) && count >= 0))
				throw new Error(`the ${name} counted ${count} ${what}`);
		}
	}

	/** Of a connection that only one side was seen of, and that had ended, the end of the packets is no news. */
	private endConnection(connection: Connection): void {
		const sides = directions.map(direction => connection.statistics(direction));
		const isOneSided = sides.some(({ packets }) => packets === 0);
		if (!this.lasts.has(connection) && !isOneSided) throw new Error(`connection ${connection.id} had no last chunk`);
		const pushed = this.payloads.get(connection);
		if (pushed === undefined) return;
		const bytes = sides.reduce((sum, side) => sum + side.bytes, 0);
		const packets = sides.reduce((sum, side) => sum + side.packets, 0);
		if (bytes > pushed.bytes) throw new Error(`connection ${connection.id} gave ${bytes} bytes, of ${pushed.bytes} that came`);
		if (packets < pushed.packets) throw new Error(`connection ${connection.id} counted ${packets} packets, ${pushed.packets} came`);
	}

	private record(connection: Connection, direction: Direction): FlowRecord {
		const flows = this.flows.get(connection) ?? {};
		this.flows.set(connection, flows);
		flows[direction] ??= { connection, direction, bytes: 0, skipped: 0, chunks: 0, closed: false };
		return flows[direction];
	}
}

function demand(holds: boolean, { flow, packet }: Reassembly, problem: string): void {
	if (!holds) throw new Error(`the chunk of packet ${packet} on ${flow} ${problem}`);
}
