import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/protocols/mqtt/message.js';
import { type MqttMessage, mqtt } from '../../src/protocols/mqtt.js';
import type { ParserFactory } from '../../src/protocols/parser.js';
import { messagesIn } from '../support/conversations.js';
import { chunksIn, openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of MQTT packets with tshark');

/** How many packets of each type tshark finds. */
function packetsOf(path: string): Record<string, number> {
	const output = execFileSync('tshark', ['-n', '-r', path, '-Y', 'mqtt', '-T', 'fields', '-e', 'mqtt.msgtype'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	return tally(output.split(/[\n,]/).filter(type => type !== ''));
}

function tally(values: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
	return counts;
}

/** A CONNECT was taken out of it: tshark takes each segment for the beginning of a packet, here nobody knows where the next one begins. */
const lossy = new Set(['suricata-verify/tests/mqtt-events-missing-connect/input.pcap']);

/** The port tells tshark too. */
const mqttByPort: ParserFactory<MqttMessage> = (emit, ends) =>
	mqtt(message => /:1883$/m.test(`${ends.client}\n${ends.server}`) && emit(message), ends);

describe.skipIf(corpus === undefined || !hasTool('tshark', 'MQTT packets'))('MQTT in real captures', () => {
	if (corpus === undefined) return;

	it('should be the packets that tshark finds', { timeout: 240_000 }, async () => {
		let count = 0;
		for (const capture of corpus.captures) {
			const messages: MqttMessage[] = await messagesIn(mqttByPort, chunksIn(corpus, capture));
			if (messages.length === 0) continue;
			const known = messages.filter(({ cmd }) => cmd !== 'lost');
			const ours = tally(known.map(({ cmd }) => String(commands.indexOf(cmd as 'connect'))));
			const theirs = packetsOf(corpus.pathOf(capture));
			if (lossy.has(capture.path)) {
				expect(messages.length).toBeGreaterThan(known.length);
				for (const [type, number] of Object.entries(ours)) expect(number).toBeLessThanOrEqual(theirs[type] ?? 0);
			} else expect(ours, capture.path).toEqual(theirs);
			expect(known.map(({ error }) => error).filter(error => error !== null)).toEqual([]);
			count += messages.length;
		}
		console.log(`${count} MQTT packets`);
		expect(count).toBeGreaterThan(0);
	});
});
