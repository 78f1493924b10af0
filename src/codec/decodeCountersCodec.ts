import { wholeNumber } from '../codec.js';
import { DecodeCounters } from '../wire/decodeCounters.js';
import { type JsonCodec, mapped, object, usually, versioned } from './shape.js';

const count = usually(0, wholeNumber);

/**
 * {@link DecodeCounters} as JSON.
 *
 * @example
 * ```ts
 * const counters = new DecodeCounters();
 * packets
 * 	.pipe(decodeTcp({ counters }), ignoreElements(), endWith(counters), toNdjson(decodeCountersCodec))
 * 	.subscribe(line => console.log(line));
 * ```
 */
export const decodeCountersCodec: JsonCodec<DecodeCounters> = versioned(
	mapped(
		'counters of decoding',
		object('counters of decoding', {
			offloaded: count,
			defragmented: count,
			fragmentsExpired: count,
			fragmentsEvicted: count,
			fragmentsRefused: count,
		}),
		{
			is: (value): value is DecodeCounters => value instanceof DecodeCounters,
			read: counts => Object.assign(new DecodeCounters(), counts),
			write: counters => ({ ...counters }),
		},
	),
);
