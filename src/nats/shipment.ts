import type { Packet } from '../packet.js';
import { PacketBatchWriter } from '../shipping/packetBatchWriter.js';
import { PacketSharder } from '../shipping/packetSharder.js';
import type { Backlog } from '../valve.js';
import { Link } from './link.js';
import { packetSubject } from './names.js';
import { Publisher } from './publisher.js';
import { natsErrorOf } from './streams.js';
import type { Shipped, ToJetStreamOptions } from './toJetStream.js';

const BATCH_BYTES = 64 * 1024;
const LINGER_MS = 20;
const MAX_IN_FLIGHT = 32;
const MAX_WAITING_BYTES = 64 * 2 ** 20;
/** With a valve, the source waits while more waits here. */
const HIGH_WATER_MARK = 4 * 2 ** 20;

/** The batch of one shard that is being filled. */
class OpenBatch {
	number = 0;
	/** When it is sent at the latest, on the clock of the timer. */
	dueMs = Number.POSITIVE_INFINITY;

	constructor(
		readonly shard: number,
		readonly writer: PacketBatchWriter,
	) {}
}

/** Packets on their way to the store. */
export class Shipment {
	private packets = 0;
	private taken = 0;
	private dropped = 0;
	private batches = 0;
	private bytes = 0;
	private readonly sharder: PacketSharder;
	private readonly open: readonly OpenBatch[];
	private readonly publisher: Publisher;
	private readonly backlog: Backlog | undefined;
	private readonly runName: string;
	private timer: NodeJS.Timeout | undefined = undefined;

	constructor(
		private readonly options: ToJetStreamOptions,
		private readonly fail: (error: unknown) => void,
	) {
		const { connection, shards, sensor, run = Date.now(), maxInFlight = MAX_IN_FLIGHT, valve } = options;
		this.sharder = new PacketSharder(shards);
		this.runName = `${sensor}-${run}`;
		this.open = Array.from({ length: shards }, (_, shard) => new OpenBatch(shard, new PacketBatchWriter({ sensor, run, shard, shards })));
		this.publisher = new Publisher(Link.of(connection), maxInFlight);
		this.backlog = valve?.join(HIGH_WATER_MARK);
		this.publisher.onChange(() => this.noteChange());
	}

	get shipped(): Shipped {
		const { packets, taken, dropped, batches, bytes } = this;
		return { packets, shipped: taken, dropped, withoutShard: packets - taken - dropped, batches, bytes, resent: this.publisher.resent };
	}

	take(packet: Packet): void {
		this.packets += 1;
		this.sharder.give(packet, (shard, packets) => this.put(this.open[shard] as OpenBatch, packets));
	}

	/** Sends all that there is, and says that nothing more comes; resolves when it is stored. */
	async finish(ends: boolean): Promise<void> {
		clearTimeout(this.timer);
		for (const batch of this.open) if (ends || batch.writer.packets > 0) this.send(batch, ends);
		try {
			await this.publisher.noMoreThan(0);
		} catch (error) {
			throw natsErrorOf(error);
		} finally {
			this.backlog?.leave();
		}
	}

	/** Lets go of all that is not stored. */
	abandon(): void {
		clearTimeout(this.timer);
		this.publisher.onChange(() => undefined);
		this.publisher.stop();
		this.backlog?.leave();
	}

	/** What belongs together comes into one batch. */
	private put(batch: OpenBatch, packets: readonly Packet[]): void {
		const { batchBytes = BATCH_BYTES, maxWaitingBytes = MAX_WAITING_BYTES } = this.options;
		const { writer } = batch;
		if (this.publisher.waitingBytes >= maxWaitingBytes) {
			this.dropped += packets.length;
			return;
		}
		let bytes = writer.bytes;
		for (const packet of packets) bytes += PacketBatchWriter.bytesOf(packet);
		if (writer.packets > 0 && bytes > batchBytes) this.send(batch, false);
		if (writer.packets === 0) this.waitFor(batch);
		for (const packet of packets) writer.add(packet);
		this.taken += packets.length;
		if (writer.bytes >= batchBytes) this.send(batch, false);
	}

	private send(batch: OpenBatch, ends: boolean): void {
		const { shard } = batch;
		const number = batch.number++;
		const payload = batch.writer.take(number, ends);
		batch.dueMs = Number.POSITIVE_INFINITY;
		this.batches += 1;
		this.bytes += payload.length;
		this.publisher.publish({ subject: packetSubject(this.options.stream, shard), payload, id: `${this.runName}-${shard}-${number}` });
		this.backlog?.is(this.publisher.waitingBytes);
	}

	private waitFor(batch: OpenBatch): void {
		const { lingerMs = LINGER_MS } = this.options;
		batch.dueMs = performance.now() + lingerMs;
		this.timer ??= setTimeout(() => this.sendDue(), lingerMs);
	}

	private sendDue(): void {
		this.timer = undefined;
		const now = performance.now();
		// A timer may come a little early.
		for (const batch of this.open) if (batch.dueMs <= now + 1) this.send(batch, false);
		const next = Math.min(...this.open.map(({ dueMs }) => dueMs));
		if (Number.isFinite(next)) this.timer = setTimeout(() => this.sendDue(), Math.max(1, next - now));
	}

	private noteChange(): void {
		this.backlog?.is(this.publisher.waitingBytes);
		const why = this.publisher.problem;
		if (why !== undefined) this.fail(natsErrorOf(why));
	}
}
