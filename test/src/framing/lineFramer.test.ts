import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LineOptions, lineFramer } from '../../../src/framing/lineFramer.js';
import { bytesOf, cutAt, framed, originAt, type Told } from './framed.js';

const lines = (told: readonly Told[], options: LineOptions = {}) => framed(dropped => lineFramer({ dropped, ...options }), told);

describe('lineFramer', () => {
	it('should cut at \\n and \\r\\n, keep empty lines, and emit the last line', () => {
		expect(lines(['ab\ncd\r\n\n\r\ne\rf\r', 'END']).lines).toEqual(['0:ab', '3:cd', '7:', '8:', '10:e\rf\r']);
	});

	it('should hand out views of a chunk, and a copy only of a line that crosses chunks', () => {
		const chunk = bytesOf('ab\ncd\nef');
		const { frames } = lines([chunk, 'gh\n']);
		expect(frames.map(({ bytes }) => bytes.buffer === chunk.buffer)).toEqual([true, true, false]);
		expect(frames.map(({ text }) => text)).toEqual(['ab', 'cd', 'efgh']);
	});

	it('should say which packet brought the first byte, and when the first and the last were seen', () => {
		const [first, second] = lines(['a\nb', 'c', 'd\n']).frames;
		expect(first).toMatchObject({ packet: 1, offset: 0, direction: 'client', seen: { nanoseconds: 1e6 }, lastSeen: { nanoseconds: 1e6 } });
		expect(second).toMatchObject({ packet: 1, offset: 2, seen: { nanoseconds: 1e6 }, lastSeen: { nanoseconds: 3e6 } });
	});

	it('should leave the line out that a gap damages, and go on behind the next end', () => {
		expect(lines(['ab\ncd', 3, 'ef\ngh\n', 'END']).lines).toEqual(['0:ab', '(gap at 3: 5 bytes, 3 missing)', '11:gh']);
		expect(lines(['ab\n', 3, 'ef\ngh\n']).lines).toEqual(['0:ab', '(gap at 3: 3 bytes, 3 missing)', '9:gh']);
		expect(lines([-1, 'ef\ngh\n']).lines).toEqual(['(gap at 0: 3 bytes, -1 missing)', '3:gh']);
		expect(lines(['ab', 1, 'c', 2, 'd\ne\n']).lines).toEqual(['(gap at 0: 5 bytes, 3 missing)', '8:e']);
		expect(lines(['ab', 1, 'c', 'END']).lines).toEqual(['(gap at 0: 3 bytes, 1 missing)']);
	});

	it('should stop, or fail, at a gap if it is told so', () => {
		expect(lines(['ab\ncd', 3, 'ef\ngh\n', 'END'], { onGap: 'stop' }).lines).toEqual(['0:ab', '(gap at 3: 8 bytes, 3 missing, stopped)']);
		expect(lines(['ab\ncd', 3, 'ef\n'], { onGap: 'error' }).lines).toEqual([
			'0:ab',
			'# 3 bytes are missing at offset 3 of the client, packet 2',
		]);
		expect(lines([-1, 'ef\n'], { onGap: 'error' }).lines[0]).toContain('nobody knows how many');
	});

	it.each(['resync', 'stop', 'error'] as const)('should keep no line longer than it may: %s', onBadFrame => {
		const options = { maxFrameBytes: 3, onBadFrame };
		const end = {
			resync: ['(too-long at 4: 5 bytes, 0 missing)', '9:x'],
			stop: ['(too-long at 4: 7 bytes, 0 missing, stopped)'],
			error: [],
		};
		const said = onBadFrame === 'error' ? ['# a frame is longer than maxFrameBytes at offset 4 of the client, packet 1'] : end[onBadFrame];
		expect(lines(['abc\nabcd\nx\n', 'END'], options).lines).toEqual(['0:abc', ...said]);
	});

	it('should not count \\r before \\n, but everywhere else', () => {
		expect(lines(['abc\r\n', 'END'], { maxFrameBytes: 3 }).lines).toEqual(['0:abc']);
		expect(lines(['abc\r', '\n', 'END'], { maxFrameBytes: 3 }).lines).toEqual(['0:abc']);
		expect(lines(['abc\r', 'END'], { maxFrameBytes: 3 }).lines).toEqual(['(too-long at 0: 4 bytes, 0 missing)']);
	});

	it('should do with a last line without an end as it is told', () => {
		expect(lines(['a\nbc', 'END'], { unfinished: 'drop' }).lines).toEqual(['0:a', '(unfinished at 2: 2 bytes, 0 missing, stopped)']);
		expect(lines(['a\nbc', 'END'], { unfinished: 'error' }).lines).toEqual([
			'0:a',
			'# the stream ends within a frame at offset 2 of the client, packet 1',
		]);
	});

	it('should make text of any bytes, and never cut a character', () => {
		const bytes = new TextEncoder().encode('a€😀\n\uFEFFb\n');
		for (let at = 0; at < bytes.length; at++) expect(lines(cutAt(bytes, [at])).frames.map(({ text }) => text)).toEqual(['a€😀', '\uFEFFb']);
		expect(lines([Uint8Array.of(0xff, 65, 0xe2, 0x82, 10)]).frames[0]?.text).toBe('\uFFFDA\uFFFD');
		expect(lines([Uint8Array.of(0x80, 0xff, 10)], { encoding: 'latin1' }).frames[0]?.text).toBe('\x80\xff');
		expect(lines(['x'.repeat(20_000), '\n'], { encoding: 'latin1' }).frames[0]?.text).toBe('x'.repeat(20_000));
	});

	it('should give the same however the bytes are cut', () => {
		const text = fc.array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n', 'abcd'), { maxLength: 30 }).map(parts => parts.join(''));
		fc.assert(
			fc.property(text, fc.array(fc.nat(60)), fc.constantFrom(1, 2, 3, 5, 100), (given, places, maxFrameBytes) => {
				const bytes = bytesOf(given);
				const options = { maxFrameBytes };
				expect(lines([...cutAt(bytes, places), 'END'], options).lines).toEqual(lines([bytes, 'END'], options).lines);
			}),
		);
	});

	it('should account for every byte, wherever gaps are', () => {
		const item = fc.oneof(fc.constantFrom('a', 'b\n', '\n', 'cc\ndd', '\r\n', 'eeeeee'), fc.integer({ min: 1, max: 5 }));
		fc.assert(
			fc.property(fc.array(item), fc.constantFrom('resync' as const, 'stop' as const), (told, onGap) => {
				const { frames, losses } = lines([...told, 'END'], { onGap, maxFrameBytes: 4 });
				const came = told.reduce<number>((sum, each) => sum + (typeof each === 'string' ? each.length : 0), 0);
				const gone = told.reduce<number>((sum, each) => sum + (typeof each === 'number' ? each : 0), 0);
				const framedBytes = frames.reduce((sum, { length }) => sum + length, 0);
				const left = losses.reduce((sum, { bytes }) => sum + bytes, 0);
				// What is in no frame and was not left out are line ends: one or two bytes a frame.
				expect(came - framedBytes - left).toBeGreaterThanOrEqual(0);
				expect(came - framedBytes - left).toBeLessThanOrEqual(2 * frames.length);
				if (onGap === 'resync') expect(losses.reduce((sum, { missing }) => sum + missing, 0)).toBe(gone);
			}),
		);
	});

	it('should go by the offsets that it is told', () => {
		const found: number[] = [];
		const framer = lineFramer()(({ offset }) => found.push(offset));
		framer.push(bytesOf('a\nb\n'), { direction: 'server', packet: 1, seen: originAt(1).seen, offset: 1000 });
		expect(found).toEqual([1000, 1002]);
	});

	it('should refuse wrong options', () => {
		expect(() => lineFramer({ maxFrameBytes: 0 })).toThrow('lineFramer: option maxFrameBytes must be a whole number from 1 on');
		expect(() => lineFramer({ encoding: 'utf8' as 'utf-8' })).toThrow("option encoding must be 'utf-8' or 'latin1'");
	});
});
