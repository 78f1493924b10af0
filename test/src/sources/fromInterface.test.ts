import { EventEmitter } from 'node:events';
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { CaptureError } from '../../../src/errors.js';
import type { Packet } from '../../../src/packet.js';
import type { CapModule } from '../../../src/sources/cap.js';
import { captureWith, fromInterface, type InterfaceOptions } from '../../../src/sources/fromInterface.js';

/** A `cap` that captures what a test gives it, and overwrites its buffer at every packet as the real one does. */
class FakeCap extends EventEmitter {
	static opened: FakeCap[] = [];
	static link = 'ETHERNET';
	static fail: (device: string, filter: string) => string | undefined = () => undefined;
	static deviceList = () => [{ name: 'lo', addresses: [] }];
	closed = false;
	bufferSize = 0;
	filter = '';
	private buffer = Buffer.alloc(0);

	open(device: string, filter: string, bufferSize: number, buffer: Buffer): string {
		const words = FakeCap.fail(device, filter);
		if (words !== undefined) throw new Error(words);
		Object.assign(this, { filter, bufferSize, buffer });
		FakeCap.opened.push(this);
		return FakeCap.link;
	}

	close(): boolean {
		if (this.closed) return false;
		this.closed = true;
		return true;
	}

	capture(frame: Uint8Array): void {
		const length = Math.min(frame.length, 65_535, this.buffer.length);
		this.buffer.set(frame.subarray(0, length));
		this.emit('packet', length, false);
	}
}

function fake(link = 'ETHERNET', fail: typeof FakeCap.fail = () => undefined): () => CapModule {
	Object.assign(FakeCap, { opened: [], link, fail });
	return () => ({ Cap: FakeCap });
}

/** Subscribes, feeds the frames, and gives what came out. */
function capture(frames: Uint8Array[], options: InterfaceOptions = {}, link?: string) {
	const packets: Packet[] = [];
	const subscription = captureWith(fake(link), 'lo', options).subscribe(packet => packets.push(packet));
	const cap = FakeCap.opened.at(-1) as FakeCap;
	for (const frame of frames) cap.capture(frame);
	return { packets, cap, subscription };
}

function errorOf(load: () => CapModule, device = 'lo', options: InterfaceOptions = {}): CaptureError {
	const errors: CaptureError[] = [];
	captureWith(load, device, options).subscribe({ error: (error: CaptureError) => errors.push(error) });
	expect(errors).toHaveLength(1);
	return errors[0] as CaptureError;
}

const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);

function frame(length: number, at: number, head: number[]): Uint8Array {
	const bytes = new Uint8Array(length);
	bytes.set(head, at);
	return bytes;
}

describe('fromInterface', () => {
	it('should open nothing before it is subscribed, and a capture for each subscription', () => {
		const packets = captureWith(fake(), 'lo');
		expect(FakeCap.opened).toHaveLength(0);
		const first: number[] = [];
		const second: number[] = [];
		const subscription = packets.subscribe(({ number }) => first.push(number));
		packets.subscribe(({ number }) => second.push(number));
		const [one, two] = FakeCap.opened as [FakeCap, FakeCap];
		one.capture(filled(60, 1));
		one.capture(filled(60, 1));
		two.capture(filled(60, 2));
		subscription.unsubscribe();
		expect([one.closed, two.closed]).toEqual([true, false]);
		two.capture(filled(60, 2));
		expect([first, second]).toEqual([
			[1, 2],
			[1, 2],
		]);
	});

	it('should never overwrite the bytes of a packet, and share blocks among packets', () => {
		const frames = Array.from({ length: 2000 }, (_, i) => filled(60 + (i % 1400), i));
		const { packets } = capture(frames);
		expect(packets.map(({ bytes }) => Buffer.from(bytes).equals(filled(bytes.length, bytes[0] ?? 0)))).not.toContain(false);
		expect(packets.map(({ bytes }) => bytes.length)).toEqual(frames.map(bytes => bytes.length));
		expect(new Set(packets.map(({ block }) => block)).size).toBeLessThan(30);
		expect(packets[0]?.bytes).not.toBeInstanceOf(Buffer);
	});

	it('should take packets as large as a block, and empty ones', () => {
		const { packets } = capture([filled(1, 1), filled(65_535, 2), filled(1, 3), filled(0, 4), filled(65_535, 5)]);
		expect(packets.map(({ bytes }) => [bytes.length, bytes.at(-1)])).toEqual([
			[1, 1],
			[65_535, 2],
			[1, 3],
			[0, undefined],
			[65_535, 5],
		]);
	});

	it('should stamp packets in order, in microseconds', () => {
		const { packets } = capture(Array.from({ length: 100 }, () => filled(60, 0)));
		const times = packets.map(({ timestamp }) => timestamp.ms);
		expect(times).toEqual([...times].sort((a, b) => a - b));
		expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
		expect(packets.every(({ timestamp: { digits, nanoseconds } }) => digits === 6 && nanoseconds % 1000 === 0)).toBe(true);
	});

	it('should close when unsubscribed from within a packet, and emit none after', () => {
		const numbers: number[] = [];
		captureWith(fake(), 'lo')
			.pipe(take(2))
			.subscribe(({ number }) => numbers.push(number));
		const [cap] = FakeCap.opened as [FakeCap];
		for (let i = 0; i < 4; i += 1) cap.capture(filled(60, i));
		expect(numbers).toEqual([1, 2]);
		expect(cap.closed).toBe(true);
	});

	it('should hold the buffer until a callback under way is over', async () => {
		const { cap, subscription } = capture([filled(60, 0)]);
		subscription.unsubscribe();
		expect(cap.listenerCount('packet')).toBe(1);
		await new Promise(resolve => setImmediate(resolve));
		expect(cap.listenerCount('packet')).toBe(0);
	});

	it('should cut to snaplen and say the length before', () => {
		const { packets } = capture([filled(60, 1), filled(200, 2)], { snaplen: 96 });
		expect(packets.map(({ bytes, originalLength }) => [bytes.length, originalLength])).toEqual([
			[60, 60],
			[96, 200],
		]);
	});

	const full = 65_535;
	it.each([
		['IPv4', 'ETHERNET', frame(full, 12, [8, 0, 0x45, 0, 0xff, 0xff]), 65_549],
		['IPv4 that fits', 'ETHERNET', frame(full, 12, [8, 0, 0x45, 0, 0xff, 0xf1]), full],
		['IPv6', 'ETHERNET', frame(full, 12, [0x86, 0xdd, 0x60, 0, 0, 0, 0xff, 0xff]), 65_589],
		['VLAN', 'ETHERNET', frame(full, 12, [0x81, 0, 0, 1, 8, 0, 0x45, 0, 0xff, 0xff]), 65_553],
		[
			'only tags',
			'ETHERNET',
			frame(
				full,
				12,
				new Array(60_000).fill(0x81).map((v, i) => (i % 2 ? 0 : v)),
			),
			full,
		],
		['ARP', 'ETHERNET', frame(full, 12, [8, 6]), full],
		['a length of 0', 'ETHERNET', frame(full, 12, [8, 0, 0x45, 0, 0, 0]), full + 1],
		['cooked', 'LINKTYPE_LINUX_SLL', frame(full, 14, [8, 0, 0x45, 0, 0xff, 0xff]), 65_551],
		['loopback', 'NULL', frame(full, 0, [2, 0, 0, 0, 0x45, 0, 0xff, 0xff]), 65_539],
		['raw', 'RAW', frame(full, 0, [0x45, 0, 0xff, 0xff]), full],
	])('should take the length of a frame that cap cut from its IP header: %s', (_, link, bytes, expected) => {
		const { packets } = capture([bytes], {}, link);
		expect(packets[0]?.originalLength).toBe(expected);
		expect(packets[0]?.bytes).toHaveLength(full);
	});

	it('should say that a byte is missing at least, where nothing more is known', () => {
		const { packets, cap } = capture([filled(60, 0)]);
		cap.emit('packet', 60, true);
		expect(packets[1]?.originalLength).toBe(61);
	});

	it.each([
		['ETHERNET', 1],
		['NULL', 0],
		['RAW', 101],
		['LINKTYPE_LINUX_SLL', 113],
		['Unknown linktype 228', 228],
		['IEEE802_11_RADIO', 127],
	])('should know the link type %s', (link, linkType) => {
		const { packets } = capture([filled(60, 0)], {}, link);
		expect(packets[0]?.source).toEqual({ linkType, id: 0, name: 'lo' });
	});

	it.each([
		['Unknown linktype 147', '147 (USER0)'],
		['Unknown linktype 19', 'Unknown linktype 19'],
	])('should error with unsupported-link, and close, at %s', (link, name) => {
		const { code, message } = errorOf(fake(link));
		expect([code, message]).toEqual(['unsupported-link', `the link type of lo is not decoded: ${name}`]);
		expect(FakeCap.opened[0]?.closed).toBe(true);
	});

	it.each<[string, string, string]>([
		['not-permitted', 'socket: Operation not permitted', 'not permitted'],
		['not-permitted', 'Attempt to create packet socket failed - CAP_NET_RAW may be required', 'not permitted'],
		['no-such-device', 'No such device exists', '`rx-reassembly devices`'],
		['device-down', 'That device is not up', '`sudo ip link set lo up`'],
		['io', 'Promiscuous mode not supported on the "any" device', '`tcpdump -i lo -U -w -`'],
		['io', "can't mmap rx ring: Cannot allocate memory", "can't mmap rx ring"],
	])('should error once with %s, and what mends it, at "%s"', (code, words, mend) => {
		for (const filter of ['', 'tcp']) {
			const error = errorOf(
				fake('ETHERNET', () => words),
				'lo',
				{ filter },
			);
			expect(error).toMatchObject({ name: 'CaptureError', code, message: expect.stringContaining(mend) });
			expect(error.cause).toBeInstanceOf(Error);
		}
	});

	it('should tell a bad filter from a bad device', () => {
		const load = fake('ETHERNET', (_, filter) => (filter === '' ? undefined : 'syntax error'));
		const { code, message } = errorOf(load, 'lo', { filter: 'tcp prt 80' });
		expect([code, message]).toEqual(['bad-filter', 'the filter "tcp prt 80" is not right: syntax error']);
		expect(FakeCap.opened.every(({ closed }) => closed)).toBe(true);
	});

	it('should not even try a device that is not listed', () => {
		expect(errorOf(fake(), 'eth7')).toMatchObject({ code: 'no-such-device' });
		expect(FakeCap.opened).toHaveLength(0);
	});

	it('should pass the filter and the size of the buffer on', () => {
		const { cap } = capture([], { filter: 'tcp port 80', bufferSize: 1_000_000 });
		expect([cap.filter, cap.bufferSize]).toEqual(['tcp port 80', 1_000_000]);
	});

	it.each<[string, unknown, Record<string, unknown>]>([
		['device', '', {}],
		['device', 7, {}],
		['filter', 'lo', { filter: 80 }],
		['snaplen', 'lo', { snaplen: 0 }],
		['snaplen', 'lo', { snaplen: 65_536 }],
		['snaplen', 'lo', { snaplen: '96' }],
		['bufferSize', 'lo', { bufferSize: 2 ** 31 }],
		['bufferSize', 'lo', { bufferSize: 1.5 }],
	])('should throw a TypeError that names %s when it is called', (name, device, options) => {
		expect(() => fromInterface(device as string, options as InterfaceOptions)).toThrow(TypeError);
		expect(() => fromInterface(device as string, options as InterfaceOptions)).toThrow(name);
	});
});
