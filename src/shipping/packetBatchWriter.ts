import type { CaptureInterface, Packet } from '../packet.js';
import {
	DIGITS_AT,
	ENDS,
	FLAGS_AT,
	HEADER_BYTES,
	ID_AT,
	INTERFACE_AT,
	INTERFACE_BYTES,
	INTERFACES_AT,
	INTERFACES_MAX,
	LENGTH_AT,
	MAGIC,
	NAME_LENGTH_AT,
	NANOSECONDS_AT,
	NUMBER_AT,
	ORIGINAL_LENGTH_AT,
	PACKET_BYTES,
	PACKET_LENGTH_AT,
	PACKETS_AT,
	RUN_AT,
	SECONDS_AT,
	SENSOR_LENGTH_AT,
	SHARD_AT,
	SHARDS_AT,
	SNAP_LENGTH_AT,
	VERSION,
	VERSION_AT,
} from './batchLayout.js';
import type { BatchHeader } from './packetBatch.js';

/** Interface names are cut off there. */
const NAME_BYTES_MAX = 255;
const FIRST_BYTES = 4096;

/** Writes packets into one batch after the other. */
export class PacketBatchWriter {
	private records = new Uint8Array(FIRST_BYTES);
	private used = 0;
	private count = 0;
	private readonly places = new Map<CaptureInterface, number>();
	private readonly interfaces: Uint8Array[] = [];
	private interfaceBytes = 0;
	private readonly sensor: Uint8Array;

	constructor(private readonly of: Omit<BatchHeader, 'number' | 'ends'>) {
		this.sensor = new TextEncoder().encode(of.sensor);
	}

	/** Packets in the batch that is being written. */
	get packets(): number {
		return this.count;
	}

	/** How long the batch is as it stands. */
	get bytes(): number {
		return HEADER_BYTES + this.sensor.length + this.interfaceBytes + this.used;
	}

	/** Bytes that a packet would add. */
	static bytesOf({ start, end }: Packet): number {
		return PACKET_BYTES + end - start;
	}

	add({ block, start, end, originalLength, timestamp, number, source }: Packet): void {
		const length = end - start;
		this.makeRoom(PACKET_BYTES + length);
		const view = new DataView(this.records.buffer, this.used);
		view.setFloat64(0, number, true);
		view.setFloat64(SECONDS_AT, timestamp.seconds, true);
		view.setUint32(NANOSECONDS_AT, timestamp.nanoseconds, true);
		view.setUint32(ORIGINAL_LENGTH_AT, originalLength, true);
		view.setUint32(PACKET_LENGTH_AT, length, true);
		view.setUint16(INTERFACE_AT, this.placeOf(source), true);
		view.setUint8(DIGITS_AT, timestamp.digits);
		this.records.set(new Uint8Array(block.buffer, block.byteOffset + start, length), this.used + PACKET_BYTES);
		this.used += PACKET_BYTES + length;
		this.count += 1;
	}

	/** The batch, in memory of its own; the writer is empty then. */
	take(number: number, ends: boolean): Uint8Array {
		const { run, shard, shards } = this.of;
		const batch = new Uint8Array(this.bytes);
		const view = new DataView(batch.buffer);
		view.setUint32(0, MAGIC, true);
		view.setUint8(VERSION_AT, VERSION);
		view.setUint8(FLAGS_AT, ends ? ENDS : 0);
		view.setUint16(SENSOR_LENGTH_AT, this.sensor.length, true);
		view.setFloat64(RUN_AT, run, true);
		view.setFloat64(NUMBER_AT, number, true);
		view.setUint16(SHARD_AT, shard, true);
		view.setUint16(SHARDS_AT, shards, true);
		view.setUint32(INTERFACES_AT, this.interfaces.length, true);
		view.setUint32(PACKETS_AT, this.count, true);
		view.setUint32(LENGTH_AT, batch.length, true);
		let at = HEADER_BYTES;
		for (const part of [this.sensor, ...this.interfaces, this.records.subarray(0, this.used)]) {
			batch.set(part, at);
			at += part.length;
		}
		this.clear();
		return batch;
	}

	private clear(): void {
		this.used = 0;
		this.count = 0;
		this.places.clear();
		this.interfaces.length = 0;
		this.interfaceBytes = 0;
	}

	private placeOf(source: CaptureInterface): number {
		const known = this.places.get(source);
		if (known !== undefined) return known;
		// Beyond what a place can say the last one stands for the others: no capture has so many.
		const place = Math.min(this.interfaces.length, INTERFACES_MAX - 1);
		this.places.set(source, place);
		if (place === this.interfaces.length) {
			const bytes = interfaceBytes(source);
			this.interfaces.push(bytes);
			this.interfaceBytes += bytes.length;
		}
		return place;
	}

	private makeRoom(bytes: number): void {
		const needed = this.used + bytes;
		if (needed <= this.records.length) return;
		const larger = new Uint8Array(Math.max(needed, 2 * this.records.length));
		larger.set(this.records.subarray(0, this.used));
		this.records = larger;
	}
}

function interfaceBytes({ linkType, id, snapLength = 0, name = '' }: CaptureInterface): Uint8Array {
	const text = new TextEncoder().encode(name).subarray(0, NAME_BYTES_MAX);
	const bytes = new Uint8Array(INTERFACE_BYTES + text.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, linkType, true);
	view.setUint32(ID_AT, id, true);
	view.setUint32(SNAP_LENGTH_AT, snapLength, true);
	view.setUint16(NAME_LENGTH_AT, text.length, true);
	bytes.set(text, INTERFACE_BYTES);
	return bytes;
}
