/** Why a capture could not be read, or could not be read on. */
export type CaptureErrorCode =
	/** Nothing by that name, or not ours to read. */
	| 'not-found'
	| 'not-permitted'
	| 'is-directory'
	/** The file is empty. */
	| 'empty'
	/** Not a capture file. */
	| 'not-a-capture'
	/** A capture file of a format that is not read yet. */
	| 'unsupported-format'
	/** A link layer that is not decoded. */
	| 'unsupported-link'
	/** It ends in the middle of a record. */
	| 'truncated'
	/** A record says something that cannot be. */
	| 'malformed'
	/** The package `cap` is not installed, or could not be loaded. */
	| 'cap-missing'
	/** It is installed, but its native part was not built, or for another Node. */
	| 'cap-not-built'
	| 'no-such-device'
	/** It is there, but was not switched on. */
	| 'device-down'
	| 'bad-filter'
	/** The file that is to be written is one that is being read. */
	| 'same-file'
	/** Classic pcap has one link type, and a packet has another. */
	| 'mixed-links'
	/** A packet that the format cannot hold: of a time that it cannot write. */
	| 'unwritable'
	/** The operating system gave another error; its words are in the message. */
	| 'io';

/**
 * What every source of packets errors with: a `code` to branch on, and a message that says what was found, what was
 * expected and, where a command mends it, that command.
 */
export class CaptureError extends Error {
	override readonly name = 'CaptureError';
	/** Offset in the capture, in bytes, where reading stopped making sense; undefined where that has no meaning. */
	readonly offset: number | undefined;

	constructor(
		readonly code: CaptureErrorCode,
		message: string,
		options: { offset?: number; cause?: unknown } = {},
	) {
		super(message, 'cause' in options ? { cause: options.cause } : undefined);
		this.offset = options.offset;
	}
}
