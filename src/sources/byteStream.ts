/** The part of a web `ReadableStream` that is needed, so that no library of types for browsers is. */
export interface WebByteStream {
	getReader(): {
		read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
		cancel(): Promise<void>;
	};
}

/** A stream of bytes that can be left at any time, also while its next block is awaited. */
export interface ByteStream {
	/** The next block, at once if it is there; undefined at the end. */
	next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
	/** Says that no more is wanted. */
	stop(): void;
}

/** Whether bytes can be read from it; what they are only shows when they come. */
export function isByteStream(value: unknown): value is AsyncIterable<Uint8Array> | WebByteStream {
	return hasMethod(value, Symbol.asyncIterator) || hasMethod(value, 'getReader');
}

/** Begins to read. */
export function openByteStream(stream: AsyncIterable<Uint8Array> | WebByteStream): ByteStream {
	// The iterator of a web stream can only be returned when its read is done; its reader can be cancelled at once.
	return hasMethod(stream, 'getReader') ? openWebStream(stream as WebByteStream) : openIterable(stream as AsyncIterable<Uint8Array>);
}

function openWebStream(stream: WebByteStream): ByteStream {
	const reader = stream.getReader();
	return {
		next: async () => (await reader.read()).value,
		stop: () => void reader.cancel().catch(() => undefined),
	};
}

function openIterable(stream: AsyncIterable<Uint8Array>): ByteStream {
	const blocks = stream[Symbol.asyncIterator]();
	return {
		async next() {
			const { done, value } = await blocks.next();
			return done ? undefined : value;
		},
		stop() {
			// A generator that waits for something only hears of it when that has come. A stream of Node can be told at once.
			if (hasMethod(stream, 'destroy')) (stream as unknown as { destroy(): void }).destroy();
			void Promise.resolve(blocks.return?.()).catch(() => undefined);
		},
	};
}

function hasMethod(value: unknown, name: string | symbol): boolean {
	return typeof Reflect.get(Object(value), name) === 'function';
}
