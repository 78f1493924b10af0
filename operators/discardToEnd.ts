/**
 * Reads what is left and throws it away; tells how many bytes that were. For who has read what it wants of a flow, and
 * wants to know when it is over. gopacket's `DiscardBytesToEOF`.
 *
 * It takes a `Readable` of `toReadable()`, a `ReadableStream` that nobody has locked, what `parseAsync` gives a parser, or
 * what a loop over `toAsyncIterable()` would ask: the iterator that it gives, if some of it was read. Items without a length
 * count nothing. It rejects with the error that the flow ends with.
 *
 * @example
 * ```ts
 * async function* beginnings(bytes) {
 *   for (const piece of [(await bytes.next()).value]) yield `${piece?.length ?? 0} bytes, and ${await discardToEnd(bytes)} more`;
 * }
 * chunks.pipe(groupByFlow(), mergeFlows(flow => flow.pipe(parseAsync(beginnings)))).subscribe(line => console.log(line));
 * ```
 */
export async function discardToEnd(rest: AsyncIterable<unknown> | ReadableStream<unknown>): Promise<number> {
	let bytes = 0;
	for await (const item of Symbol.asyncIterator in rest ? rest : itemsOf(rest)) bytes += lengthOf(item);
	return bytes;
}

/** For where streams are no iterables: Safari. */
async function* itemsOf(stream: ReadableStream<unknown>): AsyncGenerator<unknown> {
	const reader = stream.getReader();
	for (let item = await reader.read(); !item.done; item = await reader.read()) yield item.value;
}

function lengthOf(item: unknown): number {
	return typeof item === 'object' && item !== null && 'length' in item && typeof item.length === 'number' ? item.length : 0;
}
