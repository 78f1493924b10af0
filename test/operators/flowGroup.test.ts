import { config, map, type Observable, type Observer, Subject, Subscriber, type Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlowGroup } from '../../operators/flowGroup.js';
import { unhandledErrorsOf } from '../support/operatorsRecord.js';

/** A group, or a Subject, which it must be like for who subscribes. */
type Source = Observable<string> & Observer<string>;

const watcher = { join: () => undefined, leave: () => undefined };
const makeGroup = (): Source => new FlowGroup<string, string>('key', 1, watcher);
const boom = new Error('boom');

/** Counts calls in a field, so that it needs its `this`. */
class Counting implements Observer<string> {
	readonly lines: string[] = [];

	next(value: string): void {
		this.lines.push(value);
	}

	error(error: unknown): void {
		this.lines.push(`# ${error}`);
	}

	complete(): void {
		this.lines.push('|');
	}
}

/** Everything that can be seen of one way to subscribe, as text. */
type Scenario = (source: Source, lines: string[]) => void;

const play = (source: Source) => {
	for (const value of ['a', 'b']) source.next(value);
};
const throwing = () => {
	throw boom;
};

const scenarios: Record<string, Scenario> = {
	'a function': (source, lines) => {
		source.subscribe(value => lines.push(value));
		play(source);
		source.complete();
	},
	'three functions': (source, lines) => {
		source.subscribe(
			value => lines.push(value),
			error => lines.push(`# ${error}`),
			() => lines.push('|'),
		);
		play(source);
		source.error(boom);
	},
	'a function for the end alone': (source, lines) => {
		source.subscribe(null, null, () => lines.push('|'));
		play(source);
		source.complete();
	},
	'an object with methods': (source, lines) => {
		const observer = new Counting();
		source.subscribe(observer);
		play(source);
		source.complete();
		lines.push(...observer.lines);
	},
	'an object that is given a method later': (source, lines) => {
		const observer: Partial<Observer<string>> = {};
		source.subscribe(observer);
		source.next('before');
		observer.next = value => lines.push(value);
		play(source);
		source.complete();
	},
	'nothing, and an error': source => {
		source.subscribe();
		play(source);
		source.error(boom);
	},
	'what throws at each value': (source, lines) => {
		source.subscribe({ next: throwing, complete: () => lines.push('|') });
		play(source);
		source.complete();
	},
	'what throws at the end': (source, lines) => {
		source.subscribe({ complete: throwing }).add(() => lines.push('closed'));
		source.complete();
	},
	'what throws at an error': (source, lines) => {
		source.subscribe({ error: throwing }).add(() => lines.push('closed'));
		source.error('first');
	},
	'a Subject': (source, lines) => {
		const subject = new Subject<string>();
		subject.subscribe({ next: value => lines.push(value), complete: () => lines.push('|') });
		source.subscribe(subject);
		play(source);
		source.complete();
	},
	'an operator': (source, lines) => {
		source
			.pipe(map(value => (value === 'b' ? throwing() : value)))
			.subscribe({ next: value => lines.push(value), error: e => lines.push(`# ${e}`) });
		play(source);
		source.next('c');
	},
	'what leaves at the first value': (source, lines) => {
		const subscription = source.subscribe(value => {
			lines.push(value);
			subscription.unsubscribe();
			lines.push(`closed ${subscription.closed}`);
		});
		play(source);
		source.complete();
	},
	'what sees itself closed when it is torn down': (source, lines) => {
		const subscription: Subscription = source.subscribe({ complete: () => lines.push(`| closed ${subscription.closed}`) });
		subscription.add(() => lines.push(`closed ${subscription.closed}`));
		source.complete();
	},
	'two, of which the first lets the second go': (source, lines) => {
		const both: Subscription[] = [];
		both.push(source.subscribe({ next: value => lines.push(value), complete: () => both[1]?.unsubscribe() }));
		both.push(source.subscribe({ next: value => lines.push(`too ${value}`), complete: () => lines.push('|') }));
		play(source);
		source.complete();
	},
	'one after the end': (source, lines) => {
		source.subscribe();
		source.complete();
		source.subscribe({ next: value => lines.push(value), complete: () => lines.push('|') });
	},
};

describe('a group', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
		config.useDeprecatedNextContext = false;
	});

	it.each(Object.keys(scenarios))('should be as a Subject for %s', name => {
		const seen = [makeGroup(), new Subject<string>() as Source].map(source => {
			const lines: string[] = [];
			const errors = unhandledErrorsOf(
				() => scenarios[name]?.(source, lines),
				() => vi.runAllTimers(),
			);
			return { lines, errors };
		});
		expect(seen[0]).toEqual(seen[1]);
		expect([...(seen[0]?.lines ?? []), ...(seen[0]?.errors ?? [])]).not.toEqual([]);
	});

	it('should go with its subscriber when that is part of another subscription', () => {
		const left: string[] = [];
		const group = new FlowGroup<string, string>('key', 1, { join: () => left.push('join'), leave: () => left.push('leave') });
		const outer = group.subscribe();
		outer.add(group.subscribe(() => undefined));
		outer.add(() => left.push('mine'));
		outer.unsubscribe();
		outer.unsubscribe();
		expect(left).toEqual(['join', 'leave', 'mine']);
	});

	it('should be left before what else is torn down with a subscription, as any source of RxJS', () => {
		const order: string[] = [];
		const group = new FlowGroup<string, string>('key', 1, { join: () => undefined, leave: () => order.push('left') });
		const subscription = group.subscribe(() => undefined);
		subscription.add(() => order.push('mine'));
		subscription.unsubscribe();
		expect(order).toEqual(['left', 'mine']);
	});

	it('should not be left by its only subscriber when another one comes that is closed', () => {
		const left: string[] = [];
		const group = new FlowGroup<string, string>('key', 1, { join: () => left.push('join'), leave: () => left.push('leave') });
		group.subscribe(() => undefined);
		const closed = new Subscriber<string>();
		closed.unsubscribe();
		group.subscribe(closed);
		expect(left).toEqual(['join']);
	});

	it('should leave it to RxJS to behave as of old', () => {
		config.useDeprecatedNextContext = true;
		const group = makeGroup();
		const lines: string[] = [];
		group.subscribe({
			next(this: { unsubscribe(): void }, value) {
				lines.push(value);
				this.unsubscribe();
			},
		} as Partial<Observer<string>>);
		play(group);
		expect(lines).toEqual(['a']);
	});
});
