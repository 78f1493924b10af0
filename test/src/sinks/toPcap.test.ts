import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, lastValueFrom, map, NEVER, type Observable, of, range, take, throwError, toArray } from 'rxjs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { LinkType, type Packet, packetOf } from '../../../src/packet.js';
import { type Saved, toPcap } from '../../../src/sinks/toPcap.js';
import { fromFile } from '../../../src/sources/fromFile.js';
import { Timestamp } from '../../../src/timestamp.js';
import { pcapFile } from '../../support/pcap.js';
import { readAll } from '../capture/readAll.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-topcap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'out.pcap');
beforeEach(() => rmSync(path, { force: true }));

const packet = (number: number, linkType: number = LinkType.ethernet) =>
	packetOf({ bytes: new Uint8Array(1000).fill(number), timestamp: new Timestamp(number, 1), linkType, number });
const savedIn = (file: string) => readAll(readFileSync(file));
const outcome = (packets: Observable<Packet>, to = path): Promise<unknown> =>
	lastValueFrom(packets.pipe(toPcap(to))).catch((error: unknown) => error);

describe('toPcap', () => {
	it('should save many packets of a synchronous source, and say so once the file is whole', async () => {
		const saved: Saved[] = await lastValueFrom(
			range(1, 3000).pipe(
				map(i => packet(i)),
				toPcap(path),
				toArray(),
			),
		);
		expect(saved).toEqual([{ path, packets: 3000, bytes: readFileSync(path).length }]);
		const { packets, error } = savedIn(path);
		expect(error).toBeUndefined();
		expect(packets.map(({ timestamp }) => timestamp.seconds)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
	});

	it('should take the format from the name, unless it is told', async () => {
		const magic = async (name: string, format?: 'pcap' | 'pcapng') => {
			await lastValueFrom(of(packet(1)).pipe(toPcap(join(folder, name), { format })));
			return readFileSync(join(folder, name)).readUInt32LE(0);
		};
		expect(await magic('a.pcapng')).toBe(0x0a0d0d0a);
		expect(await magic('a.cap')).toBe(0xa1b23c4d);
		expect(await magic('b.cap', 'pcapng')).toBe(0x0a0d0d0a);
	});

	it('should open no file before it is subscribed to, and a new one each time', async () => {
		const saving = of(packet(1), packet(2)).pipe(toPcap(path));
		expect(existsSync(path)).toBe(false);
		expect(await lastValueFrom(saving)).toEqual(await lastValueFrom(saving));
		expect(savedIn(path).packets).toHaveLength(2);
	});

	it('should leave a whole capture when it is unsubscribed, and when the source errors', async () => {
		concat(of(packet(1), packet(2)), NEVER)
			.pipe(toPcap(path))
			.subscribe()
			.unsubscribe();
		expect(savedIn(path)).toMatchObject({ packets: [{}, {}], error: undefined });
		expect(
			await outcome(
				concat(
					of(packet(1)),
					throwError(() => 'broken'),
				),
			),
		).toBe('broken');
		expect(savedIn(path)).toMatchObject({ packets: [{}], error: undefined });
		NEVER.pipe(toPcap(path)).subscribe().unsubscribe();
		expect(savedIn(path)).toEqual({ packets: [], error: undefined });
	});

	it('should leave the file as it was when the source errors before its first packet', async () => {
		expect(await outcome(throwError(() => 'none'))).toBe('none');
		expect(existsSync(path)).toBe(false);
		writeFileSync(path, 'precious');
		expect(await outcome(throwError(() => 'none'))).toBe('none');
		expect(readFileSync(path, 'utf8')).toBe('precious');
	});

	it('should never write to the file that it reads, under whatever name', async () => {
		for (const records of [[], [{ bytes: Uint8Array.of(1, 2, 3) }]]) {
			const bytes = pcapFile(records);
			writeFileSync(path, bytes);
			const other = join(folder, 'other-name.pcap');
			rmSync(other, { force: true });
			linkSync(path, other);
			expect(await outcome(fromFile(path), path)).toMatchObject({ code: 'same-file' });
			expect(await outcome(fromFile(path), other)).toMatchObject({ code: 'same-file', message: expect.stringContaining(other) });
			expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
			expect(await outcome(of(packet(1)), path)).toMatchObject({ packets: 1 });
		}
	});

	it('should error with a code if it cannot be written', async () => {
		mkdirSync(join(folder, 'sub'), { recursive: true });
		expect(await outcome(of(packet(1)), join(folder, 'no/such.pcap'))).toMatchObject({ code: 'not-found' });
		expect(await outcome(of(packet(1)), join(folder, 'sub'))).toMatchObject({ code: 'is-directory' });
		expect(await outcome(of(packet(1), packet(2, LinkType.raw)))).toMatchObject({ code: 'mixed-links' });
		expect(savedIn(path)).toMatchObject({ packets: [{}], error: undefined });
	});

	it.skipIf(!existsSync('/dev/full'))('should say that the disk is full, at once, and stop the source', async () => {
		let given = 0;
		const source = range(1, 100_000).pipe(
			map(i => {
				given = i;
				return packet(i);
			}),
		);
		expect(await outcome(source, '/dev/full')).toMatchObject({ code: 'io', message: expect.stringContaining('ENOSPC') });
		expect(given).toBeLessThan(1000);
		expect(await outcome(source.pipe(take(1)), '/dev/full')).toMatchObject({ code: 'io' });
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => toPcap('')).toThrow(/toPcap: path/);
		expect(() => toPcap('x', { format: 'erf' as 'pcap' })).toThrow(/option format must be 'pcap' or 'pcapng'/);
	});
});
