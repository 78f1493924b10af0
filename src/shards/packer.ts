import { closeReasons } from '../assembly/closeReason.js';
import type { Connection, FlowStatistics } from '../assembly/connection.js';
import { Flush } from '../assembly/flush.js';
import { Reassembly } from '../assembly/reassembly.js';
import { Endpoint, Flow } from '../flow.js';
import { Timestamp } from '../timestamp.js';
import { Tunnel } from '../tunnel.js';
import { Segment } from '../wire/segment.js';
import { ConnectionNumbers } from './connectionNumbers.js';
import { Mark, type Parcel, TIMESTAMP_NUMBERS } from './parcel.js';
import { ByteTape, NumberTape } from './tape.js';

/** Stands for what was written to the tape. */
const onTape = Symbol('on the tape');

/**
 * Packs results into parcels. Nothing that it is given is changed: what holds something that goes to the tape is copied.
 *
 * It looks into arrays and objects without a class. Everything else is left to the structured clone.
 */
export class Packer {
	private values: unknown[] = [];
	private holders: object[] = [];
	private keys: (string | number)[] = [];
	private places: number[] = [];
	private bare: object[] = [];
	private texts: string[] = [];
	private readonly tape = new NumberTape();
	private readonly bytes = new ByteTape();
	private readonly connections = new ConnectionNumbers();
	/** Where on the tape begins what was written last. */
	private at = 0;
	/** The objects that the one at hand is in. */
	private readonly path: object[] = [];

	/** How many results wait. */
	get length(): number {
		return this.values.length;
	}

	/** How many bytes of theirs are on the tapes. */
	get size(): number {
		return this.bytes.length + 8 * this.tape.length;
	}

	add(value: unknown): void {
		const carried = this.carry(value);
		if (carried === onTape) this.leaveAt(this.values, this.values.length);
		else this.values.push(carried);
		this.places.push(this.holders.length);
	}

	/** What was added since the last call. */
	take(): Parcel {
		const { values, holders, keys, places, bare, texts } = this;
		this.values = [];
		this.holders = [];
		this.keys = [];
		this.places = [];
		this.bare = [];
		this.texts = [];
		const { tape, bytes, connections } = this;
		return { values, holders, keys, places, bare, texts, tape: tape.take(), bytes: bytes.take(), forgotten: connections.takeForgotten() };
	}

	private leaveAt(holder: object, key: string | number): void {
		Reflect.set(holder, key, this.at);
		this.holders.push(holder);
		this.keys.push(key);
	}

	/** What is sent for a value: itself, a copy, or nothing but a place on the tape. */
	private carry(value: unknown): unknown {
		if (typeof value !== 'object' || value === null) return value;
		const prototype: unknown = Object.getPrototypeOf(value);
		if (prototype === Object.prototype) return this.carryFields(value);
		if (Array.isArray(value)) return this.carryFields(value);
		if (prototype !== null) return this.write(value) ? onTape : value;
		const carried = this.carryFields(value);
		this.bare.push(carried);
		return carried;
	}

	private carryFields(fields: object): object {
		// Who holds himself is left to the structured clone, which knows how to.
		if (this.path.includes(fields)) return fields;
		this.path.push(fields);
		let copy: object | undefined;
		for (const key of Object.keys(fields)) {
			const field: unknown = Reflect.get(fields, key);
			if (typeof field !== 'object' || field === null) continue;
			const carried = this.carry(field);
			if (carried === field) continue;
			copy ??= Array.isArray(fields) ? [...fields] : { ...fields };
			if (carried === onTape) this.leaveAt(copy, key);
			else Reflect.set(copy, key, carried);
		}
		this.path.pop();
		return copy ?? fields;
	}

	/** Writes an instance of a class to the tape, if it is one of ours, or bytes in a larger buffer; answers whether it did. */
	private write(value: object): boolean {
		const { tape } = this;
		const at = tape.length;
		if (value instanceof Timestamp) this.begin(Mark.timestamp, value.seconds, value.nanoseconds, value.digits);
		else if (value instanceof Reassembly) this.writeChunk(value);
		else if (value instanceof Uint8Array) this.writeBytes(value);
		else if (value instanceof Endpoint) this.begin(Mark.endpoint, this.texts.push(value.address) - 1, value.port);
		else if (value instanceof Flow) this.writeFlow(Mark.flow, value);
		else if (value instanceof Segment) this.writeSegment(value);
		else if (value instanceof Tunnel) this.writeTunnel(value);
		else if (value instanceof Flush) this.writeFlush(value);
		else if (isConnection(value)) this.writeConnection(value);
		if (tape.length === at) return false;
		this.at = at;
		return true;
	}

	private begin(...numbers: number[]): void {
		for (const number of numbers) this.tape.push(number);
	}

	private writeChunk(chunk: Reassembly): void {
		const { connection, direction, offset, skip, start, end, seen, packet, closed, last } = chunk;
		const at = this.bytes.push(chunk.bytes);
		const bits = Number(direction === 'server') | (Number(start) << 1) | (Number(end) << 2) | (Number(last) << 3);
		this.begin(Mark.chunk, bits, at, chunk.length, offset, skip, packet, closed === undefined ? -1 : closeReasons.indexOf(closed));
		this.writeTime(seen);
		this.writeConnection(connection);
	}

	/** A view of a part of a buffer; else the structured clone would take all of that buffer along. */
	private writeBytes(bytes: Uint8Array): void {
		if (bytes.byteLength < bytes.buffer.byteLength) this.begin(Mark.bytes, this.bytes.push(bytes), bytes.length);
	}

	private writeFlow(mark: number, flow: Flow): void {
		const numbers = flow.toNumbers();
		this.begin(mark, numbers.length, ...numbers);
	}

	private writeSegment(segment: Segment): void {
		const { block, addressAt, headerAt, payloadAt, length, version, missing, vlan, seq, ack, flags, packet, timestamp } = segment;
		const at = this.bytes.push(block.subarray(addressAt, payloadAt + length));
		this.begin(Mark.segment, at, headerAt - addressAt, payloadAt - addressAt, length, version, missing, vlan, seq, ack, flags, packet);
		this.writeTime(timestamp);
		const numbers = segment.tunnel?.toNumbers() ?? [];
		this.begin(numbers.length, ...numbers);
	}

	private writeTunnel(tunnel: Tunnel): void {
		const numbers = tunnel.toNumbers();
		this.begin(Mark.tunnel, numbers.length, ...numbers);
	}

	private writeFlush({ now, holesBefore, idleBefore, reason }: Flush): void {
		this.begin(Mark.flush, now, holesBefore, idleBefore, closeReasons.indexOf(reason));
	}

	private writeConnection(connection: Connection): void {
		const known = this.connections.find(connection);
		const number = known ?? this.connections.add(connection);
		this.begin(Mark.connection, number);
		const [client, server] = [connection.statistics('client'), connection.statistics('server')];
		this.writeStatistics(client);
		this.writeStatistics(server);
		// What it is stands behind what it does, so that it can be left out.
		if (known === undefined) this.writeFlow(Number(connection.guessed), client.flow);
	}

	private writeStatistics(statistics: FlowStatistics): void {
		const { packets, bytes, skipped, dropped, retransmitted, outOfOrder, overlapped, firstSeen, lastSeen, closed } = statistics;
		this.begin(packets, bytes, skipped, dropped, retransmitted, outOfOrder, overlapped);
		this.writeTime(firstSeen);
		this.writeTime(lastSeen);
		this.tape.push(closed === undefined ? -1 : closeReasons.indexOf(closed));
	}

	private writeTime(time: Timestamp | undefined): void {
		if (time === undefined) for (let i = 0; i < TIMESTAMP_NUMBERS; i++) this.tape.push(Number.NaN);
		else this.begin(time.seconds, time.nanoseconds, time.digits);
	}
}

/** Whether it is a connection, of whatever engine. */
function isConnection(value: object): value is Connection {
	return 'client' in value && 'statistics' in value && typeof value.statistics === 'function';
}
