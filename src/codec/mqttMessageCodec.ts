import { boolean, oneOf, oneOfNumbers, text, wholeNumber } from '../codec.js';
import { commands, type MqttCommand, type MqttMessage, type MqttVersion } from '../protocols/mqtt/message.js';
import { libraryObject } from './libraryValue.js';
import { bare, ends, number, numberOrUnknown, textOrNull } from './messageFields.js';
import { type JsonCodec, listOf, mapped, object, optional, versioned } from './shape.js';
import { bytesCodec, directionCodec } from './values.js';

type Properties = Readonly<Record<string, unknown>>;

const properties = optional(
	mapped<Properties, Properties>('an object of properties', libraryObject, {
		is: libraryObject.is,
		read: withBareNames,
		write: given => given,
	}),
);
const flag = optional(boolean);
const count = optional(number);

const will = object('a will', { topic: text, payload: bytesCodec, qos: number, retain: boolean, properties });
const subscription = object('a subscription', { topic: text, qos: number, nl: flag, rap: flag, rh: count });

const decoded = {
	...{ qos: count, dup: flag, retain: flag, messageId: count, topic: optional(text), payload: optional(bytesCodec) },
	...{ protocolId: optional(text), protocolVersion: count, bridgeMode: flag, clean: flag, keepalive: count, clientId: optional(text) },
	...{ will: optional(will), username: optional(text), password: optional(bytesCodec) },
	...{ sessionPresent: flag, returnCode: count, reasonCode: count },
	...{ subscriptions: optional(listOf(subscription)), unsubscriptions: optional(listOf(text)), granted: optional(listOf(number)) },
	properties,
};

/**
 * An {@link MqttMessage} as JSON; payloads and passwords as Base64.
 *
 * `properties` are written as mqtt-packet gives them. Bytes in there are objects such as `{ "base64": "AQ==" }`; an object whose
 * only member has the name `base64` or `object`, as user properties may, stands in `{ "object": … }`. What is read is no Buffer
 * but a Uint8Array. Nested more than 16 deep they are refused.
 *
 * @example
 * ```ts
 * import { mqtt } from 'rx-reassembly/protocols/mqtt';
 *
 * connection.pipe(parseWith(mqtt), toNdjson(mqttMessageCodec)).subscribe(line => console.log(line));
 * ```
 */
export const mqttMessageCodec: JsonCodec<MqttMessage> = versioned(
	object('a message of MQTT', {
		type: oneOf('mqtt'),
		...ends,
		direction: directionCodec,
		packet: wholeNumber,
		cmd: oneOf<MqttCommand>(...commands.filter(each => each !== 'reserved'), 'lost'),
		version: oneOfNumbers<MqttVersion>(3, 4, 5),
		isVersionGuessed: boolean,
		...decoded,
		length: wholeNumber,
		missing: numberOrUnknown,
		error: textOrNull,
	}) as JsonCodec<MqttMessage>,
);

/** User properties have names that came over the wire: they have no prototype. */
function withBareNames(given: Properties): Properties {
	const { userProperties } = given;
	return libraryObject.is(userProperties) ? { ...given, userProperties: bare(userProperties) } : given;
}
