import type { Hash } from 'node:crypto';
import type { CloseReason } from '../assembly/closeReason.js';
import type { Connection } from '../assembly/connection.js';
import type { Reassembly } from '../assembly/reassembly.js';
import type { Direction } from '../flow.js';
import { Timestamp } from '../timestamp.js';

/** A number for each side. */
type Sides<T> = Readonly<Record<Direction, T>>;

/** A connection in one line. */
export interface SummaryLine {
	readonly client: string;
	readonly server: string;
	readonly start: string;
	readonly end: string;
	readonly closed: CloseReason;
	readonly packets: Sides<number>;
	readonly bytes: Sides<number>;
	readonly skipped: Sides<number>;
	readonly sha256?: Sides<string>;
}

/** Makes what takes the digest of one direction. */
export type HashMaker = () => Hash;

/** What is known of one connection, chunk by chunk. */
export class ConnectionSummary {
	private readonly hashes: Sides<Hash> | undefined;
	private readonly closed: Partial<Record<Direction, CloseReason>> = {};

	constructor(
		readonly connection: Connection,
		makeHash: HashMaker | undefined,
	) {
		this.hashes = makeHash && { client: makeHash(), server: makeHash() };
	}

	add(chunk: Reassembly): void {
		const { direction, closed } = chunk;
		if (chunk.length > 0) this.hashes?.[direction].update(chunk.bytes);
		if (closed !== undefined) this.closed[direction] = closed;
	}

	/** The line, as things stand now; only once, since a digest can be taken only once. */
	line(): SummaryLine {
		const { connection, hashes } = this;
		const { client, server } = connection;
		const [a, b] = [connection.statistics('client'), connection.statistics('server')];
		const times = [a.firstSeen, a.lastSeen, b.firstSeen, b.lastSeen].filter(time => time !== undefined).sort(Timestamp.compare);
		return {
			client: String(client),
			server: String(server),
			start: String(times[0] as Timestamp),
			end: String(times.at(-1) as Timestamp),
			closed: this.reason,
			packets: { client: a.packets, server: b.packets },
			bytes: { client: a.bytes, server: b.bytes },
			skipped: { client: a.skipped, server: b.skipped },
			...(hashes && { sha256: { client: hashes.client.digest('hex'), server: hashes.server.digest('hex') } }),
		};
	}

	/** Why the connection ended: by a RST if either side did; by FIN if both did; else what ended the other side. */
	private get reason(): CloseReason {
		const reasons = Object.values(this.closed);
		return reasons.find(reason => reason === 'rst') ?? reasons.find(reason => reason !== 'fin') ?? (reasons.length === 2 ? 'fin' : 'eof');
	}
}
