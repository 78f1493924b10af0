import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/protocols/mqtt/message.js';
import { createMqtt, type MqttMessage, mqtt } from '../../../src/protocols/mqtt.js';
import { chunksOfFile, cutAt, fixture, holeIn, messagesIn, parsed } from '../../support/conversations.js';
import { hasTool } from '../../support/tshark.js';
import { c, end, ends, gap, type Said, s } from './http1/talk.js';

type Version = 3 | 4 | 5;
const coded = (packet: Packet, version: Version = 4) => new Uint8Array(generate(packet, { protocolVersion: version }));
const connect = (version: Version) =>
	coded({
		cmd: 'connect',
		protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
		protocolVersion: version,
		clientId: 'me',
		clean: true,
		keepalive: 9,
	});
const publish = (payload: string | Buffer, more: object = {}, version: Version = 4) =>
	coded({ cmd: 'publish', topic: 'a/b', payload, qos: 0, dup: false, retain: false, ...more }, version);
const ping = coded({ cmd: 'pingreq' });
const inShort = ({ direction, cmd, error }: MqttMessage) => `${direction} ${cmd}${error === null ? '' : ` (${error})`}`;
const payloadOf = ({ payload }: MqttMessage) => Buffer.from(payload ?? []).toString();

/** A conversation of each version. */
const talkOf = (version: Version): Said[] => [
	c(connect(version)),
	s(
		coded(
			version === 5 ? { cmd: 'connack', sessionPresent: false, reasonCode: 0 } : { cmd: 'connack', sessionPresent: false, returnCode: 0 },
			version,
		),
	),
	c(
		coded(
			{
				cmd: 'subscribe',
				messageId: 7,
				subscriptions: [{ topic: 'a/#', qos: 1, ...(version === 5 && { nl: true, rap: false, rh: 1 }) }],
			},
			version,
		),
	),
	s(coded({ cmd: 'suback', messageId: 7, granted: [1] }, version)),
	c(publish('one', { qos: 1, messageId: 8, ...(version === 5 && { properties: { userProperties: { k: 'v' } } }) }, version)),
	s(coded({ cmd: 'puback', messageId: 8 }, version)),
	s(publish('x'.repeat(300), { retain: true }, version)),
	c(ping),
	s(coded({ cmd: 'pingresp' })),
	c(coded({ cmd: 'disconnect', ...(version === 5 && { reasonCode: 0 }) } as Packet, version)),
];

describe('mqtt', () => {
	it.each([3, 4, 5] as const)('should give the packets of both directions, as version %i has them', version => {
		const messages = parsed(mqtt, talkOf(version));
		expect(messages.map(inShort)).toEqual([
			...['client connect', 'server connack', 'client subscribe', 'server suback', 'client publish', 'server puback'],
			...['server publish', 'client pingreq', 'server pingresp', 'client disconnect'],
		]);
		for (const message of messages) {
			expect(message).toMatchObject({ type: 'mqtt', ...ends, packet: 1, version, isVersionGuessed: false, missing: 0 });
		}
		expect(messages[0]).toMatchObject({ clientId: 'me', protocolVersion: version, keepalive: 9, clean: true });
		expect(messages[2]?.subscriptions?.[0]).toEqual({ topic: 'a/#', qos: 1, ...(version === 5 && { nl: true, rap: false, rh: 1 }) });
		expect(messages[4]).toMatchObject({ topic: 'a/b', qos: 1, messageId: 8, dup: false, retain: false });
		expect(messages[4]?.properties).toEqual(version === 5 ? { userProperties: { k: 'v' } } : undefined);
		expect(messages.map(payloadOf)[6]).toBe('x'.repeat(300));
		expect(messages[6]).toMatchObject({ retain: true, length: version === 5 ? 306 : 305 });
	});

	it('should say only what a packet has', () => {
		expect(Object.keys(parsed(mqtt, [c(ping)])[0] ?? {}).sort()).toEqual(
			[
				...['client', 'cmd', 'direction', 'dup', 'error', 'isVersionGuessed', 'length', 'missing', 'packet', 'qos', 'retain', 'server'],
				...['time', 'type', 'version'],
			].sort(),
		);
	});

	it('should say when the first byte of a packet was captured', () => {
		const bytes = publish('one');
		const [message] = parsed(mqtt, [c(bytes.subarray(0, 1), 5), c(bytes.subarray(1), 9)]);
		expect(message?.time.ms).toBe(1_700_000_000_005);
	});

	it('should guess 3.1.1 where no CONNECT was seen, and say so', () => {
		expect(parsed(mqtt, [c(publish('one'))])).toMatchObject([{ version: 4, isVersionGuessed: true, topic: 'a/b' }]);
	});

	it('should pass over a packet that is longer than the limit, and say so', () => {
		const messages = parsed(createMqtt({ maxPacketBytes: 100 }), [c(publish('x'.repeat(94))), c(publish('x'.repeat(93)))]);
		expect(messages.map(inShort)).toEqual(['client publish (it is longer than 100 bytes, and passed over)', 'client publish']);
		expect(messages[0]).toMatchObject({ length: 99, missing: 0 });
		expect(messages[0]).not.toHaveProperty('topic');
	});

	it('should hold nothing of a packet that announces the most that can be', () => {
		const said = [c(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f)), ...Array.from({ length: 100 }, () => c(new Uint8Array(65_536)))];
		expect(parsed(mqtt, said).map(({ cmd, length }) => [cmd, length])).toEqual([['publish', 268_435_455]]);
	});

	it.each<[string, number[]]>([
		['a flag that must not be', [0xc1, 0]],
		['a quality of service that is none', [0x36, 5, 0, 1, 97, 0, 1]],
		['a topic that is longer than its packet', [0x30, 3, 0, 9, 97]],
		['no message id', [0x40, 1, 0]],
		['a CONNACK that says nothing', [0x20, 0]],
		['a CONNECT of another protocol', [0x10, 6, 0, 4, 77, 81, 84, 85]],
		['a CONNECT of a version that is none', [0x10, 8, 0, 4, 77, 81, 84, 84, 9, 0]],
		['AUTH before MQTT 5', [0xf0, 2, 0, 0]],
	])('should go on behind a packet with %s', (_, bytes) => {
		const messages = parsed(mqtt, [c(Uint8Array.from([...bytes, ...ping]))]);
		expect(messages).toMatchObject([
			{ error: expect.stringMatching(/./), length: bytes[1] },
			{ cmd: 'pingreq', error: null },
		]);
	});

	it.each([[[0, 0]], [[0x30, 0x80, 0x80, 0x80, 0x80, 1]]])('should give a direction up for what is no fixed header: %j', bytes => {
		const messages = parsed(mqtt, [c(Uint8Array.from([...bytes, ...ping])), c(ping), s(ping)]);
		expect(messages.map(({ direction, cmd }) => `${direction} ${cmd}`)).toEqual(['client lost', 'server pingreq']);
	});

	it('should take any bytes', () => {
		const version = fc.constantFrom<Version[]>(3, 4, 5);
		const body = fc.uint8Array({ maxLength: 40 });
		fc.assert(
			fc.property(version, fc.array(fc.tuple(fc.nat(255), body), { maxLength: 5 }), (level, packets) => {
				const said = packets.map(([first, bytes]) => c(Uint8Array.from([first | 0x10, bytes.length, ...bytes])));
				const messages = parsed(mqtt, [s(connect(level)), ...said]);
				expect(messages).toHaveLength(1 + packets.length);
			}),
			{ numRuns: 2000 },
		);
	});

	it('should say what the connection ended within', () => {
		expect(parsed(mqtt, [c(publish('one').subarray(0, 6)), end('client')])).toMatchObject([
			{ cmd: 'publish', error: expect.stringContaining('ended within it') },
		]);
	});

	it('should refuse options that are wrong', () => {
		expect(() => createMqtt({ maxPacketBytes: 0 })).toThrow(/maxPacketBytes/);
		expect(() => createMqtt({ maxBytes: 1 } as never)).toThrow(/maxBytes/);
	});
});

describe('mqtt: a gap', () => {
	const bytes = publish('x'.repeat(300));

	it('should cost no more than the packet that it is in', () => {
		for (const said of [
			[c(bytes.subarray(0, 100)), gap('client', 50), c(bytes.subarray(150)), c(ping)],
			[c(bytes.subarray(0, -50)), gap('client', 50), c(ping)],
		]) {
			const messages = parsed(mqtt, said);
			expect(messages.map(inShort)).toEqual(['client publish (bytes are missing)', 'client pingreq']);
			expect(messages[0]).toMatchObject({ missing: 50, length: 305 });
		}
	});

	it.each([-1, 300])('should end the direction where nobody knows what follows: %i', length => {
		const messages = parsed(mqtt, [c(bytes.subarray(0, 100)), gap('client', length), c(ping), s(ping)]);
		expect(messages.map(({ direction, cmd }) => `${direction} ${cmd}`)).toEqual(['client publish', 'client lost', 'server pingreq']);
		expect(messages[1]?.missing).toBe(length);
	});

	it('should cost nothing where a connection was running before', () => {
		const messages = parsed(mqtt, [gap('client', -1), c(ping), gap('client', -1), c(ping)]);
		expect(messages.map(({ cmd }) => cmd)).toEqual(['pingreq', 'lost']);
	});

	it('should be survived everywhere', () => {
		for (const version of [4, 5] as const) {
			const said = talkOf(version);
			const whole = parsed(mqtt, said);
			for (const [index, one] of said.entries()) {
				const isFirstOfSide = said.findIndex(({ direction }) => direction === one.direction) === index;
				for (let at = 0; 'bytes' in one && at < one.bytes.length; at++) {
					for (const length of [-1, 1, 7]) {
						const messages = parsed(mqtt, holeIn(said, index, at, length));
						expect(messages.some(({ error }) => error !== null) || (length < 0 && at === 0 && isFirstOfSide)).toBe(true);
						const other = one.direction === 'client' ? 'server' : 'client';
						const cmdsOf = (all: MqttMessage[]) => all.filter(({ direction }) => direction === other).map(({ cmd }) => cmd);
						expect(cmdsOf(messages)).toEqual(cmdsOf(whole));
					}
				}
			}
		}
	});
});

describe('mqtt: how the bytes are cut', () => {
	it.each([3, 4, 5] as const)('should not matter: version %i', version => {
		const said = [...talkOf(version), c(Uint8Array.of(0xc1, 0)), s(publish('cut').subarray(0, 5))];
		const expected = parsed(mqtt, said);
		expect(expected).toHaveLength(12);
		fc.assert(
			fc.property(fc.array(fc.nat(), { maxLength: 60 }), places => {
				expect(parsed(mqtt, cutAt(said, places))).toEqual(expected);
			}),
		);
	});
});

describe('mqtt: a recording of mosquitto', () => {
	it.skipIf(!hasTool('tshark', 'MQTT packets beside those of tshark'))('should be the packets that tshark finds', async () => {
		const path = fixture('mqtt.pcap');
		const args = ['-n', '-r', path, '-d', 'tcp.port==18831,mqtt', '-Y', 'mqtt', '-T', 'fields', '-e', 'mqtt.msgtype'];
		const output = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
		const theirs = output.split(/[\n,]/).filter(type => type !== '');
		const messages = await messagesIn(mqtt, chunksOfFile(path));
		const types = messages.map(({ cmd }) => String(commands.indexOf(cmd as 'connect')));
		expect(types.sort()).toEqual(theirs.sort());
		expect(messages.map(({ error }) => error).filter(error => error !== null)).toEqual([]);
	});

	it('should have each version, and what was published', async () => {
		const messages = await messagesIn(mqtt, chunksOfFile(fixture('mqtt.pcap')));
		expect(new Set(messages.map(({ version }) => version))).toEqual(new Set([3, 4, 5]));
		expect(messages.some(({ isVersionGuessed }) => isVersionGuessed)).toBe(false);
		const hello = messages.filter(message => message.cmd === 'publish' && payloadOf(message) === 'hello 2');
		expect(hello.map(({ direction, version, qos }) => `${direction} ${version} ${qos}`)).toEqual(
			[3, 4, 5].flatMap(version => [`client ${version} 2`, `server ${version} 2`]),
		);
		expect(messages.find(({ topic }) => topic === 'a/p')?.properties).toMatchObject({ contentType: 'text/plain' });
		expect(messages.find(({ will }) => will !== undefined)).toMatchObject({ username: 'me', will: { topic: 'a/will' } });
	});
});
