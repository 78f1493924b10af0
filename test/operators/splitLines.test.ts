import { from, map, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { groupByFlow } from '../../operators/groupByFlow.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { reassemble } from '../../operators/reassemble.js';
import { splitLines } from '../../operators/splitLines.js';
import type { Frame } from '../../src/framing/frame.js';
import { FrameLossCounter } from '../../src/framing/frameLoss.js';
import type { Line } from '../../src/framing/lineFramer.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';
import { chunksOf } from '../support/operatorsTraffic.js';
import { checkSplit } from '../support/splitChecklist.js';

const lines = [
	'C> S 0:0(0)',
	'S> S. 100:100(0) ack 1',
	'C> . 1:6(5) ack 101 "a\\nb\\nc"',
	'S> . 101:104(3) ack 6 "x\\ny"',
	'C> . 6:8(2) ack 104 "d\\n"',
	'C> . 11:15(4) ack 104 "f\\ng\\n"',
	'S> F. 104:105(1) ack 15 "z"',
	'C> . 15:16(1) ack 106 "h"',
];
const print = ({ direction, packet, offset, bytes }: Frame) => `${direction} #${packet} @${offset} ${new TextDecoder().decode(bytes)}`;
const chunks = () => chunksOf(...lines);
const output = [
	'client #3 @0 a',
	'client #3 @2 b',
	'server #4 @0 x',
	'client #3 @4 cd',
	'server #4 @2 yz',
	'client #6 @12 g',
	'client #8 @14 h',
];

checkOperator('splitLines', { make: () => splitLines(), items: chunks, print, output });
checkOperator('splitLines of a connection that does not end', {
	make: () => splitLines(),
	items: () => chunks().slice(0, 4),
	print,
	output: ['client #3 @0 a', 'client #3 @2 b', 'server #4 @0 x'],
	atEnd: ['client #3 @4 c', 'server #4 @2 y'],
	atError: ['client #3 @4 c', 'server #4 @2 y'],
});
checkSplit('splitLines', {
	make: splitLines,
	stream: 'ab\ncde\n\nf\r\nghi\nj',
	frames: [
		[0, 'ab'],
		[3, 'cde'],
		[7, ''],
		[8, 'f'],
		[11, 'ghi'],
		[15, 'j'],
	],
	resumesAt: (_, to) => [3, 7, 8, 11, 15].find(offset => offset > to) ?? Number.POSITIVE_INFINITY,
	hostile: 'x',
});

describe('splitLines', () => {
	it('should cut the lines of a conversation that comes out of order, and count what a gap took', () => {
		const dropped = new FrameLossCounter();
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('S-a---c---b---e---|', {
				S: 'C> S 0:0(0)',
				a: 'C> . 1:4(3) "AB\\n"',
				b: 'C> . 4:7(3) "CDE"',
				c: 'C> . 7:10(3) "\\nF\\n"',
				e: 'C> . 13:16(3) "?\\nG"',
			});
			const texts = source.pipe(
				decodeTcp(),
				reassemble(),
				groupByFlow(),
				mergeFlows(flow => flow.pipe(splitLines({ dropped }))),
			);
			expectObservable(texts.pipe(map(({ text }) => text))).toBe('--a-------(cf)----(g|)', { a: 'AB', c: 'CDE', f: 'F', g: 'G' });
		});
		expect(dropped).toEqual({ counts: { gap: 1 }, bytes: 2, missing: 3 });
	});

	it('should say whose each line is', () => {
		const chunks = chunksOf(...lines);
		const flows: unknown[] = [];
		from(chunks)
			.pipe(splitLines())
			.subscribe(({ flow }) => flows.push(flow));
		expect(new Set(flows)).toEqual(new Set(chunks.map(({ flow }) => flow)));
		expectTypeOf(from(chunks).pipe(splitLines())).toEqualTypeOf<Observable<Line>>();
	});

	it('should fail at a gap if it is told so, and say where', () => {
		expect(record(from(chunks()).pipe(splitLines({ onGap: 'error' })), print).lines).toEqual([
			...output.slice(0, 5),
			'# 3 bytes are missing at offset 7 of 10.0.0.1:1024->10.0.0.2:80, packet 6',
		]);
	});

	it('should leave out what stands before the first end of a line where the start was not seen', () => {
		const dropped = new FrameLossCounter();
		const midstream = chunksOf('C> . 5:9(4) "b\nc\n"', 'C> F. 9:9(0)');
		expect(record(from(midstream).pipe(splitLines({ dropped })), print).lines).toEqual(['client #1 @2 c', '|']);
		expect(dropped).toEqual({ counts: { gap: 1 }, bytes: 2, missing: 0 });
	});

	it('should refuse wrong options at the call', () => {
		expect(() => splitLines({ max: 5 } as never)).toThrow('there is no option max; the options are maxFrameBytes');
	});
});
