import { Observable, Subject, Subscriber, Subscription, UnsubscriptionError } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { FlowSubscriber } from '../../operators/flowSubscriber.js';
import { record } from '../support/operatorsRecord.js';

/** Passes everything on. */
class Passing extends FlowSubscriber<string, string> {
	protected override take(value: string): void {
		if (value === 'bad') throw new Error('refused');
		this.out.next(value);
	}

	protected override fail(error: unknown): void {
		this.out.error(error);
	}

	protected override finish(): void {
		this.out.complete();
	}
}

const order: string[] = [];
const note = (name: string) => () => {
	order.push(name);
};
const failing = (name: string) => () => {
	order.push(name);
	throw new Error(name);
};
const unlinked = () => new Passing(new Subscriber<string>(), false);

beforeEach(() => {
	order.length = 0;
});

describe('the teardowns of a FlowSubscriber', () => {
	it.each([0, 1, 2, 5])('should run once, in order, when it has %i', count => {
		const subscriber = unlinked();
		const names = Array.from({ length: count }, (_, i) => `${i}`);
		for (const [i, name] of names.entries()) {
			const kinds = [note(name), { unsubscribe: note(name) }, new Subscription(note(name))];
			subscriber.add(kinds[i % kinds.length]);
		}
		subscriber.unsubscribe();
		subscriber.unsubscribe();
		expect(order).toEqual(names);
	});

	it.each(['unsubscribe', 'complete', 'error'] as const)('should run with %s', how => {
		const subscriber = new Passing(new Subscriber<string>({ next() {}, error() {}, complete() {} }), false);
		subscriber.add(note('teardown'));
		subscriber[how]();
		expect(order).toEqual(['teardown']);
		expect(subscriber.closed).toBe(true);
	});

	it('should run at once when it is closed already, and see it closed when they run', () => {
		const subscriber = unlinked();
		subscriber.add(() => order.push(`closed ${subscriber.closed}`));
		subscriber.unsubscribe();
		subscriber.add(note('late'));
		expect(order).toEqual(['closed true', 'late']);
	});

	it('should not run when they were removed, or when they were closed before they came', () => {
		const [subscriber, teardown, closed] = [unlinked(), note('removed'), new Subscription(note('closed'))];
		closed.unsubscribe();
		order.length = 0;
		subscriber.add(closed);
		subscriber.add(teardown);
		subscriber.remove(teardown);
		const [first, second] = [note('first'), note('second')];
		subscriber.add(first);
		subscriber.add(second);
		subscriber.remove(first);
		subscriber.unsubscribe();
		expect(order).toEqual(['second']);
	});

	it('should take the same one once, and never itself', () => {
		const [subscriber, teardown] = [unlinked(), new Subscription(note('once'))];
		subscriber.add(subscriber);
		subscriber.add(teardown);
		subscriber.add(teardown);
		subscriber.add(undefined);
		subscriber.unsubscribe();
		expect(order).toEqual(['once']);
	});

	it.each([1, 2])('should fail as those of a Subscription do when %i of them throw', count => {
		const [subscriber, twin] = [unlinked(), new Subscription()];
		const caught = [subscriber, twin].map(subscription => {
			for (let i = 0; i < count; i++) subscription.add(failing(`no ${i}`));
			try {
				subscription.unsubscribe();
				return undefined;
			} catch (error) {
				return error;
			}
		});
		expect(caught[0]).toBeInstanceOf(UnsubscriptionError);
		expect((caught[0] as Error).message).toBe((caught[1] as Error).message);
	});
});

describe('a FlowSubscriber', () => {
	const through = (source: Observable<string>) =>
		new Observable<string>(out => {
			source.subscribe(new Passing(out, true));
		});

	it('should deal with what its consumer makes come, and with the end, after what is at work', () => {
		const source = new Subject<string>();
		const { lines } = record(through(source), String, () => {
			if (lines.length > 3) return;
			source.next(`${lines.length}a`);
			if (lines.length === 2) source.complete();
		});
		source.next('begin');
		expect(lines).toEqual(['begin', '1a', '2a', '|']);
	});

	it('should fail with what it throws, and let go of its source', () => {
		const source = new Subject<string>();
		const { lines } = record(through(source));
		for (const value of ['a', 'bad', 'b']) source.next(value);
		expect(lines).toEqual(['a', '# refused']);
		expect(source.observed).toBe(false);
	});

	it('should drop what waits when its consumer leaves', () => {
		const source = new Subject<string>();
		const { lines, subscription } = record(through(source), String, () => {
			source.next('more');
			source.error(new Error('late'));
			subscription.unsubscribe();
		});
		source.next('begin');
		expect(lines).toEqual(['begin']);
	});
});
