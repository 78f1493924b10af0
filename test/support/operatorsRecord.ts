import { config, type Observable, type Subscription } from 'rxjs';

/** What came of an observable, as text: a line for each value, then `|`, or `#` and the error. */
export interface Recording {
	readonly lines: string[];
	readonly subscription: Subscription;
}

/** Subscribes, and notes all that comes; `then` is called after each value was noted, from within the emission. */
export function record<T>(source: Observable<T>, print: (value: T) => string = String, then: () => void = () => undefined): Recording {
	const lines: string[] = [];
	const subscription = source.subscribe({
		next(value) {
			lines.push(print(value));
			then();
		},
		error: error => lines.push(`# ${error instanceof Error ? error.message : String(error)}`),
		complete: () => lines.push('|'),
	});
	return { lines, subscription };
}

/** What RxJS reports as unhandled while `work` runs; timers must be fake, since it reports by a timer. */
export function unhandledErrorsOf(work: () => void, runTimers: () => void): unknown[] {
	const errors: unknown[] = [];
	const before = config.onUnhandledError;
	config.onUnhandledError = error => errors.push(error);
	try {
		work();
		runTimers();
	} finally {
		config.onUnhandledError = before;
	}
	return errors;
}

/** What RxJS sees sent to who has had enough while `work` runs; timers must be fake. */
export function stoppedNotificationsOf(work: () => void, runTimers: () => void): unknown[] {
	const notifications: unknown[] = [];
	const before = config.onStoppedNotification;
	config.onStoppedNotification = notification => notifications.push(notification);
	try {
		work();
		runTimers();
	} finally {
		config.onStoppedNotification = before;
	}
	return notifications;
}
