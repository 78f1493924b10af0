import { Subscriber, Subscription, type TeardownLogic, UnsubscriptionError } from 'rxjs';

/**
 * An {@link OperatorSubscriber} for where there is one for each flow: it keeps the same promises, and takes no other
 * object. What it does with what its source says is up to its subclass; what that throws becomes an error of the
 * destination.
 */
export abstract class FlowSubscriber<T, R> extends Subscriber<T> {
	private atWork = false;
	private waiting: T[] | undefined = undefined;
	private end: (() => void) | undefined = undefined;
	/** The only teardown, which most have; null: there were more. RxJS makes an array for one, larger than all else here. */
	private teardown: TeardownLogic | null = undefined;

	/** With `linked` false it outlives its destination, and whoever made it ends it. */
	constructor(
		protected readonly out: Subscriber<R>,
		linked: boolean,
	) {
		super(linked ? out : undefined);
	}

	protected abstract take(value: T): void;

	/** The source has failed. */
	protected abstract fail(error: unknown): void;

	/** The source has completed. */
	protected abstract finish(): void;

	override next(value: T): void {
		if (this.isStopped) super.next(value);
		else if (this.atWork) this.wait(value);
		else {
			this.atWork = true;
			this.handle(value);
			while (this.waiting !== undefined) this.catchUp(this.waiting);
			this.atWork = false;
			if (this.end !== undefined) this.end();
		}
	}

	override add(teardown: TeardownLogic): void {
		if (this.closed || this.teardown === null) super.add(teardown);
		else if (this.teardown !== undefined) {
			if (teardown === this.teardown) return;
			this.handDown();
			super.add(teardown);
		} else if (teardown !== this && !isClosed(teardown)) this.teardown = teardown;
	}

	override remove(teardown: Exclude<TeardownLogic, void>): void {
		if (this.teardown === teardown) this.teardown = undefined;
		else super.remove(teardown);
	}

	override unsubscribe(): void {
		if (this.closed) return;
		const { teardown } = this;
		if (teardown !== null) this.teardown = undefined;
		super.unsubscribe();
		if (teardown) run(teardown);
	}

	protected override _error(error: unknown): void {
		this.endBy(() => this.fail(error));
	}

	protected override _complete(): void {
		this.endBy(() => this.finish());
	}

	private wait(value: T): void {
		this.waiting ??= [];
		this.waiting.push(value);
	}

	private handle(value: T): void {
		try {
			this.take(value);
		} catch (error) {
			this.out.error(error);
		}
	}

	private catchUp(values: readonly T[]): void {
		this.waiting = undefined;
		for (let i = 0; i < values.length && !this.closed; i++) this.handle(values[i] as T);
	}

	private endBy(say: () => void): void {
		if (this.atWork) this.end = () => this.endNow(say);
		else this.endNow(say);
	}

	private endNow(say: () => void): void {
		if (this.closed) return;
		try {
			say();
		} catch (error) {
			this.out.error(error);
		} finally {
			this.unsubscribe();
		}
	}

	/** Leaves all teardowns to RxJS. */
	private handDown(): void {
		const { teardown } = this;
		this.teardown = null;
		if (teardown !== null) super.add(teardown);
	}
}

/** Fails as a Subscription does. */
function run(teardown: Exclude<TeardownLogic, void>): void {
	try {
		if (typeof teardown === 'function') teardown();
		else teardown.unsubscribe();
	} catch (error) {
		throw error instanceof UnsubscriptionError ? error : new UnsubscriptionError([error]);
	}
}

/** RxJS takes no subscription that is closed. */
function isClosed(teardown: TeardownLogic): boolean {
	return teardown instanceof Subscription && teardown.closed;
}
