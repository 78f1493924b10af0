import { from, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { splitDelimiter } from '../../operators/splitDelimiter.js';
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

checkOperator('splitDelimiter', {
	make: () => splitDelimiter('\n'),
	items: chunks,
	print,
	output: [
		'client #3 @0 a',
		'client #3 @2 b',
		'server #4 @0 x',
		'client #3 @4 cd',
		'server #4 @2 yz',
		'client #6 @12 g',
		'client #8 @14 h',
	],
});
checkSplit('splitDelimiter', {
	make: options => splitDelimiter('-;', options),
	stream: 'ab-;cde-;-;f-;ghi-;j',
	frames: [
		[0, 'ab'],
		[4, 'cde'],
		[9, ''],
		[11, 'f'],
		[14, 'ghi'],
		[19, 'j'],
	],
	resumesAt: (_, to) => [4, 9, 11, 14, 19].find(offset => offset - 2 >= to) ?? Number.POSITIVE_INFINITY,
	hostile: 'x-',
});

describe('splitDelimiter', () => {
	it('should take bytes as well as a text, of which the UTF-8 counts', () => {
		const euros = chunksOf('C> S 0:0(0)', 'C> F. 1:9(8) "a\\xe2\\x82\\xacb\\xe2\\x82\\xac"');
		expect(record(from(euros).pipe(splitDelimiter('€')), print).lines).toEqual(['client #2 @0 a', 'client #2 @4 b', '|']);
		const bytes = Uint8Array.of(0xe2, 0x82, 0xac);
		expect(record(from(euros).pipe(splitDelimiter(bytes)), print).lines).toEqual(['client #2 @0 a', 'client #2 @4 b', '|']);
	});

	it('should do with a last frame without its delimiter as it is told', () => {
		const dropped = new FrameLossCounter();
		const open = () => from(chunksOf('C> S 0:0(0)', 'C> F. 1:4(3) "a;b"'));
		expect(record(open().pipe(splitDelimiter(';', { unfinished: 'drop', dropped })), print).lines).toEqual(['client #2 @0 a', '|']);
		expect(dropped).toEqual({ counts: { unfinished: 1 }, bytes: 1, missing: 0 });
		expect(record(open().pipe(splitDelimiter(';', { unfinished: 'error' })), print).lines).toEqual([
			'client #2 @0 a',
			'# the stream ends within a frame at offset 2 of 10.0.0.1:1024->10.0.0.2:80, packet 2',
		]);
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => splitDelimiter('')).toThrow('delimiter must be a Uint8Array or a text of 1 to 1024 bytes');
		expect(() => splitDelimiter(';', { max: 5 } as never)).toThrow('there is no option max');
		expectTypeOf(from(chunks()).pipe(splitDelimiter(';'))).toEqualTypeOf<Observable<Frame>>();
	});
});
