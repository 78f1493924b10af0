import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostileCapture } from './hostile.js';
import { runOurs } from './ours.js';
import { buildReference, type Events, runReference, type Setup } from './reference.js';

const corpus = process.env.CORPUS_DIR ?? '';
const hostileCount = Number(process.env.COMPAT_CONNECTIONS ?? 300);
const seed = Number(process.env.COMPAT_SEED ?? 20_261_122);

const why = buildReference();
if (why !== undefined) console.warn(`the comparison with gopacket was left out: ${why}`);

const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-compat-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const setups: readonly Setup[] = [
	{ maxBufferedPagesPerConnection: 0, maxBufferedPagesTotal: 0, flushAgeMs: 0 },
	{ maxBufferedPagesPerConnection: 1, maxBufferedPagesTotal: 0, flushAgeMs: 0 },
	{ maxBufferedPagesPerConnection: 4, maxBufferedPagesTotal: 0, flushAgeMs: 0 },
	{ maxBufferedPagesPerConnection: 0, maxBufferedPagesTotal: 40, flushAgeMs: 0 },
	{ maxBufferedPagesPerConnection: 4, maxBufferedPagesTotal: 100, flushAgeMs: 0 },
	{ maxBufferedPagesPerConnection: 0, maxBufferedPagesTotal: 0, flushAgeMs: 1500 },
];

/** Captures of which gopacket decodes other packets than we do; why. */
const decodedOtherwise: Readonly<Record<string, string>> = {
	'suricata-verify/tests/bug-76/input.pcap': 'frame 46 has a TCP header that is longer than its packet: gopacket takes it, we reject it',
};

/** The flows of which the two do not say the same, chunk by chunk. */
function differing(expected: Events, actual: Events): string[] {
	const flows = new Set([...expected.keys(), ...actual.keys()]);
	return [...flows].filter(flow => JSON.stringify(expected.get(flow)) !== JSON.stringify(actual.get(flow)));
}

const countOf = (events: Events) => [...events.values()].reduce((sum, list) => sum + list.length, 0);

describe.skipIf(why !== undefined)('compat: tcpassembly, beside gopacket itself', { timeout: 600_000 }, () => {
	it.each(setups)('should say the same of random hostile connections (%o)', async setup => {
		const capture = join(folder, 'hostile.pcap');
		// Flushed by times that go back, gopacket differs from itself: it forgets to reset when a connection was last seen
		// whose memory it uses again, in the random order of its map.
		writeFileSync(capture, hostileCapture(hostileCount, seed, setup.flushAgeMs === 0));
		const expected = runReference(capture, setup) as Events;
		const actual = await runOurs(capture, setup);
		console.log(`compat: ${hostileCount} hostile connections, seed ${seed}: ${expected.size} flows, ${countOf(expected)} events`);
		const [first] = differing(expected, actual);
		expect(first && { flow: first, events: actual.get(first) }).toEqual(first && { flow: first, events: expected.get(first) });
		expect(expected.size).toBeGreaterThan(hostileCount / 2);
	});
	it.skipIf(!existsSync(join(corpus, 'captures.json')))('should say the same of real captures', async () => {
		const captures: { path: string; format: string }[] = JSON.parse(readFileSync(join(corpus, 'captures.json'), 'utf8'));
		const classic = captures.filter(({ format, path }) => /^pcap-[un]s$/.test(format) && !(path in decodedOtherwise));
		const wrong: string[] = [];
		let flows = 0;
		let files = 0;
		for (const { path } of classic) {
			for (const setup of setups) {
				const expected = runReference(join(corpus, path), setup);
				const actual = await runOurs(join(corpus, path), setup).catch(() => undefined);
				if (expected === undefined || expected.size === 0 || actual === undefined) continue;
				files++;
				flows += expected.size;
				wrong.push(...differing(expected, actual).map(flow => `${path} ${flow}`));
			}
		}
		console.log(`compat: ${files} runs over real captures, ${flows} flows, ${wrong.length} differ`);
		expect(new Set(wrong)).toEqual(new Set());
	});
});
