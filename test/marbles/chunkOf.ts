import type { CloseReason } from '../../src/assembly/closeReason.js';
import { Reassembly } from '../../src/assembly/reassembly.js';
import { type Direction, Flow } from '../../src/flow.js';
import { Timestamp } from '../../src/timestamp.js';

export interface ChunkFields {
	text?: string;
	direction?: Direction;
	skip?: number;
	start?: boolean;
	end?: boolean;
	closed?: CloseReason;
	clientPort?: number;
	serverPort?: number;
	version?: 4 | 6;
	vlan?: number;
}

const words = {
	4: { client: [0x0a000001], server: [0x0a000002] },
	6: { client: [0x20010db8, 0, 0, 1], server: [0x20010db8, 0, 0, 2] },
};

/** A chunk as the engine would make it, without an engine. */
export function chunkOf(fields: ChunkFields): Reassembly {
	const { text = '', direction = 'client', skip = 0, start = false, end = false, clientPort = 1024, serverPort = 80 } = fields;
	const { client, server } = words[fields.version ?? 4];
	const upstream = new Flow([...client, ...server], clientPort, serverPort, fields.vlan ?? 0);
	const downstream = new Flow([...server, ...client], serverPort, clientPort, fields.vlan ?? 0);
	const connection = {
		id: 1,
		client: upstream.source,
		server: upstream.destination,
		guessed: false,
		closed: false,
		statistics: () => {
			throw new Error('not here');
		},
	};
	const bytes = new TextEncoder().encode(text);
	const owner = {
		...connection,
		flowOf: (reversed: boolean) => (reversed ? downstream : upstream),
		directionOf: (reversed: boolean): Direction => (reversed ? 'server' : 'client'),
	};
	return new Reassembly(
		owner,
		direction === 'server',
		bytes,
		0,
		bytes.length,
		0,
		skip,
		start,
		end,
		Timestamp.fromMs(0),
		1,
		fields.closed,
		false,
	);
}
