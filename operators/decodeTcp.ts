import { Observable, type OperatorFunction } from 'rxjs';
import { boolean, checkOptions, having, oneOf } from '../src/codec.js';
import type { Packet } from '../src/packet.js';
import type { RejectReason } from '../src/wire/reject.js';
import type { Segment } from '../src/wire/segment.js';
import { TcpDecoder, type TcpDecoderOptions } from '../src/wire/tcpDecoder.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** A packet that gave no TCP segment, and why. */
export interface Reject {
	readonly reason: RejectReason;
	readonly packet: Packet;
}

/** What {@link decodeTcp} can be told. */
export interface DecodeTcpOptions extends TcpDecoderOptions {
	/** Is told of every packet that gave no segment: a {@link RejectCounter}, a Subject, anything with `next()`. */
	readonly rejected?: { next(reject: Reject): void } | undefined;
}

/**
 * Finds the TCP segment in each packet: Ethernet, VLAN tags, MPLS, BSD loopback, Linux cooked, raw IP; IPv4, IPv6, their fragments; TCP.
 *
 * What is not TCP, cut short, or broken is left out and told to `rejected`; it is never an error.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * const rejected = new RejectCounter();
 * packets.pipe(decodeTcp({ checksums: 'verify', rejected })).subscribe(segment => console.log(String(segment.flow)));
 * ```
 */
export function decodeTcp(options: DecodeTcpOptions = {}): OperatorFunction<Packet, Segment> {
	const { rejected, checksums, defragment } = checkOptions<DecodeTcpOptions>(
		'decodeTcp',
		{ checksums: oneOf('ignore', 'verify'), defragment: boolean, rejected: having('next') },
		options,
	);
	return packets =>
		new Observable(out => {
			const decoder = new TcpDecoder({ checksums, defragment });
			packets.subscribe(
				new OperatorSubscriber<Packet, Segment>(out, {
					next(packet) {
						const segment = decoder.decode(packet);
						if (segment !== null) out.next(segment);
						else rejected?.next({ reason: decoder.reason, packet });
					},
				}),
			);
		});
}

/**
 * Counts the packets that {@link decodeTcp} left out, by reason.
 *
 * @example
 * ```ts
 * const rejected = new RejectCounter();
 * packets.pipe(decodeTcp({ rejected })).subscribe({ complete: () => console.log(rejected.counts) }); // { 'not-tcp': 3 }
 * ```
 */
export class RejectCounter {
	/** How many, by reason; reasons that did not occur are absent. */
	readonly counts: Partial<Record<RejectReason, number>> = {};

	next({ reason }: Reject): void {
		this.counts[reason] = (this.counts[reason] ?? 0) + 1;
	}
}
