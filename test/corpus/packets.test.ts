import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Packet } from '../../src/packet.js';
import { fromFile } from '../../src/sources/fromFile.js';
import { readAll } from '../src/capture/readAll.js';
import { openCorpus } from '../support/corpus.js';
import { Random } from '../support/random.js';
import { frameOf, hasTool, tsharkFrames } from '../support/tshark.js';

const CUTS = 100;

const corpus = openCorpus('the packets of real captures, beside tshark');
const hasTshark = hasTool('tshark', 'the packets of real captures, beside tshark');
const hasEditcap = hasTool('editcap', 'what editcap and mergecap write') && hasTool('mergecap', 'what mergecap writes');

const captures = corpus?.captures.map(capture => ({ name: capture.path, path: corpus.pathOf(capture) })) ?? [];
const totals = { captures: 0, packets: 0, left: [] as string[] };

/** Its packets; undefined if its link type is not decoded. */
async function packetsOf(path: string): Promise<Packet[] | undefined> {
	try {
		return await lastValueFrom(fromFile(path).pipe(toArray()), { defaultValue: [] });
	} catch (error) {
		if ((error as { code?: string }).code !== 'unsupported-link') throw error;
		return undefined;
	}
}

describe.skipIf(corpus === undefined || !hasTshark)('the packets of every capture', () => {
	it.each(captures)('should be those that tshark finds: $name', async ({ name, path }) => {
		const packets = await packetsOf(path);
		if (packets === undefined) {
			totals.left.push(name);
			return;
		}
		expect(packets.map(frameOf)).toEqual(tsharkFrames(path));
		totals.captures++;
		totals.packets += packets.length;
	});

	it('should be many', () => {
		const left = totals.left.length === 0 ? '' : `; left out, as their link type is not decoded: ${totals.left.join(', ')}`;
		console.log(`${totals.captures} captures, ${totals.packets} packets as tshark has them${left}`);
		expect(totals.captures + totals.left.length).toBe(captures.length);
		expect(totals.captures).toBeGreaterThan(0.9 * captures.length);
	});
});

describe.skipIf(corpus === undefined)('a capture that is cut somewhere', () => {
	const random = new Random(20_240_229);

	it.each(captures)('should give every whole packet before it, then the right error: $name', ({ path }) => {
		const file = readFileSync(path);
		const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
		const whole = readAll(bytes);
		const records = recordsOf(bytes, whole.packets);
		expect(whole.error === undefined || whole.error.code === 'unsupported-link').toBe(true);
		for (let i = 0; i < CUTS; i++) {
			const place = 1 + random.below(bytes.length - 1);
			const { packets, error } = readAll(bytes.subarray(0, place));
			const count = whole.packets.findIndex(packet => endOf(packet, bytes) > place);
			expect(packets).toHaveLength(count < 0 ? whole.packets.length : count);
			if (whole.error !== undefined && place >= 24) expect(error?.code).toBe(whole.error.code);
			else if (records.has(place)) expect(error).toBeUndefined();
			else expect([error?.code, error?.offset]).toEqual(place < 4 ? ['not-a-capture', 0] : ['truncated', beginOf(records, place)]);
		}
	});
});

/** Where records begin and the file ends, found the slow way. */
function recordsOf(bytes: Uint8Array, packets: readonly Packet[]): ReadonlySet<number> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (view.getUint32(0) !== 0x0a0d0d0a) return new Set([0, 24, ...packets.map(packet => endOf(packet, bytes))]);
	const begins = new Set<number>();
	let at = 0;
	// All of the corpus is little-endian.
	for (; at < bytes.length; at += view.getUint32(at + 4, true)) begins.add(at);
	return begins.add(at);
}

/** Where the record of a packet ends in the file: behind its bytes, or in pcapng behind its block. */
function endOf({ block, start, end }: Packet, bytes: Uint8Array): number {
	const place = block.byteOffset - bytes.byteOffset;
	const isPcapng = bytes[0] === 0x0a;
	if (!isPcapng) return place + end;
	const length = new DataView(block.buffer, block.byteOffset + start - 24, 4).getUint32(0, true);
	return place + start - 28 + length;
}

function beginOf(records: ReadonlySet<number>, place: number): number {
	return Math.max(...[...records].filter(record => record < place));
}

describe.skipIf(corpus === undefined || !hasTshark || !hasEditcap)('what Wireshark writes', () => {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-'));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
	const run = (tool: string, ...args: string[]) => void execFileSync(tool, args, { stdio: 'ignore' });
	const pathOf = (part: string) => captures.find(({ name }) => name.endsWith(part))?.path ?? '';
	const ethernet = pathOf('nanosecs_big_endian.pcap');
	const interfaces = pathOf('many_interfaces-1.pcapng');
	const cooked = pathOf('rtsp.pcap');

	const written: Record<string, (path: string) => void> = {
		'pcapng of nanoseconds': path => run('editcap', '-F', 'pcapng', ethernet, path),
		'pcap of nanoseconds': path => run('editcap', '-F', 'nsecpcap', ethernet, path),
		'pcap of microseconds': path => run('editcap', '-F', 'pcap', ethernet, path),
		'the modified pcap': path => run('editcap', '-F', 'modpcap', ethernet, path),
		'pcapng, cut by snaplen': path => run('editcap', '-F', 'pcapng', '-s', '60', interfaces, path),
		'pcapng with comments': path => run('editcap', '-a', '1:hello', '-F', 'pcapng', interfaces, path),
		'pcapng, packed': path => writeFileSync(path, gzipSync(readFileSync(interfaces))),
		'pcapng of several link types': path => run('mergecap', '-w', path, ethernet, cooked, interfaces),
		'one capture behind the other': path => run('mergecap', '-a', '-w', path, cooked, interfaces, ethernet),
		'what tshark writes': path => run('tshark', '-r', interfaces, '-F', 'pcapng', '-w', path),
	};

	it.each(Object.entries(written))('should be read with the same packets: %s', async (name, write) => {
		const path = join(folder, name);
		write(path);
		const packets = (await packetsOf(path)) ?? [];
		expect(packets.length).toBeGreaterThan(0);
		expect(packets.map(frameOf)).toEqual(tsharkFrames(path));
	});

	it('should keep link types and interfaces apart', async () => {
		const path = join(folder, 'merged');
		run('mergecap', '-w', path, ethernet, cooked);
		const packets = (await packetsOf(path)) ?? [];
		expect(new Set(packets.map(({ source }) => `${source.id}: ${source.linkType}`))).toEqual(new Set(['0: 1', '1: 113']));
	});
});
