import { closeReasons } from '../assembly/closeReason.js';
import { Flush } from '../assembly/flush.js';
import { Reassembly } from '../assembly/reassembly.js';
import { Endpoint, Flow } from '../flow.js';
import { Timestamp } from '../timestamp.js';
import { Tunnel } from '../tunnel.js';
import { Segment } from '../wire/segment.js';
import { DistantConnection, timeAt } from './distantConnection.js';
import { Mark, type Parcel, STATISTICS_NUMBERS, TIMESTAMP_NUMBERS } from './parcel.js';

const NEVER = new Timestamp(0, 0);

/** Unpacks the parcels of one shard: makes again what was written to their tapes. */
export class Unpacker {
	private readonly connections = new Map<number, DistantConnection>();

	constructor(
		private readonly shard: number,
		private readonly shards: number,
	) {}

	/** How many connections it keeps, since the shard may speak of them again. */
	get known(): number {
		return this.connections.size;
	}

	/** The results, in order. Each is only made when it is asked for: until then its connection is as it was before. */
	*unpack(parcel: Parcel): Generator<unknown, void, void> {
		const { values, holders, keys, places, bare, forgotten } = parcel;
		for (const object of bare) Object.setPrototypeOf(object, null);
		let place = 0;
		for (let i = 0; i < values.length; i++) {
			for (const end = places[i] as number; place < end; place++) {
				const holder = holders[place] as object;
				const key = keys[place] as string | number;
				Reflect.set(holder, key, this.make(parcel, Reflect.get(holder, key) as number));
			}
			yield values[i];
		}
		for (const number of forgotten) this.connections.delete(number);
	}

	/** What stands on the tape at `at`. */
	private make(parcel: Parcel, at: number): unknown {
		const { tape, texts } = parcel;
		const of = (index: number) => tape[at + index] as number;
		switch (of(0)) {
			case Mark.timestamp:
				return new Timestamp(of(1), of(2), of(3));
			case Mark.endpoint:
				return new Endpoint(texts[of(1)] as string, of(2));
			case Mark.flow:
				return flowAt(tape, at + 1);
			case Mark.bytes:
				return view(parcel.bytes, of(1), of(2));
			case Mark.segment:
				return segmentAt(parcel, at + 1);
			case Mark.flush:
				return new Flush(of(1), of(2), of(3), closeReasons[of(4)]);
			case Mark.connection:
				return this.connectionAt(tape, at + 1);
			case Mark.tunnel:
				return tunnelAt(tape, at + 1);
			default:
				return this.chunkAt(parcel, at + 1);
		}
	}

	private chunkAt({ tape, bytes }: Parcel, at: number): Reassembly {
		const of = (index: number) => tape[at + index] as number;
		const [bits, from, length, offset, skip, packet] = [of(0), of(1), of(2), of(3), of(4), of(5)];
		const closed = closeReasons[of(6)];
		const has = (bit: number) => (bits & bit) !== 0;
		const seen = timeAt(tape, at + 7) ?? NEVER;
		const owner = this.connectionAt(tape, at + 7 + TIMESTAMP_NUMBERS + 1);
		return new Reassembly(owner, has(1), bytes, from, from + length, offset, skip, has(2), has(4), seen, packet, closed, has(8));
	}

	/** Ids count on over all shards, so that none comes twice. */
	private connectionAt(tape: Float64Array, at: number): DistantConnection {
		const number = tape[at] as number;
		const connection = this.connections.get(number) ?? this.open(number, tape, at + 1 + 2 * STATISTICS_NUMBERS);
		connection.update(tape, at + 1);
		return connection;
	}

	private open(number: number, tape: Float64Array, at: number): DistantConnection {
		const id = (number - 1) * this.shards + this.shard + 1;
		const connection = new DistantConnection(id, flowAt(tape, at + 1), tape[at] === 1);
		this.connections.set(number, connection);
		return connection;
	}
}

function flowAt(tape: Float64Array, at: number): Flow {
	return Flow.fromNumbers(numbersAt(tape, at));
}

const tunnelAt = (tape: Float64Array, at: number): Tunnel | null => Tunnel.fromNumbers(numbersAt(tape, at));

/** Numbers, behind how many they are. */
function numbersAt(tape: Float64Array, at: number): number[] {
	return Array.from(tape.subarray(at + 1, at + 1 + (tape[at] as number)));
}

function segmentAt({ tape, bytes }: Parcel, at: number): Segment {
	const [from = 0, header = 0, payload = 0, length = 0, version = 0, missing = 0, vlan = 0, ...rest] = tape.subarray(at, at + 11);
	const [seq = 0, ack = 0, flags = 0, packet = 0] = rest;
	const time = timeAt(tape, at + 11) ?? NEVER;
	const tunnel = tunnelAt(tape, at + 11 + TIMESTAMP_NUMBERS);
	return new Segment(bytes, version, from, from + header, from + payload, length, missing, vlan, seq, ack, flags, time, packet, tunnel);
}

function view(bytes: Uint8Array, at: number, length: number): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset + at, length);
}
