import type { Connection } from '../../src/assembly/connection.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Direction, Flow } from '../../src/flow.js';

const directions: readonly Direction[] = ['client', 'server'];

/** What was seen of one flow. */
interface FlowRecord {
	bytes: number;
	skipped: number;
	chunks: number;
	hadBytes: boolean;
	closed: boolean;
}

/** What holds for all chunks, whatever was captured; `see` and `end` throw where it does not. */
export class ChunkLaws {
	private readonly flows = new Map<Flow, FlowRecord>();
	/** Whether the last chunk of a connection has come. */
	private readonly connections = new Map<Connection, boolean>();

	see(chunk: Reassembly): void {
		const { flow, connection, skip, start, end, closed, last, length, direction } = chunk;
		let record = this.flows.get(flow);
		if (record === undefined) {
			const isClients = flow.source.toString() === connection.client.toString();
			demand(isClients === (direction === 'client'), chunk, 'has the wrong direction');
			record = { bytes: 0, skipped: 0, chunks: 0, hadBytes: false, closed: false };
			this.flows.set(flow, record);
		}
		demand(!record.closed, chunk, 'comes after its flow was closed');
		demand(this.connections.get(connection) !== true, chunk, 'comes after the last one of its connection');
		demand(length > 0 || start || end || skip !== 0 || closed !== undefined, chunk, 'says nothing');
		demand(skip >= -1 && Number.isInteger(skip), chunk, 'has an impossible skip');
		demand(skip !== -1 || (!record.hadBytes && record.skipped === 0), chunk, 'has a start that was not seen, behind others');
		demand(skip !== -1 || length > 0 || end || closed !== undefined, chunk, 'has nothing behind a start that was not seen');
		demand(!start || (record.chunks === 0 && length === 0 && skip === 0), chunk, 'starts a flow that had started');
		demand(!end || closed === 'fin', chunk, 'has an end that does not close its flow');
		demand(!last || closed !== undefined, chunk, 'is the last of a connection, but not of its flow');
		demand(chunk.bytes.length === length, chunk, 'has another number of bytes than it says');
		record.chunks++;
		record.skipped += Math.max(0, skip);
		demand(chunk.offset === record.bytes + record.skipped, chunk, `stands at ${chunk.offset} of its stream`);
		record.bytes += length;
		record.hadBytes ||= length > 0;
		record.closed = closed !== undefined;
		this.connections.set(connection, last);
		if (closed === undefined) return;
		const statistics = connection.statistics(direction);
		demand(statistics.bytes === record.bytes, chunk, `closes a flow of ${record.bytes} bytes that counted ${statistics.bytes}`);
		demand(statistics.skipped === record.skipped, chunk, `closes a flow that skipped ${record.skipped} and counted ${statistics.skipped}`);
	}

	/**
	 * Nothing more comes: each flow was closed, and each connection has had its last chunk, but for one that only one side
	 * was seen of, and that had ended: there the end of the packets is all that can be said of the other side.
	 */
	end(): void {
		for (const [flow, { closed }] of this.flows) if (!closed) throw new Error(`${flow} was not closed`);
		for (const [connection, ended] of this.connections) {
			const isOneSided = directions.some(direction => connection.statistics(direction).packets === 0);
			if (!ended && !isOneSided) throw new Error(`connection ${connection.id} had no last chunk`);
		}
	}
}

function demand(holds: boolean, { flow, packet }: Reassembly, problem: string): void {
	if (!holds) throw new Error(`the chunk of packet ${packet} on ${flow} ${problem}`);
}
