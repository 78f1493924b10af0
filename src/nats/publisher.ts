import type { Link } from './link.js';
import { NatsError } from './natsError.js';

/** A message that is to be stored. */
export interface Outgoing {
	readonly subject: string;
	readonly payload: Uint8Array | string;
	/** The store drops a second message with this id. */
	readonly id: string;
	readonly headers?: Readonly<Record<string, string>>;
}

interface Pending extends Outgoing {
	readonly order: number;
	readonly bytes: number;
}

const ACKNOWLEDGED_WITHIN_MS = 5000;
const PAUSE_MS = 200;

/**
 * Stores messages in JetStream: a bounded number is in flight, each is sent again with the same id until the store has
 * acknowledged it, and what failed goes before what is new.
 */
export class Publisher {
	/** Messages that the store has acknowledged, those that it knew already, and those that had to be sent again. */
	stored = 0;
	known = 0;
	resent = 0;
	/** Bytes that are not acknowledged yet. */
	waitingBytes = 0;
	private order = 0;
	private queue: Pending[] = [];
	private failed: Pending[] = [];
	private inFlight = 0;
	private pausing = false;
	private stopped: unknown = undefined;
	private changed: () => void = () => undefined;
	private readonly watchers = new Set<() => void>();

	constructor(
		private readonly link: Link,
		private readonly maxInFlight: number,
		/** Asked before each message goes out: false to let go of all. */
		private readonly mayWrite: () => boolean = () => true,
	) {}

	/** Messages that are not acknowledged yet. */
	get waiting(): number {
		return this.inFlight + this.queue.length + this.failed.length;
	}

	/** Why nothing more is sent; undefined as long as all is well. */
	get problem(): unknown {
		return this.stopped;
	}

	publish(message: Outgoing): void {
		const bytes = message.payload.length;
		this.waitingBytes += bytes;
		this.queue.push({ ...message, bytes, order: this.order++ });
		this.send();
	}

	/** When no more than so many messages wait. */
	async noMoreThan(most: number): Promise<void> {
		while (this.waiting > most && this.stopped === undefined) {
			await new Promise<void>(resolve => this.watchers.add(resolve));
		}
		if (this.stopped !== undefined) throw this.stopped;
	}

	/** Sends nothing more, and tells why to who waits. */
	stop(why: unknown = new NatsError('closed', 'it was given up')): void {
		this.stopped ??= why;
		this.queue = [];
		this.failed = [];
		this.tell();
	}

	/** Calls that whenever something was acknowledged. */
	onChange(call: () => void): void {
		this.changed = call;
	}

	private send(): void {
		while (!this.pausing && this.failed.length === 0 && this.inFlight < this.maxInFlight) {
			const next = this.queue.shift();
			if (next === undefined) return;
			void this.store(next);
		}
	}

	private async store(message: Pending): Promise<void> {
		const { subject, payload, id, bytes } = message;
		this.inFlight += 1;
		try {
			await this.link.up();
			if (!this.mayWrite()) this.stop(new NatsError('closed', 'the lease was lost'));
			if (this.stopped !== undefined) return;
			const headers = this.headersOf(message);
			const { duplicate } = await this.link.js.publish(subject, payload, { msgID: id, timeout: ACKNOWLEDGED_WITHIN_MS, ...headers });
			this.waitingBytes -= bytes;
			if (duplicate) this.known += 1;
			else this.stored += 1;
		} catch (error) {
			if (this.link.connection.isClosed() || isFinal(error)) this.stop(error);
			else this.failed.push(message);
		} finally {
			this.inFlight -= 1;
			this.goOn();
		}
	}

	/** What failed waits until nothing is in flight, so that it is not overtaken by what came after it. */
	private goOn(): void {
		if (this.failed.length === 0) this.send();
		else if (this.inFlight === 0 && !this.pausing) void this.sendAgain();
		this.tell();
	}

	private async sendAgain(): Promise<void> {
		this.pausing = true;
		await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
		this.pausing = false;
		this.resent += this.failed.length;
		this.queue = [...this.failed.sort((a, b) => a.order - b.order), ...this.queue];
		this.failed = [];
		this.send();
	}

	private headersOf({ headers }: Outgoing): object {
		if (headers === undefined) return {};
		const all = this.link.clients.transport.headers();
		for (const [name, value] of Object.entries(headers)) all.set(name, value);
		return { headers: all };
	}

	private tell(): void {
		this.changed();
		const all = [...this.watchers];
		this.watchers.clear();
		for (const tell of all) tell();
	}
}

/** Errors that the same message would meet again. */
function isFinal(error: unknown): boolean {
	const name = (error as Error | undefined)?.name ?? '';
	return (
		name === 'PermissionViolationError' || name === 'AuthorizationError' || /message size|max_payload|maximum payload/i.test(String(error))
	);
}
