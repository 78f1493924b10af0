import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { firstValueFrom, lastValueFrom, type Observable, take, tap } from 'rxjs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { CaptureError } from '../../../src/errors.js';
import type { Packet } from '../../../src/packet.js';
import { fromBytes } from '../../../src/sources/fromBytes.js';
import { fromFile } from '../../../src/sources/fromFile.js';
import { fromStream } from '../../../src/sources/fromStream.js';
import { cutAt, joined, pcapFile } from '../../support/pcap.js';
import { PcapngBuilder } from '../../support/pcapng.js';
import { Random } from '../../support/random.js';

type Pack = (bytes: Uint8Array) => Uint8Array;

const zstd = Reflect.get(zlib, 'zstdCompressSync') as Pack | undefined;
if (zstd === undefined) console.log(`Node ${process.version} has no zstd; left out: captures that are packed with it`);
const packers: [string, Pack][] = [
	['gzip', bytes => zlib.gzipSync(bytes)],
	...(zstd === undefined ? [] : [['zstd', zstd] as [string, Pack]]),
];

const random = new Random(5);
const noise = (length: number) => Uint8Array.from({ length }, () => random.below(4) * 64);
const small = pcapFile([10, 0, 33].map(length => ({ bytes: noise(length) })));
/** Packed it is several pieces. */
const packetCount = 1000;
const large = pcapFile(Array.from({ length: packetCount }, () => ({ bytes: noise(500) })));

const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inFile(bytes: Uint8Array): Observable<Packet> {
	const path = join(folder, `${random.next()}.packed`);
	writeFileSync(path, bytes);
	return fromFile(path);
}

const sources: [string, (bytes: Uint8Array) => Observable<Packet>][] = [
	['fromBytes', fromBytes],
	['fromFile', inFile],
	['fromStream', bytes => fromStream(Readable.from(cutAt(bytes, [1, 2, 3, 20, 300])))],
	[
		'fromStream, byte by byte',
		bytes => fromStream(Readable.from(Array.from(bytes.subarray(0, 2000), byte => Uint8Array.of(byte)).concat(bytes.slice(2000)))),
	],
];

interface Told {
	/** Of each packet, in hexadecimal. */
	readonly bytes: readonly string[];
	readonly error: CaptureError | undefined;
}

function told(packets$: Observable<Packet>): Promise<Told> {
	const bytes: string[] = [];
	return new Promise((resolve, reject) =>
		packets$.subscribe({
			next: packet => bytes.push(Buffer.from(packet.bytes).toString('hex')),
			error: error => (error instanceof CaptureError ? resolve({ bytes, error }) : reject(error)),
			complete: () => resolve({ bytes, error: undefined }),
		}),
	);
}

const packetsOf = async (capture: Uint8Array) => (await told(fromBytes(capture))).bytes;

describe.each(packers)('a capture that is packed with %s', (name, pack) => {
	describe.each(sources)('%s', (_, open) => {
		it.each([
			['small', small],
			['large', large],
		])('should give the same packets as unpacked: %s', async (_size, capture) => {
			expect(await told(open(pack(capture)))).toEqual({ bytes: await packetsOf(capture), error: undefined });
		});

		it('should be read through several members, wherever they meet', async () => {
			const parts = cutAt(large, [1, 24, 50_000, 100_000, 100_001]);
			const { bytes, error } = await told(open(joined(parts.map(pack))));
			expect(error).toBeUndefined();
			expect(bytes).toEqual(await packetsOf(large));
		});

		it('should not mind zeros or garbage behind it', async () => {
			for (const behind of [new Uint8Array(1), new Uint8Array(100_000), new TextEncoder().encode('garbage')]) {
				expect((await told(open(joined([pack(small), behind])))).error).toBeUndefined();
			}
		});

		it('should be unpacked once, not twice', async () => {
			const { bytes, error } = await told(open(pack(pack(small))));
			expect(bytes).toEqual([]);
			expect(error).toMatchObject({ code: 'unsupported-format', offset: 0 });
			expect(error?.message).toContain(`${name} is not read here`);
		});

		it('should be empty if there is nothing in it', async () => {
			expect((await told(open(pack(new Uint8Array(0))))).error).toMatchObject({ code: 'empty' });
		});

		it('should be truncated behind all packets if only its last byte is missing', async () => {
			const { bytes, error } = await told(open(zlib.gzipSync(large).subarray(0, -1)));
			expect(bytes).toHaveLength(packetCount);
			expect(error).toMatchObject({ code: 'truncated', offset: large.length });
			expect(error?.message).toContain(`the gzip data is cut off; ${large.length} bytes were unpacked`);
		});

		it('should be malformed behind all packets if its checksum is wrong', async () => {
			const packed = zlib.gzipSync(large);
			packed[packed.length - 6] = (packed[packed.length - 6] as number) ^ 1;
			const { bytes, error } = await told(open(packed));
			expect(bytes).toHaveLength(packetCount);
			expect(error).toMatchObject({ code: 'malformed', offset: large.length });
			expect(error?.message).toContain('the gzip data is damaged (incorrect data check)');
		});
	});

	it('should be read if it is pcapng', async () => {
		const b = new PcapngBuilder('big');
		const capture = joined([b.section(), b.interface(), b.enhanced(Uint8Array.of(1, 2))]);
		expect((await told(fromBytes(pack(capture)))).bytes).toEqual(['0102']);
	});
});

describe('a gzip that is cut or damaged', () => {
	it('should give every packet that can be unpacked, wherever it is cut', async () => {
		const packed = zlib.gzipSync(small);
		const all = await packetsOf(small);
		for (let place = 4; place < packed.length; place++) {
			const unpacked = zlib.gunzipSync(packed.subarray(0, place), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
			const { bytes, error } = await told(fromBytes(packed.subarray(0, place)));
			expect(error).toMatchObject({ code: 'truncated', offset: unpacked.length });
			expect(bytes).toEqual(all.slice(0, bytes.length));
			expect(bytes).toHaveLength(unpacked.length < 24 ? 0 : (await packetsOf(unpacked)).length);
		}
	});

	it('should give every packet before the damage, and not one that is damaged', async () => {
		// A block of a kind that there is not, behind whole ones.
		const flushed = zlib.deflateRawSync(large, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
		const header = zlib.gzipSync(new Uint8Array(0)).subarray(0, 10);
		const { bytes, error } = await told(fromBytes(joined([header, flushed, new Uint8Array(100).fill(0xff)])));
		expect(bytes).toEqual(await packetsOf(large));
		expect(error).toMatchObject({ code: 'malformed', offset: large.length });
		expect(error?.message).toContain('the gzip data is damaged (invalid block type)');
	});
});

describe.runIf(zstd === undefined)('zstd where Node has none', () => {
	it('should say what mends it', async () => {
		const { error } = await told(fromBytes(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0)));
		expect(error).toMatchObject({ code: 'unsupported-format' });
		expect(error?.message).toContain('Node 22.15 and newer; unpack it with: zstd -dc IN > OUT');
	});
});

describe('unpacking', () => {
	/** 256 MiB of zeros, a quarter of a MiB packed. */
	const bomb = () => {
		const packets = pcapFile(Array(16).fill({ bytes: new Uint8Array(2 ** 16) }));
		const [header, records] = [packets.subarray(0, 24), packets.subarray(24)];
		return joined([zlib.gzipSync(header), ...Array<Uint8Array>(256).fill(zlib.gzipSync(records, { level: 9 }))]);
	};

	it('should not run ahead of who takes the packets', async () => {
		let most = 0;
		const before = process.memoryUsage().arrayBuffers;
		const watch = tap<Packet>(({ number }) => {
			if (number % 100 === 1) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
		});
		await lastValueFrom(fromBytes(bomb()).pipe(watch));
		expect(most).toBeLessThan(128 * 2 ** 20);
	});

	it('should stop at once, and ask for no more of a stream', async () => {
		const pulled = vi.fn();
		const packed = zlib.gzipSync(large);
		async function* generate() {
			for (const block of cutAt(packed, [packed.length >> 2, packed.length >> 1])) {
				pulled();
				yield block;
			}
		}
		await firstValueFrom(fromStream(generate()).pipe(take(1)));
		await new Promise(resolve => setTimeout(resolve, 20));
		expect(pulled).toHaveBeenCalledTimes(1);
	});

	it('should let go of zlib when it is unsubscribed, ends or fails', async () => {
		const opened: zlib.Gunzip[] = [];
		const { compressionOf } = await import('../../../src/sources/compression.js');
		const gzip = compressionOf(Uint8Array.of(0x1f, 0x8b));
		if (gzip === undefined) throw new Error('no gzip');
		const open = vi.spyOn(gzip, 'open').mockImplementation(() => {
			const stream = zlib.createGunzip();
			opened.push(stream);
			return stream;
		});
		await firstValueFrom(fromBytes(zlib.gzipSync(large)).pipe(take(1)));
		await told(fromBytes(zlib.gzipSync(small)));
		await told(fromBytes(zlib.gzipSync(small).subarray(0, 30)));
		fromBytes(zlib.gzipSync(large)).subscribe().unsubscribe();
		open.mockRestore();
		expect(opened.length).toBeGreaterThanOrEqual(8);
		expect(opened.map(({ destroyed }) => destroyed)).toEqual(opened.map(() => true));
	});

	it('should give the error of the stream, after the packets before it', async () => {
		const broken = new Error('the network is gone');
		async function* failing() {
			yield zlib.gzipSync(large).subarray(0, 60_000);
			throw broken;
		}
		const next = vi.fn();
		expect(await new Promise(resolve => fromStream(failing()).subscribe({ next, error: resolve }))).toBe(broken);
		expect(next.mock.calls.length).toBeGreaterThan(0);
	});
});
