/**
 * Counts what decoding does beside the packets that it rejects.
 *
 * @example
 * ```ts
 * const counters = new DecodeCounters();
 * packets.pipe(decodeTcp({ checksums: 'verify', counters })).subscribe({ complete: () => console.log(counters.offloaded) });
 * ```
 */
export class DecodeCounters {
	/** With `checksums: 'verify'`: segments that were taken, though their checksum is only that which a host leaves to its network card. */
	offloaded = 0;
	/** Datagrams that were put together from fragments. */
	defragmented = 0;
	/** Datagrams that were forgotten before they were whole, since the rest did not come in time. */
	fragmentsExpired = 0;
	/** Datagrams that were forgotten before they were whole, to keep within the limits. */
	fragmentsEvicted = 0;
	/** Datagrams that were refused, since their fragments overlap or contradict each other, or are too many. */
	fragmentsRefused = 0;
}
