import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catchError, EMPTY, filter, firstValueFrom, lastValueFrom, map, type Observable, take, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CaptureError } from '../../../src/errors.js';
import type { Packet } from '../../../src/packet.js';
import { fromFile } from '../../../src/sources/fromFile.js';
import { pcapFile } from '../../support/pcap.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-'));
const pathOf = (name: string) => join(folder, name);
const write = (name: string, bytes: Uint8Array | string) => {
	writeFileSync(pathOf(name), bytes);
	return pathOf(name);
};

const small = pcapFile([1, 2, 3].map(value => ({ bytes: new Uint8Array(10).fill(value), seconds: value })));
const packetBytes = 1000;
const packetCount = 3000;
/** 3 MB: several blocks, whatever their size is. */
const large = pcapFile(Array.from({ length: packetCount }, (_, i) => ({ bytes: new Uint8Array(packetBytes).fill(i), seconds: i })));

beforeAll(() => {
	write('small.pcap', small);
	write('large.pcap', large);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The packets before the error, and the error. */
async function outcome(packets$: Observable<Packet>): Promise<{ packets: Packet[]; error: unknown }> {
	let error: unknown;
	const caught = packets$.pipe(
		catchError(thrown => {
			error = thrown;
			return EMPTY;
		}),
		toArray(),
	);
	return { packets: await lastValueFrom(caught), error };
}

const hasProc = process.platform === 'linux';

/** How many handles of the file are open in this process. */
function openHandles(path: string): number {
	const targets = readdirSync('/proc/self/fd').map(fd => {
		try {
			return readlinkSync(`/proc/self/fd/${fd}`);
		} catch {
			return '';
		}
	});
	return targets.filter(target => target === path).length;
}

describe('fromFile', () => {
	it('should emit the packets of the file, then complete', async () => {
		const packets = await lastValueFrom(fromFile(pathOf('small.pcap')).pipe(toArray()));
		expect(packets.map(({ bytes, number, timestamp }) => [bytes[0], bytes.length, number, timestamp.seconds])).toEqual([
			[1, 10, 1, 1],
			[2, 10, 2, 2],
			[3, 10, 3, 3],
		]);
	});

	it('should only open the file when it is subscribed to', async () => {
		const packets$ = fromFile(pathOf('later.pcap'));
		await expect(firstValueFrom(packets$)).rejects.toMatchObject({ code: 'not-found' });
		write('later.pcap', small);
		expect(await lastValueFrom(packets$.pipe(toArray()))).toHaveLength(3);
	});

	it('should read it from its beginning for each of two subscriptions at the same time', async () => {
		const packets$ = fromFile(pathOf('large.pcap'));
		const numbers = () => lastValueFrom(packets$.pipe(toArray())).then(packets => packets.map(({ number }) => number));
		const [first, second] = await Promise.all([numbers(), numbers()]);
		expect(first).toEqual(Array.from({ length: packetCount }, (_, i) => i + 1));
		expect(second).toEqual(first);
	});

	it('should emit a block of packets synchronously, then await the next', async () => {
		let turn = 0;
		let isTold = false;
		const perTurn: number[] = [];
		const count = tap(() => {
			perTurn[turn] = (perTurn[turn] ?? 0) + 1;
			if (isTold) return;
			isTold = true;
			queueMicrotask(() => {
				isTold = false;
				turn++;
			});
		});
		await lastValueFrom(fromFile(pathOf('large.pcap')).pipe(count));
		expect(perTurn.length).toBeGreaterThan(1);
		expect(perTurn.length).toBeLessThan(20);
		expect(perTurn.reduce((sum, packets) => sum + packets)).toBe(packetCount);
	});

	it('should let others have their turn while it reads', async () => {
		const turns: string[] = [];
		const watch = tap<Packet>(({ number }) => {
			if (number === 1) setImmediate(() => turns.push('others'));
			if (number === packetCount) turns.push('last packet');
		});
		await lastValueFrom(fromFile(pathOf('large.pcap')).pipe(watch));
		expect(turns).toEqual(['others', 'last packet']);
	});

	it('should have closed the file when it says that it is at the end', async () => {
		const open = await new Promise<number>(resolve => {
			fromFile(pathOf('small.pcap')).subscribe({ complete: () => resolve(hasProc ? openHandles(pathOf('small.pcap')) : 0) });
		});
		expect(open).toBe(0);
	});

	it('should not write again to the memory of packets that were emitted', async () => {
		const packets = await lastValueFrom(fromFile(pathOf('large.pcap')).pipe(toArray()));
		const wrong = packets.filter(({ bytes, number }) => bytes.length !== packetBytes || bytes.some(byte => byte !== ((number - 1) & 255)));
		expect(wrong).toEqual([]);
	});

	it('should throw at the call if the path is not a text', () => {
		expect(() => fromFile(7 as unknown as string)).toThrow(new TypeError('fromFile: path must be a text, but is 7'));
		expect(() => fromFile(undefined as unknown as string)).toThrow(TypeError);
	});
});

describe('a file that is no capture', () => {
	it.each([
		['not-found', 'nothing-here.pcap', 'no such file'],
		['not-found', 'small.pcap/inside', 'no such file'],
		['is-directory', '.', 'it is a folder, not a capture file'],
		['empty', 'empty.pcap', 'the capture is empty'],
		['not-a-capture', 'text.txt', 'it begins with 68 65 6c 6c'],
		['unsupported-format', 'packed.pcap.xz', 'xz is not read here; unpack it with: xz -dc IN > OUT'],
	])('should be %s, and the error should name its path: %s', async (code, name, words) => {
		write('empty.pcap', '');
		write('text.txt', 'hello, world');
		write('packed.pcap.xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4));
		const { packets, error } = await outcome(fromFile(pathOf(name)));
		expect(packets).toEqual([]);
		expect(error).toBeInstanceOf(CaptureError);
		expect(error).toMatchObject({ code });
		expect((error as CaptureError).message).toContain(`${pathOf(name)}: `);
		expect((error as CaptureError).message).toContain(words);
		expect((error as CaptureError).cause).toBeInstanceOf(CaptureError);
	});

	it('should be not-permitted without permission', async () => {
		const path = write('secret.pcap', small);
		chmodSync(folder, 0o711);
		chmodSync(path, 0);
		const { error } = await asNobody(() => outcome(fromFile(path)));
		expect(error).toMatchObject({ code: 'not-permitted', message: `${path}: no permission to read it` });
	});

	it('should give every whole packet before it is cut off, then say where', async () => {
		const path = write('cut.pcap', small.subarray(0, small.length - 1));
		const { packets, error } = await outcome(fromFile(path));
		expect(packets.map(({ number }) => number)).toEqual([1, 2]);
		expect(error).toMatchObject({
			code: 'truncated',
			offset: 24 + 2 * 26,
			message: `${path}: the capture is cut off: a record at byte 76 has only 25 bytes`,
		});
	});
});

/** Root may read everything, so it becomes nobody for that long. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
	if (process.geteuid?.() !== 0) return work();
	process.seteuid?.(65_534);
	try {
		return await work();
	} finally {
		process.seteuid?.(0);
	}
}

describe('unsubscribing', () => {
	it('should stop at once, in the middle of a block', async () => {
		const observer = {
			next: vi.fn(() => void (observer.next.mock.calls.length === 7 && subscription.unsubscribe())),
			error: vi.fn(),
			complete: vi.fn(),
		};
		const subscription = fromFile(pathOf('large.pcap')).subscribe(observer);
		// More would have come by the time that another has read all of it, twice.
		await lastValueFrom(fromFile(pathOf('large.pcap')));
		await lastValueFrom(fromFile(pathOf('large.pcap')));
		expect([observer.next, observer.error, observer.complete].map(({ mock }) => mock.calls.length)).toEqual([7, 0, 0]);
	});

	describe.runIf(hasProc)('and the handle of the file', () => {
		const path = pathOf('large.pcap');
		const closed = () => vi.waitFor(() => expect(openHandles(path)).toBe(0), { timeout: 5000 });

		it('should be open while it is read, and closed when it was read to the end', async () => {
			const handles = fromFile(path).pipe(
				filter(({ number }) => number % 500 === 1),
				map(() => openHandles(path)),
			);
			const most = Math.max(...(await lastValueFrom(handles.pipe(toArray()))));
			expect(most).toBe(1);
			await closed();
		});

		it('should be closed by take(1)', async () => {
			await firstValueFrom(fromFile(path).pipe(take(1)));
			await closed();
		});

		it('should be closed when it is unsubscribed in the turn of subscribing', async () => {
			const next = vi.fn();
			const subscription = fromFile(path).subscribe(next);
			subscription.unsubscribe();
			// The file is still being opened; another read takes longer than that.
			await lastValueFrom(fromFile(path));
			await closed();
			expect(next).not.toHaveBeenCalled();
		});

		it('should be closed after an error', async () => {
			const bad = write('bad.pcap', pcapFile([{ bytes: new Uint8Array(100), capturedLength: 0x7fff_ffff }]));
			const { error } = await outcome(fromFile(bad));
			expect(error).toMatchObject({ code: 'malformed' });
			await vi.waitFor(() => expect(openHandles(bad)).toBe(0));
		});
	});
});

describe.runIf(process.platform !== 'win32')('fromFile of a named pipe', () => {
	const pipe = pathOf('pipe');
	beforeAll(() => void execFileSync('mkfifo', [pipe]));

	it('should emit what comes when it comes, and let others go on while nothing does', async () => {
		const numbers: number[] = [];
		const done = lastValueFrom(fromFile(pipe).pipe(tap(({ number }) => numbers.push(number))));
		const writer = await open(pipe, 'w');
		await writer.write(small, 0, 24 + 26 + 5);
		await vi.waitFor(() => expect(numbers).toEqual([1]));
		await new Promise(resolve => setTimeout(resolve, 5));
		await writer.write(small, 24 + 26 + 5);
		await writer.close();
		await done;
		expect(numbers).toEqual([1, 2, 3]);
	});

	it('should emit nothing more once it is unsubscribed, and close the pipe when that lets go', async () => {
		const next = vi.fn();
		const subscription = fromFile(pipe).subscribe(next);
		const writer = await open(pipe, 'w');
		await writer.write(small, 0, 24 + 26);
		await vi.waitFor(() => expect(next).toHaveBeenCalledTimes(1));
		subscription.unsubscribe();
		await writer.write(small, 24 + 26);
		await writer.close();
		if (hasProc) await vi.waitFor(() => expect(openHandles(pipe)).toBe(0));
		expect(next).toHaveBeenCalledTimes(1);
	});
});

describe('the progress of a file', () => {
	it('should be told before the packets come, up to the whole file', async () => {
		const told: { readBytes: number; totalBytes: number | undefined }[] = [];
		let early = 0;
		const packets$ = fromFile(pathOf('large.pcap'), { progress: { next: progress => told.push(progress) } });
		await lastValueFrom(packets$.pipe(tap(() => (early += told.length === 0 ? 1 : 0))));
		expect(early).toBe(0);
		expect(told.length).toBeGreaterThan(1);
		expect(told.at(-1)).toEqual({ readBytes: large.length, totalBytes: large.length });
		expect(told.map(({ readBytes }) => readBytes)).toEqual(told.map(({ readBytes }) => readBytes).sort((a, b) => a - b));
	});

	it.skipIf(!hasProc)('should have no end where a pipe has none', async () => {
		const told: { readBytes: number; totalBytes: number | undefined }[] = [];
		const pipe = pathOf('progress.fifo');
		execFileSync('mkfifo', [pipe]);
		const done = lastValueFrom(fromFile(pipe, { progress: { next: progress => told.push(progress) } }));
		const end = await open(pipe, 'w');
		await end.write(small);
		await end.close();
		await done;
		expect(told.at(-1)).toEqual({ readBytes: small.length, totalBytes: undefined });
	});

	it('should be an observer', () => {
		expect(() => fromFile('a', { progress: 5 as never })).toThrow(/progress/);
	});
});
