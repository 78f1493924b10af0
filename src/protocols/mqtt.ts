import { type Checks, checkOptions, limit } from '../codec.js';
import { Conversation } from './mqtt/conversation.js';
import type { MqttMessage } from './mqtt/message.js';
import type { ParserFactory } from './parser.js';

export type { MqttCommand, MqttDecoded, MqttMessage, MqttSubscription, MqttVersion, MqttWill } from './mqtt/message.js';

/** What {@link createMqtt} can be told. */
export interface MqttOptions {
	/** Bytes of a packet with its header. A longer one is passed over, and comes out with an `error`. Default 256 KiB. */
	readonly maxPacketBytes?: number | undefined;
}

const checks: Checks<MqttOptions> = { maxPacketBytes: limit };

/**
 * Makes a parser of MQTT 3.1, 3.1.1 and 5 for `parseWith`, which is fed both directions of a connection and emits every control
 * packet of them, decoded, as soon as it is whole.
 *
 * The version is that of CONNECT. Where none was seen, packets are read as MQTT 3.1.1, and `isVersionGuessed` says so.
 *
 * A packet that is malformed comes with an `error` instead of its fields, and the parser goes on behind it. So it does behind a
 * gap within a packet whose length is known. Behind any other gap, and behind what is no fixed header, nobody knows where the next
 * packet begins: the direction ends with a message whose `cmd` is `lost`.
 *
 * The packets are decoded by the package mqtt-packet, a peer that you install yourself. It needs the `Buffer` of Node; in a browser the
 * bundler must bring one.
 * A direction holds one packet at most, within its limit. It throws for nothing that comes over the wire.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * import { createMqtt } from 'rx-reassembly/protocols/mqtt';
 *
 * connection.pipe(parseWith(createMqtt({ maxPacketBytes: 4096 }))).subscribe(({ direction, cmd }) => console.log(direction, cmd));
 * ```
 */
export function createMqtt(options: MqttOptions = {}): ParserFactory<MqttMessage> {
	const { maxPacketBytes = 256 * 1024 } = checkOptions('createMqtt', checks, options);
	return (emit, ends) => new Conversation(emit, ends, maxPacketBytes);
}

/**
 * {@link createMqtt} with its defaults.
 *
 * @example
 * ```ts
 * import { mqtt } from 'rx-reassembly/protocols/mqtt';
 *
 * connection.pipe(parseWith(mqtt)).subscribe(({ cmd, topic, payload }) => console.log(cmd, topic, payload?.length));
 * ```
 */
export const mqtt: ParserFactory<MqttMessage> = createMqtt();
