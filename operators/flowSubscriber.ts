import { Subscriber, Subscription, type TeardownLogic, UnsubscriptionError } from 'rxjs';

/**
 * An {@link OperatorSubscriber} for where there is one for each flow: it keeps the same promises, and takes no other
 * object. What it does with what its source says is up to its subclass; what that throws becomes an error of the
 * destination.
 */
export abstract class FlowSubscriber<T, R> extends Subscriber<T> {
	private turn: Turn = Turn.idle;
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
		else if (this.turn !== Turn.idle) this.wait(value);
		else {
			this.turn = Turn.atWork;
			this.handle(value);
			if (this.turn === Turn.atWork) this.turn = Turn.idle;
			else this.catchUp();
		}
	}

	override add(teardown: TeardownLogic): void {
		if (this.closed || this.teardown === null) super.add(teardown);
		else if (!teardown || teardown === this || teardown === this.teardown || isClosed(teardown)) return;
		else if (this.teardown === undefined) this.teardown = teardown;
		else {
			this.handDown();
			super.add(teardown);
		}
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
		if (this.turn === Turn.idle) this.endBy(true, error);
		else this.endLater(() => this.endBy(true, error));
	}

	protected override _complete(): void {
		if (this.turn === Turn.idle) this.endBy(false, undefined);
		else this.endLater(() => this.endBy(false, undefined));
	}

	private wait(value: T): void {
		this.turn = Turn.behind;
		this.waiting ??= [];
		this.waiting.push(value);
	}

	private endLater(end: () => void): void {
		this.turn = Turn.behind;
		this.end = end;
	}

	private handle(value: T): void {
		try {
			this.take(value);
		} catch (error) {
			this.out.error(error);
		}
	}

	/** Deals with what came while a value was at work. */
	private catchUp(): void {
		while (this.waiting !== undefined) {
			const values = this.waiting;
			this.waiting = undefined;
			for (let i = 0; i < values.length && !this.closed; i++) this.handle(values[i] as T);
		}
		this.turn = Turn.idle;
		this.end?.();
	}

	private endBy(failed: boolean, error: unknown): void {
		if (this.closed) return;
		try {
			if (failed) this.fail(error);
			else this.finish();
		} catch (thrown) {
			this.out.error(thrown);
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

/** Whether a value is at work, and whether more came behind it. One field, for few are in the cache. */
const Turn = { idle: 0, atWork: 1, behind: 2 } as const;
type Turn = (typeof Turn)[keyof typeof Turn];

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
