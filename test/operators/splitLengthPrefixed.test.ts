import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { splitLengthPrefixed } from '../../operators/splitLengthPrefixed.js';
import type { Frame } from '../../src/framing/frame.js';
import { FrameLossCounter } from '../../src/framing/frameLoss.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';
import { chunksOf } from '../support/operatorsTraffic.js';
import { checkSplit } from '../support/splitChecklist.js';

const print = ({ direction, packet, offset, bytes }: Frame) => `${direction} #${packet} @${offset} ${new TextDecoder().decode(bytes)}`;

checkOperator('splitLengthPrefixed', {
	make: () => splitLengthPrefixed({ bytes: 1 }),
	items: () => chunksOf('C> S 0:0(0)', 'C> . 1:5(4) "\\x02ab\\x03"', 'C> . 5:7(2) "cd"', 'C> F. 7:9(2) "e\\x00"'),
	print,
	output: ['client #2 @0 ab', 'client #2 @3 cde', 'client #4 @7 '],
});
checkSplit('splitLengthPrefixed', {
	make: options => splitLengthPrefixed({ bytes: 2, ...options }),
	stream: '\0\x03abc\0\0\0\x04defg\0\x01h',
	frames: [
		[0, 'abc'],
		[5, ''],
		[7, 'defg'],
		[13, 'h'],
	],
	// A gap that takes a header, or a part of one, leaves nothing to go on by.
	resumesAt(from, to) {
		const body = [
			[2, 5],
			[9, 13],
			[15, 16],
		].find(([begin, end]) => from >= (begin as number) && to <= (end as number));
		return body?.[1] ?? Number.POSITIVE_INFINITY;
	},
	hostile: '\xff\xff',
});

describe('splitLengthPrefixed', () => {
	it('should keep the header if it is told so, and read lengths of either end', () => {
		const little = chunksOf('C> S 0:0(0)', 'C> F. 1:8(7) "Q\\x02\\x00\\x00\\x00ab"');
		const options = { bytes: 4, offset: 1, endian: 'little' } as const;
		expect(record(from(little).pipe(splitLengthPrefixed(options)), print).lines).toEqual(['client #2 @0 ab', '|']);
		const [kept] = record(from(little).pipe(splitLengthPrefixed({ ...options, keepHeader: true })), print).lines;
		expect(kept).toBe('client #2 @0 Q\x02\0\0\0ab');
	});

	it('should give nothing of a flow whose start was not seen, and say so', () => {
		const dropped = new FrameLossCounter();
		const midstream = chunksOf('C> . 5:8(3) "\\x01ab"', 'C> F. 8:8(0)');
		expect(record(from(midstream).pipe(splitLengthPrefixed({ bytes: 1, dropped })), print).lines).toEqual(['|']);
		expect(dropped).toEqual({ counts: { gap: 1 }, bytes: 3, missing: 0 });
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => splitLengthPrefixed({ bytes: 9 as 8 })).toThrow('option bytes must be 1 or 2 or 3 or 4 or 8, but is 9');
		expect(() => splitLengthPrefixed({ bytes: 2, onGap: 'guess' as never })).toThrow('option onGap');
	});
});
