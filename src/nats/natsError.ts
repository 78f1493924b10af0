/** Why something with NATS did not work. */
export type NatsErrorCode =
	/** The clients of NATS are not installed. */
	| 'nats-missing'
	/** Nobody answers there, or not as a NATS server does. */
	| 'unreachable'
	/** The server does not let us in, or not to that subject. */
	| 'not-authorized'
	/** Without TLS, to another machine, and nobody has said that it may be. */
	| 'in-the-clear'
	/** The server has no JetStream, or not that stream. */
	| 'no-stream'
	/** The stream is there, but made for something else. */
	| 'other-stream'
	/** A worker has lost the lease of a shard; another goes on. */
	| 'lease-lost'
	/** The connection was closed. */
	| 'closed'
	/** The server gave another error; its words are in the message. */
	| 'server';

/** What everything that needs NATS errors with: a `code` to branch on, and a message that says what to do about it. */
export class NatsError extends Error {
	override readonly name = 'NatsError';

	constructor(
		readonly code: NatsErrorCode,
		message: string,
		options: { cause?: unknown } = {},
	) {
		super(message, options);
	}
}
