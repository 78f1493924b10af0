import { type Checks, checkOptions, nonEmptyText, wholeNumber, wholeNumberTo } from '../codec.js';
import type { CaptureInterface } from '../packet.js';
import { SHARDS_MAX } from '../shards/shardOf.js';
import { Timestamp } from '../timestamp.js';
import {
	DIGITS_AT,
	ENDS,
	FLAGS_AT,
	HEADER_BYTES,
	ID_AT,
	INTERFACE_AT,
	INTERFACE_BYTES,
	INTERFACES_AT,
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
import { BatchFault, type PacketBatch } from './packetBatch.js';
import { ShippedPacket } from './shippedPacket.js';

/** What time can say of a packet: the years from 1 to 9999. */
const SECONDS_MAX = 253_402_300_799;
const NANOSECONDS_MAX = 999_999_999;
const DIGITS_MAX = 9;

/**
 * Reads a batch. The packets point into its bytes. What is no batch is answered as a fault; nothing is thrown, and nothing
 * is allocated by what a length says.
 *
 * @param sequence number in the stream of the message that it came in.
 */
export function readPacketBatch(bytes: Uint8Array, sequence: number): PacketBatch | BatchFault {
	try {
		return new BatchReader(bytes, sequence).read();
	} catch (error) {
		if (error instanceof Faulty) return error.fault;
		throw error;
	}
}

/** Carries a fault out of the middle of a batch. */
class Faulty extends Error {
	constructor(readonly fault: BatchFault) {
		super(fault.message);
	}
}

/** What a header says, before anybody believes it. */
interface HeaderFields {
	readonly sensor?: string;
	readonly run?: number;
	readonly number?: number;
	readonly shards?: number;
	readonly shard?: number;
}

const headerChecks: Checks<HeaderFields> = {
	sensor: nonEmptyText,
	run: wholeNumber,
	number: wholeNumber,
	shards: wholeNumberTo(SHARDS_MAX),
	shard: wholeNumber,
};

class BatchReader {
	private readonly view: DataView;
	private at = HEADER_BYTES;

	constructor(
		private readonly bytes: Uint8Array,
		private readonly sequence: number,
	) {
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	read(): PacketBatch {
		const { view, bytes, sequence } = this;
		if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC)
			fail('not-a-batch', `it does not begin as a batch does, in ${bytes.length} bytes`);
		const version = view.getUint8(VERSION_AT);
		if (version !== VERSION) fail('other-version', `it is of version ${version}, and ${VERSION} is read`);
		if (bytes.length < HEADER_BYTES) fail('truncated', `it has ${bytes.length} bytes, and its header ${HEADER_BYTES}`);
		const length = view.getUint32(LENGTH_AT, true);
		if (length !== bytes.length)
			fail(length > bytes.length ? 'truncated' : 'malformed', `it has ${bytes.length} bytes, and says ${length}`);
		const flags = view.getUint8(FLAGS_AT);
		if ((flags & ~ENDS) !== 0) fail('malformed', `its flags are ${flags}`);
		const header = checked({
			sensor: this.text(view.getUint16(SENSOR_LENGTH_AT, true)),
			run: view.getFloat64(RUN_AT, true),
			number: view.getFloat64(NUMBER_AT, true),
			shards: view.getUint16(SHARDS_AT, true),
			shard: view.getUint16(SHARD_AT, true),
		});
		const interfaces = this.interfaces(view.getUint32(INTERFACES_AT, true));
		const packets = this.packets(view.getUint32(PACKETS_AT, true), interfaces, header);
		if (this.at !== bytes.length) fail('malformed', `${bytes.length - this.at} bytes are left over`);
		return { ...header, ends: flags === ENDS, sequence, packets };
	}

	private interfaces(count: number): CaptureInterface[] {
		const { view } = this;
		const all: CaptureInterface[] = [];
		for (let i = 0; i < count; i++) {
			const at = this.pass(INTERFACE_BYTES);
			const [linkType, id, snap] = [at, at + ID_AT, at + SNAP_LENGTH_AT].map(offset => view.getUint32(offset, true)) as [
				number,
				number,
				number,
			];
			const name = this.text(view.getUint16(at + NAME_LENGTH_AT, true));
			all.push({ linkType, id, ...(name !== '' && { name }), ...(snap > 0 && { snapLength: snap }) });
		}
		return all;
	}

	private packets(count: number, interfaces: readonly CaptureInterface[], header: Required<HeaderFields>): ShippedPacket[] {
		const { view, bytes, sequence } = this;
		const { sensor, run, number: batch } = header;
		const all: ShippedPacket[] = [];
		for (let i = 0; i < count; i++) {
			const at = this.pass(PACKET_BYTES);
			const source = interfaces[view.getUint16(at + INTERFACE_AT, true)];
			if (source === undefined) fail('malformed', `packet ${i} is of an interface that is not there`);
			const time = timeOf(view, at);
			if (time === undefined) fail('malformed', `packet ${i} has an impossible time`);
			const number = view.getFloat64(at, true);
			if (!wholeNumber.is(number)) fail('malformed', `packet ${i} has number ${number}`);
			const start = this.pass(view.getUint32(at + PACKET_LENGTH_AT, true));
			const originalLength = view.getUint32(at + ORIGINAL_LENGTH_AT, true);
			all.push(new ShippedPacket(bytes, start, this.at, originalLength, time, number, source, sensor, run, batch, sequence, i));
		}
		return all;
	}

	private text(length: number): string {
		const start = this.pass(length);
		return new TextDecoder().decode(this.bytes.subarray(start, this.at));
	}

	/** Goes on behind so many bytes; answers where they begin. */
	private pass(length: number): number {
		const start = this.at;
		if (length > this.bytes.length - start) fail('malformed', `${length} bytes at ${start} reach beyond its ${this.bytes.length}`);
		this.at = start + length;
		return start;
	}
}

function fail(reason: BatchFault['reason'], message: string): never {
	throw new Faulty(new BatchFault(reason, message));
}

function checked(fields: Required<HeaderFields>): Required<HeaderFields> {
	try {
		checkOptions<HeaderFields>('batch', headerChecks, fields);
	} catch (error) {
		return fail('malformed', (error as Error).message);
	}
	if (fields.shard >= fields.shards) fail('malformed', `it is of shard ${fields.shard}, and there are ${fields.shards}`);
	return fields;
}

function timeOf(view: DataView, at: number): Timestamp | undefined {
	const seconds = view.getFloat64(at + SECONDS_AT, true);
	const nanoseconds = view.getUint32(at + NANOSECONDS_AT, true);
	const digits = view.getUint8(at + DIGITS_AT);
	const fits = Number.isInteger(seconds) && Math.abs(seconds) <= SECONDS_MAX && nanoseconds <= NANOSECONDS_MAX && digits <= DIGITS_MAX;
	return fits ? new Timestamp(seconds, nanoseconds, digits) : undefined;
}
