import { Observable, type OperatorFunction } from 'rxjs';
import { aFunction, checkArgument, either, instanceOf } from '../src/codec.js';
import { Flow } from '../src/flow.js';
import type { Packet } from '../src/packet.js';
import { FragmentShelf } from '../src/wire/fragmentShelf.js';
import type { Segment } from '../src/wire/segment.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/**
 * Keeps the packets of chosen flows, as they are: all of one connection if a {@link Flow} is given (both directions, the
 * same VLAN), or those of every segment that a function says yes to, which it is asked for each.
 *
 * What is not TCP is left out, also an ICMP message about the flow. A datagram that came in fragments is chosen by the
 * packet that completes it, and the fragments before come right before that one: later than in the capture, so times may
 * go back there. Fragments wait for 30 s of packet time, and at most 1024 of them with 4 MiB; the oldest are left out beyond it.
 *
 * @throws TypeError at the call if it is neither.
 * @example
 * ```ts
 * packets.pipe(packetsOf(({ source, destination }) => source.port === 443 || destination.port === 443));
 * ```
 */
export function packetsOf(which: Flow | ((flow: Flow, segment: Segment) => boolean)): OperatorFunction<Packet, Packet> {
	checkArgument('packetsOf', 'which', either(instanceOf(Flow, 'a Flow'), aFunction()), which);
	const chooses = which instanceof Flow ? connectionOf(which) : which;
	return packets =>
		new Observable(out => {
			const decoder = new TcpDecoder();
			const shelf = new FragmentShelf();
			packets.subscribe(
				new OperatorSubscriber<Packet, Packet>(out, {
					next(packet) {
						const segment = decoder.decode(packet);
						if (segment === null) {
							if (decoder.reason === 'fragment') shelf.put(packet);
							return;
						}
						// A datagram that was put together lies in a block of its own.
						const fragments = segment.block === packet.block ? none : shelf.take(packet, segment);
						if (!chooses(segment.flow, segment)) return;
						for (const fragment of fragments) out.next(fragment);
						out.next(packet);
					},
				}),
			);
		});
}

const none: readonly Packet[] = [];

function connectionOf(flow: Flow): (other: Flow) => boolean {
	const keys = [flow, flow.reverse()].map(keyOf);
	return other => keys.includes(keyOf(other));
}

const keyOf = (flow: Flow): string => flow.toNumbers().join(' ');
