import { type MonoTypeOperatorFunction, Observable, Subscriber } from 'rxjs';

/** As `tap`, without its bookkeeping: what is timed is the pipeline. */
export function each<T>(work: (item: T) => void): MonoTypeOperatorFunction<T> {
	return source => new Observable(out => source.subscribe(new Each(out, work)));
}

class Each<T> extends Subscriber<T> {
	constructor(
		private readonly out: Subscriber<T>,
		private readonly work: (item: T) => void,
	) {
		super(out);
	}

	override next(item: T): void {
		this.work(item);
		this.out.next(item);
	}
}
