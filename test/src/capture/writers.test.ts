import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaptureWriter } from '../../../src/capture/captureWriter.js';
import { pcapngWriter } from '../../../src/capture/pcapngWriter.js';
import { pcapWriter } from '../../../src/capture/pcapWriter.js';
import { CaptureError } from '../../../src/errors.js';
import { type CaptureInterface, LinkType, Packet, packetOf } from '../../../src/packet.js';
import { Timestamp } from '../../../src/timestamp.js';
import { type Corpus, openCorpus } from '../../support/corpus.js';
import { joined } from '../../support/pcap.js';
import { readAll } from './readAll.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (writer: CaptureWriter, packets: readonly Packet[]) =>
	joined([...packets.map(packet => writer.write(packet)), writer.end()]);

const at = (seconds: number, nanoseconds = 0) => new Timestamp(seconds, nanoseconds, 9);
const small = (timestamp: Timestamp, linkType: number = LinkType.ethernet) =>
	packetOf({ bytes: Uint8Array.of(1, 2, 3), timestamp, linkType, originalLength: 70, number: 5 });

const told = ({ bytes, timestamp, originalLength, linkType }: Packet) => ({
	bytes: Array.from(bytes),
	time: [timestamp.seconds, timestamp.nanoseconds],
	originalLength,
	linkType,
});

const packetsOfOneLink = fc
	.tuple(
		fc.constantFrom(...Object.values(LinkType)),
		fc.array(
			fc.record({
				bytes: fc.uint8Array({ maxLength: 200 }),
				seconds: fc.nat({ max: 0xffff_ffff }),
				nanoseconds: fc.nat({ max: 999_999_999 }),
				cut: fc.nat({ max: 100_000 }),
			}),
		),
	)
	.map(([linkType, list]) =>
		list.map(({ bytes, seconds, nanoseconds, cut }) =>
			packetOf({ bytes, timestamp: at(seconds, nanoseconds), linkType, originalLength: bytes.length + cut }),
		),
	);

function codeOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (error instanceof CaptureError) return error.code;
		throw error;
	}
	return 'none';
}

describe('pcapWriter', () => {
	it('should write what our reader reads, to the nanosecond', () => {
		fc.assert(
			fc.property(packetsOfOneLink, packets => {
				const { packets: read, error } = readAll(written(pcapWriter(), packets));
				expect(error).toBeUndefined();
				expect(read.map(told)).toEqual(packets.map(told));
			}),
		);
	});

	it('should cut nanoseconds to microseconds if it is told to', () => {
		const [packet] = readAll(written(pcapWriter({ nanoseconds: false }), [small(at(7, 123_456_789))])).packets;
		expect([packet?.timestamp.nanoseconds, packet?.timestamp.digits]).toEqual([123_456_000, 6]);
	});

	it('should refuse a second link type and name what takes it, and go on with the first', () => {
		const writer = pcapWriter();
		const first = writer.write(small(at(1)));
		expect(() => writer.write(small(at(2), LinkType.raw))).toThrow(/pcapng/);
		expect(codeOf(() => writer.write(small(at(2), LinkType.raw)))).toBe('mixed-links');
		expect(readAll(joined([first, writer.write(small(at(3)))])).packets.map(told)).toEqual([small(at(1)), small(at(3))].map(told));
	});

	it('should hold its packets to the link type that it was given', () => {
		expect(codeOf(() => pcapWriter({ linkType: LinkType.raw }).write(small(at(1))))).toBe('mixed-links');
	});
});

describe('pcapngWriter', () => {
	const sources: readonly CaptureInterface[] = [
		{ linkType: LinkType.ethernet, id: 4, name: 'eth0' },
		{ linkType: LinkType.raw, id: 1, name: 'tün1' },
		{ linkType: LinkType.linuxSll, id: 0 },
	];
	const packet = fc
		.record({
			bytes: fc.uint8Array({ maxLength: 200 }),
			seconds: fc.nat({ max: 18_446_744_072 }),
			nanoseconds: fc.nat({ max: 999_999_999 }),
			cut: fc.nat({ max: 100_000 }),
			source: fc.constantFrom(...sources),
		})
		.map(({ bytes, seconds, nanoseconds, cut, source }) => {
			return new Packet(bytes, 0, bytes.length, bytes.length + cut, at(seconds, nanoseconds), 0, source);
		});
	const toldWithName = (one: Packet) => ({ ...told(one), name: one.source.name });

	it('should write what our reader reads, to the nanosecond, with the interfaces', () => {
		fc.assert(
			fc.property(fc.array(packet), packets => {
				const { packets: read, error } = readAll(written(pcapngWriter(), packets));
				expect(error).toBeUndefined();
				expect(read.map(toldWithName)).toEqual(packets.map(toldWithName));
			}),
		);
	});
});

describe.each([
	['pcapWriter', pcapWriter, 0xffff_ffff],
	['pcapngWriter', pcapngWriter, 18_446_744_072],
] as const)('%s', (name, newWriter, latest) => {
	it('should refuse a time that it cannot write, and begin the file with the next packet', () => {
		const writer = newWriter();
		expect(codeOf(() => writer.write(small(at(-1))))).toBe('unwritable');
		expect(codeOf(() => writer.write(small(at(latest + 1))))).toBe('unwritable');
		expect(writer.write(small(at(latest)))).toEqual(newWriter().write(small(at(latest))));
	});

	it('should write an empty capture if there is no packet', () => {
		expect(newWriter().end().length).toBeGreaterThan(20);
		const writer = newWriter();
		writer.write(small(at(1)));
		expect(writer.end()).toHaveLength(0);
	});

	it('should cut to snaplen what is longer, and keep the original length', () => {
		const bytes = new Uint8Array(300_000).fill(7);
		const one = (snaplen?: number) => newWriter({ snaplen }).write(packetOf({ bytes, timestamp: at(1) })).length;
		expect(one() - one(262_140)).toBe(4);
		expect(one(262_144)).toBe(one());
	});

	it('should refuse wrong options', () => {
		expect(() => newWriter({ snaplen: 0 })).toThrow(new RegExp(`${name}: option snaplen`));
		expect(() => newWriter({ speed: 1 } as object)).toThrow(/no option speed/);
	});
});

const tools = ['tshark', 'capinfos'].filter(tool => spawnSync(tool, ['--version']).status !== 0);
if (tools.length > 0) console.log(`${tools.join(', ')} not found; left out: what Wireshark says of captures that were written`);

/** What a tool says of a file, without a complaint. */
function ask(tool: string, ...args: string[]): string {
	const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
	const complaints = stderr.split('\n').filter(line => line !== '' && !line.startsWith('Running as user'));
	expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
	return stdout;
}

const fieldsOf = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len'];
const fields = fieldsOf.flatMap(field => ['-e', field]);

describe.skipIf(tools.length > 0)('what Wireshark reads of pcapng', { timeout: 60_000 }, () => {
	it('should be every packet with its interface, its time and its lengths', () => {
		const sources: CaptureInterface[] = [
			{ linkType: LinkType.ethernet, id: 0, name: 'eth0' },
			{ linkType: LinkType.raw, id: 1, name: 'tün1' },
			{ linkType: LinkType.linuxSll, id: 2 },
		];
		const times = [at(0, 1), at(1_700_000_000, 123_456_789), at(4_294_967_296, 999_999_999), at(9_000_000_000, 7)];
		const packets = times.flatMap((time, i) =>
			sources.map(source => new Packet(new Uint8Array(40 + i).fill(i), 0, 40 + i, 100 + i, time, 0, { ...source })),
		);
		const file = join(folder, 'interfaces.pcapng');
		writeFileSync(file, written(pcapngWriter(), packets));
		const lines = ask(
			'tshark',
			'-r',
			file,
			'-T',
			'fields',
			...fields.slice(0, 8),
			'-e',
			'frame.interface_id',
			'-e',
			'frame.interface_name',
		);
		expect(lines.trimEnd().split('\n')).toEqual(
			packets.map(({ timestamp, source, end, originalLength }, i) =>
				[
					i + 1,
					`${timestamp.seconds}.${String(timestamp.nanoseconds).padStart(9, '0')}`,
					end,
					originalLength,
					source.id,
					source.name ?? lines.split('\n')[2]?.split('\t').at(-1),
				].join('\t'),
			),
		);
		ask('capinfos', file);
	});
});

/** Captures that our reader reads whole. */
function readable(corpus: Corpus): { readonly path: string; readonly packets: readonly Packet[] }[] {
	return corpus.captures
		.filter(({ format }) => format === 'pcap-us' || format === 'pcap-ns')
		.map(capture => ({ path: corpus.pathOf(capture), ...readAll(readFileSync(corpus.pathOf(capture))) }))
		.filter(({ error }) => error === undefined);
}

const frameFields = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.md5_hash'].flatMap(field => ['-e', field]);
const framesAlone = ['-o', 'frame.generate_md5_hash:TRUE'];

/** What Wireshark should say of each packet. */
function framesOf(packets: readonly Packet[]): string[] {
	return packets.map(({ timestamp, bytes, originalLength }, i) => {
		const time = `${timestamp.seconds}.${String(timestamp.nanoseconds).padStart(9, '0')}`;
		return [i + 1, time, bytes.length, originalLength, createHash('md5').update(bytes).digest('hex')].join('\t');
	});
}

/** Whether Wireshark reads these packets of a file: numbers, times, lengths and bytes. */
function expectFrames(name: string, writer: CaptureWriter, packets: readonly Packet[]): void {
	const file = join(folder, name);
	writeFileSync(file, written(writer, packets));
	ask('capinfos', file);
	const lines = ask('tshark', '-n', '-r', file, ...framesAlone, '-T', 'fields', ...frameFields)
		.trimEnd()
		.split('\n');
	const differs = framesOf(packets).findIndex((line, i) => line !== lines[i]);
	expect([lines.length, differs, lines[differs]], name).toEqual([packets.length, -1, undefined]);
	rmSync(file);
}

const corpus = openCorpus('captures written again');
describe.skipIf(corpus === undefined || tools.length > 0)('the captures of the corpus, written again', { timeout: 300_000 }, () => {
	it('should be the same to Wireshark, in both formats', () => {
		const captures = readable(corpus as Corpus);
		console.log(`${captures.length} of ${corpus?.captures.length} captures are written again; the others our reader does not read whole`);
		expect(captures.length).toBeGreaterThan(10);
		const packets = captures.flatMap(capture => capture.packets);
		// All in one file, as Wireshark takes a second to start.
		expectFrames('all.pcapng', pcapngWriter(), packets);
		for (const linkType of new Set(packets.map(packet => packet.linkType))) {
			const ofOneLink = packets.filter(packet => packet.linkType === linkType);
			expectFrames(`link-${linkType}.pcap`, pcapWriter(), ofOneLink);
		}
	});
});
