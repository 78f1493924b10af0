import type { Connection } from '../assembly/connection.js';

/** Numbers the connections of a shard from 1 on, and knows which numbers nobody can ask for any more. */
export class ConnectionNumbers {
	private readonly numbers = new WeakMap<Connection, number>();
	private readonly collected = new FinalizationRegistry<number>(number => this.forgotten.push(number));
	private last = 0;
	private forgotten: number[] = [];

	/** The number that it has; undefined if it is new. */
	find(connection: Connection): number | undefined {
		return this.numbers.get(connection);
	}

	/** Gives it the next number. */
	add(connection: Connection): number {
		this.last++;
		this.numbers.set(connection, this.last);
		this.collected.register(connection, this.last);
		return this.last;
	}

	/** Numbers of connections that were collected since the last call. */
	takeForgotten(): number[] {
		const { forgotten } = this;
		if (forgotten.length > 0) this.forgotten = [];
		return forgotten;
	}
}
