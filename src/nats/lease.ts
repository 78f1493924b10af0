import type { KV } from '@nats-io/kv';
import { isConflict, isGone } from './conflict.js';

/** Of its time a lease is only trusted for this much, so that clocks may differ a little. */
const TRUSTED = 0.8;

/**
 * The right to work on a shard: an entry in a bucket whose entries expire. It is held while it is renewed in time, by a clock
 * of this process that nobody sets, which goes on while the process is stopped.
 */
export class Lease {
	private isLost = false;
	private isRenewing = false;

	private constructor(
		private readonly kv: KV,
		private readonly key: string,
		private readonly holder: string,
		private readonly leaseMs: number,
		/** Greater with every holder of the shard. */
		readonly fence: number,
		private revision: number,
		private heldUntil: number,
	) {}

	/** The lease, or undefined if another holds it. */
	static async claim(kv: KV, key: string, holder: string, leaseMs: number): Promise<Lease | undefined> {
		const before = performance.now();
		try {
			const revision = await kv.create(key, holder);
			return new Lease(kv, key, holder, leaseMs, revision, revision, before + TRUSTED * leaseMs);
		} catch (error) {
			if (isConflict(error)) return undefined;
			throw error;
		}
	}

	/** Asked before everything that is written. */
	get isHeld(): boolean {
		if (performance.now() >= this.heldUntil) this.isLost = true;
		return !this.isLost;
	}

	/** Holds it for longer; where that fails it runs out by itself. */
	async renew(): Promise<void> {
		// Two at a time would be in each other's way.
		if (!this.isHeld || this.isRenewing) return;
		this.isRenewing = true;
		const before = performance.now();
		try {
			this.revision = await this.kv.update(this.key, this.holder, this.revision);
			this.heldUntil = before + TRUSTED * this.leaseMs;
		} catch (error) {
			// Somebody else has it; or the answer to an earlier renewal got lost, which cannot be told apart.
			if (isConflict(error) || isGone(error)) this.isLost = true;
		} finally {
			this.isRenewing = false;
		}
	}

	/** Gives it back before its time. */
	async release(): Promise<void> {
		if (!this.isHeld) return;
		this.isLost = true;
		await this.kv.delete(this.key, { previousSeq: this.revision }).catch(() => undefined);
	}
}
