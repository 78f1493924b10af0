import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { fromBytes } from '../../../src/sources/fromBytes.js';
import { pcapFile } from '../../support/pcap.js';

const capture = pcapFile([1, 2, 3].map(value => ({ bytes: new Uint8Array(10).fill(value) })));

describe('fromBytes', () => {
	it.each([
		['a Uint8Array', capture],
		['an ArrayBuffer', capture.slice().buffer],
		['a part of a larger one', Buffer.concat([Buffer.from('before'), capture, Buffer.from('behind')]).subarray(6, 6 + capture.length)],
	])('should emit the packets of %s, then complete, all in the call of subscribe', (_, bytes) => {
		const told: unknown[] = [];
		fromBytes(bytes).subscribe({ next: packet => told.push([...packet.bytes]), complete: () => told.push('complete') });
		expect(told).toEqual([...[1, 2, 3].map(value => Array(10).fill(value)), 'complete']);
	});

	it('should give the same to each subscription, and copy nothing', async () => {
		const packets$ = fromBytes(capture);
		const [first, second] = await Promise.all([lastValueFrom(packets$.pipe(toArray())), lastValueFrom(packets$.pipe(toArray()))]);
		expect([first.length, second.length]).toEqual([3, 3]);
		expect(first.every(({ block }) => block === capture)).toBe(true);
	});

	it('should stop at once', () => {
		const next = vi.fn();
		fromBytes(capture).pipe(take(2)).subscribe(next);
		expect(next).toHaveBeenCalledTimes(2);
	});

	it('should error behind the packets before it, in the call of subscribe', () => {
		const observer = { next: vi.fn(), error: vi.fn() };
		fromBytes(capture.subarray(0, -1)).subscribe(observer);
		expect(observer.next).toHaveBeenCalledTimes(2);
		expect(observer.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'truncated', offset: 24 + 2 * 26 }));
	});

	it.each([undefined, null, 'text', 7, [1, 2]])('should throw at the call if it is given no bytes: %j', value => {
		expect(() => fromBytes(value as unknown as Uint8Array)).toThrow(/^fromBytes: bytes must be a Uint8Array or an ArrayBuffer, but is /);
	});
});
