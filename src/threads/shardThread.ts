import type { MessagePort, Worker } from 'node:worker_threads';
import type { Flush } from '../assembly/flush.js';
import { BatchWriter, ROOM_FOR_FLUSH, roomFor } from '../shards/batchWriter.js';
import { type Failure, type FromShard, failureOf, SharedCounts } from '../shards/protocol.js';
import { Unpacker } from '../shards/unpacker.js';
import type { Segment } from '../wire/segment.js';
import { type ShardStart, workerDataOf } from './shardStart.js';
import { workerThreads } from './workerThreads.js';

const SECOND_MS = 1000;

/** What is to be known of a worker before there is one, and how its batches are. */
export interface ShardPlan extends Pick<ShardStart, 'module' | 'shard' | 'shards' | 'data' | 'shared'> {
	readonly batchBytes: number;
	readonly batchesInFlight: number;
}

/** Is told what comes of a worker. */
export interface ShardListener {
	heard(thread: ShardThread, message: FromShard): void;
	/** A batch is full: returns when it may be sent. */
	makeWay(thread: ShardThread): void;
}

/** One worker as the main thread sees it: the batch that is being filled for it, and what it says. */
export class ShardThread {
	/** It has said its last word: nothing more is sent to it. */
	isOver = false;
	readonly unpacker: Unpacker;
	private readonly worker: Worker;
	private readonly port: MessagePort;
	private readonly batch: BatchWriter;
	private readonly counts: SharedCounts;
	private sent = 0;

	/** @throws DataCloneError if the data cannot be sent. */
	constructor(
		private readonly plan: ShardPlan,
		private readonly listener: ShardListener,
	) {
		const { batchBytes, batchesInFlight, ...start } = plan;
		const { MessageChannel, Worker } = workerThreads();
		const { port1, port2 } = new MessageChannel();
		this.port = port1;
		this.counts = new SharedCounts(plan.shared);
		this.batch = new BatchWriter(batchBytes);
		this.unpacker = new Unpacker(plan.shard, plan.shards);
		const workerData = workerDataOf({ ...start, port: port2, isServed: false });
		this.worker = new Worker(new URL('./shardWorker.js', import.meta.url), { workerData, transferList: [port2] });
		port1.on('message', (message: FromShard) => this.note(message));
		this.worker.on('error', error => this.breakDown('failed', error));
		this.worker.on('exit', code => this.breakDown('exited', `the worker has exited, with code ${code}`));
	}

	get shard(): number {
		return this.plan.shard;
	}

	/** Whether something waits to be sent. */
	get isFilling(): boolean {
		return !this.batch.isEmpty;
	}

	/** Whether another batch may be sent. */
	get hasCredit(): boolean {
		return this.sent - this.counts.finished(this.shard) < this.plan.batchesInFlight;
	}

	/**
	 * Listens, and where there is no credit, waits until half of it has come back, or for a second.
	 *
	 * @returns whether there is credit, or none is needed; undefined if there is none and nothing happened.
	 */
	waitForCredit(): boolean | undefined {
		const finished = this.counts.finished(this.shard);
		this.listen();
		const { batchesInFlight } = this.plan;
		if (this.isOver || this.sent - finished < batchesInFlight) return true;
		const wanted = this.sent - (batchesInFlight >> 1);
		return this.counts.wait(this.shard, finished, wanted, SECOND_MS) ? false : undefined;
	}

	add(segment: Segment): void {
		if (!this.batch.hasRoom(roomFor(segment))) this.sendFull();
		if (!this.isOver) this.batch.add(segment);
	}

	addFlush(mark: Flush): void {
		if (!this.batch.hasRoom(ROOM_FOR_FLUSH)) this.sendFull();
		if (!this.isOver) this.batch.addFlush(mark);
	}

	/** Sends what there is, with credit or without. */
	send(): void {
		if (this.isOver || this.batch.isEmpty) return;
		const batch = this.batch.take();
		this.sent++;
		this.port.postMessage(batch, [batch]);
	}

	/** Says that nothing more comes, behind what was added. */
	end(failure: Failure | undefined): void {
		this.send();
		if (!this.isOver) this.port.postMessage({ failure });
	}

	/** Listens to all that it has said, without waiting for the turn to end. */
	listen(): void {
		const { receiveMessageOnPort } = workerThreads();
		for (let heard = receiveMessageOnPort(this.port); heard !== undefined; heard = receiveMessageOnPort(this.port))
			this.note(heard.message);
	}

	/** Lets go of a worker that is done: it exits when it has nothing more to do. What it still throws is nobody's. */
	leave(): void {
		this.port.close();
		this.worker.removeAllListeners('error');
	}

	/** Ends the worker, whatever it is doing. */
	stop(): void {
		this.isOver = true;
		this.port.close();
		void this.worker.terminate();
	}

	private sendFull(): void {
		this.listener.makeWay(this);
		this.send();
	}

	private note(message: FromShard): void {
		if (this.isOver) return;
		if (message.kind !== 'results') this.isOver = true;
		this.listener.heard(this, message);
	}

	/** Something became of the worker that it could not say itself. What it has said before comes first. */
	private breakDown(code: 'failed' | 'exited', error: unknown): void {
		this.listen();
		// That it exits when it is over is well; that it throws is not.
		if (!this.isOver || code === 'failed') this.listener.heard(this, { kind: 'failed', code, failure: failureOf(error) });
		this.isOver = true;
	}
}
