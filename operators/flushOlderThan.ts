import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike, type Subscriber } from 'rxjs';
import { Flush } from '../src/assembly/flush.js';
import { checkArgument, checkOptions, having, interval, milliseconds, oneOf } from '../src/codec.js';
import type { Timestamp } from '../src/timestamp.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** What {@link flushOlderThan} can be told. */
export interface FlushOlderThanOptions {
	/** Close a connection when nothing was seen of it for longer than this, in ms. Default: `ageMs`. */
	readonly closeIdleMs?: number | undefined;
	/** How often to look, in ms. Default 1000. */
	readonly everyMs?: number | undefined;
	/**
	 * `'packet'` leaves the timer out: only packet time counts, so that a replay gives the same every time. `'both'` also
	 * lets time pass while no packet comes, so that a quiet wire is flushed. Default `'both'`.
	 */
	readonly clock?: 'both' | 'packet' | undefined;
	/** Where the timer runs. Default `asyncScheduler`. */
	readonly scheduler?: SchedulerLike | undefined;
}

/** Anything that was captured at some time. */
export interface Timed {
	readonly timestamp: Timestamp;
}

/**
 * Adds a {@link Flush} mark every so often: it tells `reassemble` to skip holes that were waited for longer than
 * `ageMs`, and to close connections that were idle for longer than `closeIdleMs`.
 *
 * Now is the time of the newest packet, and what the scheduler's clock has gone on since the last one came: so an old
 * capture is not flushed as if it had been idle since. A mark comes after the packet with which packet time passes a
 * multiple of `everyMs`, and on one timer. Packets of the same millisecond share one look at the clock; where it was not
 * looked at for the last of them, it counts from the next tick on, so what goes by it is up to `everyMs` late, never early.
 *
 * From gopacket: `Assembler.FlushWithOptions`, and a ticker.
 *
 * @throws TypeError at the call if an argument is wrong.
 * @example
 * ```ts
 * segments.pipe(flushOlderThan(120_000), reassemble());
 * ```
 */
export function flushOlderThan<T extends Timed>(ageMs: number, options: FlushOlderThanOptions = {}): OperatorFunction<T, T | Flush> {
	checkArgument('flushOlderThan', 'ageMs', milliseconds, ageMs);
	const checked = checkOptions<FlushOlderThanOptions>('flushOlderThan', checks, options);
	const { closeIdleMs = ageMs, everyMs = 1000, clock = 'both', scheduler = asyncScheduler } = checked;
	return source =>
		new Observable(out => {
			const packetClock = new PacketClock(clock === 'both' ? scheduler : undefined);
			const flush = (now: number) => out.next(new Flush(now, now - ageMs, now - closeIdleMs));
			const marks = new Marks(everyMs);
			if (clock === 'both') {
				every(everyMs, scheduler, out, () => {
					if (packetClock.hasStarted) flush(packetClock.tick());
				});
			}
			source.subscribe(
				new OperatorSubscriber<T, T | Flush>(out, {
					next(item) {
						packetClock.advance(item.timestamp.ms);
						out.next(item);
						if (packetClock.newest >= marks.next && marks.passes(packetClock.newest)) flush(packetClock.newest);
					},
				}),
			);
		});
}

const checks = {
	closeIdleMs: milliseconds,
	everyMs: interval,
	clock: oneOf('both', 'packet'),
	scheduler: having<SchedulerLike>('now', 'schedule'),
};

/** Which multiples of `everyMs` packet time has passed. */
class Marks {
	/** The next one, in ms: before it there is nothing to ask. */
	next = Number.NEGATIVE_INFINITY;
	private passed = Number.NEGATIVE_INFINITY;

	constructor(private readonly everyMs: number) {}

	/** Whether one was passed since the last call. The first call tells where packet time begins. */
	passes(newestMs: number): boolean {
		const multiple = Math.floor(newestMs / this.everyMs);
		if (multiple <= this.passed) return false;
		const isFirst = this.passed === Number.NEGATIVE_INFINITY;
		this.passed = multiple;
		this.next = (multiple + 1) * this.everyMs;
		return !isFirst;
	}
}

/** Packets that were captured closer together than this share one look at the clock. */
const SAME_MOMENT_MS = 1;

/**
 * The time of the newest packet, which goes on with a scheduler's clock when no packet comes.
 *
 * The clock is dear, so it is only read for a packet that was captured at least {@link SAME_MOMENT_MS} from the one that
 * it was last read for. Where others came behind that one, the last of them is taken to have come with the next tick: a
 * hole or a connection is never given up too early, and at the most one tick late.
 */
class PacketClock {
	newest = Number.NEGATIVE_INFINITY;
	private readFor = Number.NaN;
	private cameAt = 0;
	private others = false;

	constructor(private readonly scheduler: SchedulerLike | undefined) {}

	advance(ms: number): void {
		if (ms > this.newest) this.newest = ms;
		if (this.scheduler === undefined) return;
		this.others = Math.abs(ms - this.readFor) < SAME_MOMENT_MS;
		if (this.others) return;
		this.readFor = ms;
		this.cameAt = this.scheduler.now();
	}

	get hasStarted(): boolean {
		return this.newest > Number.NEGATIVE_INFINITY;
	}

	/** What time it is now, asked on a tick of the scheduler. */
	tick(): number {
		const now = this.scheduler?.now() ?? this.cameAt;
		if (this.others) this.cameAt = now;
		this.others = false;
		return this.newest + now - this.cameAt;
	}
}

/** Calls `work` every `periodMs` until the subscriber is done. */
function every(periodMs: number, scheduler: SchedulerLike, until: Subscriber<unknown>, work: () => void): void {
	until.add(
		scheduler.schedule(function () {
			work();
			if (!until.closed) this.schedule(undefined, periodMs);
		}, periodMs),
	);
}
