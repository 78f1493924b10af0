import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { mqttMessageCodec } from '../../../src/ndjson.js';
import { commands } from '../../../src/protocols/mqtt/message.js';
import { type MqttMessage, mqtt } from '../../../src/protocols/mqtt.js';
import { chunksOfFile, fixture, messagesIn, parsed } from '../../support/conversations.js';
import { c, gap, s } from '../protocols/http1/talk.js';
import { bytes, count, direction, ends, expectSame, libraryValues, names, orNull, reasonsWith, roundTrip, text } from './roundTrip.js';

const coded = (packet: object) => new Uint8Array(generate(packet as Packet, { protocolVersion: 5 }));
const connect = {
	...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: 'me', clean: true, keepalive: 9 },
	...{ username: 'ann', password: Buffer.from([0, 255]), properties: { authenticationMethod: 'x', authenticationData: Buffer.from([1]) } },
	will: { topic: 'w', payload: Buffer.from('bye'), qos: 1, retain: true, properties: { correlationData: Buffer.from([7]) } },
};
const publish = {
	...{ cmd: 'publish', topic: 'a', payload: Buffer.from([1, 2]), qos: 1, messageId: 8, dup: false, retain: false },
	properties: { correlationData: Buffer.from([1, 2]), userProperties: { base64: 'no bytes' } },
};
const subscribe = { cmd: 'subscribe', messageId: 7, subscriptions: [{ topic: 'a/#', qos: 1, nl: true, rap: false, rh: 1 }] };
const told = parsed(mqtt, [c(coded(connect)), c(coded(publish)), c(coded(subscribe)), s(coded({ cmd: 'pingresp' })), gap('server', -1)]);
const [, published] = told as [MqttMessage, MqttMessage];

const members = fc.dictionary(fc.constantFrom('a', 'b', 'correlationData'), libraryValues, { maxKeys: 3, noNullPrototype: true });
const userProperties = fc.dictionary(names, text, { maxKeys: 2 }).map(each => Object.assign(Object.create(null), each));
const properties = fc.oneof(
	members,
	fc.tuple(members, userProperties).map(([others, its]) => ({ ...others, userProperties: its })),
);
const decoded = {
	...{ qos: count, dup: fc.boolean(), retain: fc.boolean(), messageId: count, topic: text, payload: bytes, protocolId: text },
	...{ protocolVersion: count, bridgeMode: fc.boolean(), clean: fc.boolean(), keepalive: count, clientId: text, username: text },
	...{ password: bytes, sessionPresent: fc.boolean(), returnCode: count, reasonCode: count, properties },
	will: fc.record(
		{ topic: text, payload: bytes, qos: count, retain: fc.boolean(), properties },
		{ noNullPrototype: true, requiredKeys: ['topic', 'payload', 'qos', 'retain'] },
	),
	subscriptions: fc.array(
		fc.record(
			{ topic: text, qos: count, nl: fc.boolean(), rap: fc.boolean(), rh: count },
			{ noNullPrototype: true, requiredKeys: ['topic', 'qos'] },
		),
		{ maxLength: 2 },
	),
	...{ unsubscriptions: fc.array(text, { maxLength: 2 }), granted: fc.array(count, { maxLength: 2 }) },
};
const always = {
	...{
		type: fc.constant('mqtt' as const),
		...ends,
		direction,
		packet: count,
		version: fc.constantFrom(3 as const, 4 as const, 5 as const),
	},
	cmd: fc.constantFrom(...commands.filter(each => each !== 'reserved'), 'lost' as const),
	...{ isVersionGuessed: fc.boolean(), length: count, missing: fc.integer({ min: -1 }), error: orNull(text) },
};

describe('mqttMessageCodec', () => {
	it('should give back what a capture told', async () => {
		const messages = await messagesIn(mqtt, chunksOfFile(fixture('mqtt.pcap')));
		expect(messages.length).toBeGreaterThan(10);
		expectSame(mqttMessageCodec, messages);
	});

	it('should give back what a connection told, with the bytes in its properties', () => {
		expect(told.map(({ cmd }) => cmd)).toEqual(['connect', 'publish', 'subscribe', 'pingresp', 'lost']);
		expectSame(mqttMessageCodec, told);
		expect(mqttMessageCodec.encode(published)).toMatchObject({
			payload: 'AQI=',
			properties: { correlationData: { base64: 'AQI=' }, userProperties: { object: { base64: 'no bytes' } } },
		});
		const back = roundTrip(mqttMessageCodec, published).properties;
		expect(back?.correlationData).toStrictEqual(Uint8Array.of(1, 2));
		expect(Object.getPrototypeOf(back?.userProperties)).toBeNull();
	});

	it('should give back any message', () => {
		const any = fc.record(
			{ ...always, ...decoded },
			{ noNullPrototype: true, requiredKeys: Object.keys(always) as (keyof typeof always)[] },
		);
		fc.assert(fc.property(any, message => expectSame(mqttMessageCodec, [message as MqttMessage])));
	});

	it('should say what is wrong, and where', () => {
		const wrong = (path: string, instead: unknown) => reasonsWith(mqttMessageCodec, published, path, instead);
		expect(wrong('payload', [1])).toEqual(['payload: expected bytes as Base64, got an array of 1']);
		expect(wrong('properties', { base64: 'AQI=' })).toEqual(['properties: expected an object of properties, got an object']);
		expect(wrong('properties.correlationData.base64', 'A')).toEqual([
			'properties.correlationData.base64: expected bytes as Base64, got "A"',
		]);
		expect(wrong('version', 6)).toEqual(['version: expected 3 or 4 or 5, got 6']);
		expect(wrong('cmd', 'reserved')[0]).toMatch(/^cmd: expected 'connect' or 'connack' or .*, got "reserved"$/);
		expect(wrong('flavour', 1)).toEqual([]);
	});
});
