import { Observable, type OperatorFunction } from 'rxjs';
import { OperatorSubscriber } from '../operators/operatorSubscriber.js';
import {
	type Checks,
	checkArgument,
	checkOptions,
	either,
	instanceOf,
	limit,
	nonEmptyText,
	oneOf,
	text,
	wholeNumberTo,
} from '../src/codec.js';
import { Flow } from '../src/flow.js';
import type { Packet } from '../src/packet.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import { ConnectionRecord } from './connectionRecord.js';
import { KEYS_MAX } from './keyGiver.js';
import { recordedTest } from './recordedTest.js';
import { frameworks, type NamedTest, type TestFramework, testSource } from './testSource.js';

/** What a test is to be like. */
export interface CaptureToMarblesOptions {
	/** Whose `it` it calls. Default `'vitest'`. */
	readonly framework?: TestFramework | undefined;
	/** What the test says it is about. Default: `should reassemble CLIENT->SERVER`. */
	readonly name?: string | undefined;
	/** Packets that are written, the first ones of the connection. Default 200; there are letters for some 800. */
	readonly maxPackets?: number | undefined;
	/** Bytes of payload that are written. Default 65,536. */
	readonly maxBytes?: number | undefined;
}

/** What a test has at most, where nothing else is said. */
export const TEST_PACKETS = 200;
export const TEST_BYTES = 65_536;

const checks: Checks<CaptureToMarblesOptions> = {
	framework: oneOf(...frameworks),
	name: text,
	maxPackets: wholeNumberTo(KEYS_MAX),
	maxBytes: limit,
};

/**
 * Writes the source of a marble test out of the packets of one real connection, once they have all come: a legend of
 * packets, marbles by the times of the capture, and the chunks that come of them now through `decodeTcp(), reassemble()`.
 * gopacket's `cap2test`.
 *
 * Payloads are written whole, as text, hex or filler; sequence numbers count from the initial ones where a SYN tells those.
 * Times are those since the first packet, in ms; a packet that has no room at its ms has it as `@`. The addresses become
 * the default ones of the marble language, a tunnel or fragments are not written. A connection that is longer than the
 * limits is cut off behind its last packet that fits, and a comment says so. Of the packets only what is written is kept.
 *
 * @param which a flow of the connection, either direction, or its text, as in `'10.0.0.1:1234->10.0.0.2:80'`.
 * @throws TypeError at the call if an argument is wrong.
 * @throws Error as a notification, if there is no packet of it; it names flows that there are.
 * @example
 * ```ts
 * packets.pipe(captureToMarbles(flow, { framework: 'node:test' })).subscribe(source => console.log(source));
 * ```
 */
export function captureToMarbles(which: Flow | string, options: CaptureToMarblesOptions = {}): OperatorFunction<Packet, string> {
	checkArgument('captureToMarbles', 'which', either(instanceOf(Flow, 'a Flow'), nonEmptyText), which);
	const {
		framework = 'vitest',
		name,
		maxPackets = TEST_PACKETS,
		maxBytes = TEST_BYTES,
	} = checkOptions('captureToMarbles', checks, options);
	return packets =>
		new Observable(out => {
			const decoder = new TcpDecoder();
			const record = new ConnectionRecord('captureToMarbles', which, maxPackets, maxBytes);
			packets.subscribe(
				new OperatorSubscriber<Packet, string>(out, {
					next(packet) {
						const segment = decoder.decode(packet);
						if (segment !== null) record.add(segment);
					},
					complete() {
						out.next(testSource(framework, [testOf(record, name)]));
						out.complete();
					},
				}),
			);
		});
}

/**
 * A test of what was recorded.
 *
 * @throws Error if there is nothing of the connection.
 */
export function testOf(record: ConnectionRecord, name?: string): NamedTest {
	const { flow, packets } = record.result();
	const [from = 0, to = 0] = [packets[0]?.number, packets.at(-1)?.number];
	const place = from > 0 ? `, ${packets.length} packets: from ${from} to ${to} of the capture` : `, ${packets.length} packets`;
	const rest = record.leftOut > 0 ? [`Cut off here: ${record.leftOut} more packets are left out.`] : [];
	return { name: name ?? `should reassemble ${flow}`, notes: [`${flow}${place}.`, ...rest], test: recordedTest(packets) };
}
