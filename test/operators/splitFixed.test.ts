import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { splitFixed } from '../../operators/splitFixed.js';
import type { Frame } from '../../src/framing/frame.js';
import { FrameLossCounter } from '../../src/framing/frameLoss.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';
import { chunksOf } from '../support/operatorsTraffic.js';
import { checkSplit } from '../support/splitChecklist.js';

const print = ({ direction, packet, offset, bytes }: Frame) => `${direction} #${packet} @${offset} ${new TextDecoder().decode(bytes)}`;
const chunks = () =>
	chunksOf(
		'C> S 0:0(0)',
		'S> S. 100:100(0) ack 1',
		'C> . 1:6(5) ack 101 "a\\nb\\nc"',
		'S> . 101:104(3) ack 6 "x\\ny"',
		'C> . 6:8(2) ack 104 "d\\n"',
		'C> . 11:15(4) ack 104 "f\\ng\\n"',
		'S> F. 104:105(1) ack 15 "z"',
		'C> . 15:16(1) ack 106 "h"',
	);

checkOperator('splitFixed', {
	make: () => splitFixed(2),
	items: chunks,
	print,
	output: [
		'client #3 @0 a\n',
		'client #3 @2 b\n',
		'server #4 @0 x\n',
		'client #3 @4 cd',
		'server #4 @2 yz',
		'client #6 @10 f\n',
		'client #6 @12 g\n',
	],
});
checkSplit('splitFixed', {
	make: ({ onGap, dropped }) => splitFixed(3, { onGap, dropped }),
	stream: 'abcdefghijkl',
	frames: [
		[0, 'abc'],
		[3, 'def'],
		[6, 'ghi'],
		[9, 'jkl'],
	],
	resumesAt: (_, to) => 3 * Math.ceil(to / 3),
});

describe('splitFixed', () => {
	it('should give nothing of a flow whose start was not seen, and say so', () => {
		const dropped = new FrameLossCounter();
		const midstream = chunksOf('C> . 5:9(4) "abcd"', 'C> F. 9:9(0)');
		expect(record(from(midstream).pipe(splitFixed(2, { dropped })), print).lines).toEqual(['|']);
		expect(dropped).toEqual({ counts: { gap: 1 }, bytes: 4, missing: 0 });
	});

	it('should do with a last frame that is too short as it is told', () => {
		const short = () => from(chunksOf('C> S 0:0(0)', 'C> F. 1:4(3) "abc"'));
		expect(record(short().pipe(splitFixed(2)), print).lines).toEqual(['client #2 @0 ab', '|']);
		expect(record(short().pipe(splitFixed(2, { unfinished: 'emit' })), print).lines).toEqual(['client #2 @0 ab', 'client #2 @2 c', '|']);
		expect(record(short().pipe(splitFixed(2, { unfinished: 'error' })), print).lines[1]).toMatch(
			/^# the stream ends within a frame at offset 2/,
		);
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => splitFixed(0)).toThrow('length must be a whole number from 1 to');
		expect(() => splitFixed(4, { maxFrameBytes: 5 } as never)).toThrow('there is no option maxFrameBytes');
	});
});
