import { Observable, type OperatorFunction } from 'rxjs';
import { boolean, checkOptions, having, instanceOf, oneOf } from '../src/codec.js';
import type { Packet } from '../src/packet.js';
import { DecodeCounters } from '../src/wire/decodeCounters.js';
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
 * Finds the innermost TCP segment in each packet, whatever is around it: the links of `LinkType`, VLAN tags, MPLS labels and
 * Ethernet in them, PPPoE; IPv4, IPv6, their fragments; tunnels (IP in IP, GRE, NVGRE, PPTP, ERSPAN, EtherIP, VXLAN, VXLAN-GPE, Geneve,
 * GTP-U, Teredo, L2TPv2), eight deep at most.
 *
 * Which tunnel a segment came through is its `tunnel`, and that of its flow. What is not looked into: IPsec but for AH, L2TPv3, source
 * routes in GRE, multilink and compressed PPP, 802.11 under protection and aggregates of it.
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
	const { rejected, ...decoding } = checkOptions<DecodeTcpOptions>(
		'decodeTcp',
		{
			checksums: oneOf('ignore', 'verify'),
			defragment: boolean,
			tunnels: boolean,
			counters: instanceOf(DecodeCounters, 'a DecodeCounters'),
			rejected: having('next'),
		},
		options,
	);
	return packets =>
		new Observable(out => {
			const decoder = new TcpDecoder(decoding);
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
