import { concat, from, map, type Observable, Subject, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { type ConnectionObservable, groupByConnection } from '../../operators/groupByConnection.js';
import { groupByFlow } from '../../operators/groupByFlow.js';
import { type FlowError, mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Connection } from '../../src/assembly/connection.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Ends, Origin, ParserFactory } from '../../src/protocols/parser.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { collected } from '../support/operatorsMemory.js';
import { record } from '../support/operatorsRecord.js';
import { chunksOf, segmentsOf } from '../support/operatorsTraffic.js';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const side = ({ direction, packet }: Origin) => `${direction} #${packet}`;

/** Tells all that it is told, and what it was made for; a push in two messages, as a parser that finds two would. */
const telling: ParserFactory<string> = (emit, { client, server }) => {
	emit(`${client} ${server}`);
	return {
		push(bytes, origin) {
			emit(`${side(origin)} push ${textOf(bytes)}`);
			emit(`${side(origin)} pushed`);
		},
		gap: (length, origin) => emit(`${side(origin)} gap ${length}`),
		end: origin => emit(`${side(origin)} end`),
		finish: () => emit('finish'),
	};
};

const lines = [
	'C> S 0:0(0)',
	'S> S. 100:100(0) ack 1',
	'C> . 1:4(3) ack 101 "ABC"',
	'S> F. 101:103(2) ack 4 "xy"',
	'C> . 7:9(2) ack 104 "GH"',
];
const made = '10.0.0.1:1024 10.0.0.2:80';

checkOperator('parseWith', {
	make: () => parseWith(telling),
	items: () => chunksOf(...lines),
	print: String,
	output: [
		made,
		'client #3 push ABC',
		'client #3 pushed',
		'server #4 push xy',
		'server #4 pushed',
		'server #4 end',
		'client #5 gap 3',
		'client #5 push GH',
		'client #5 pushed',
		'client #0 end',
	],
	atEnd: ['finish'],
	atError: ['finish'],
});

checkOperator('parseWith of a connection that does not end', {
	make: () => parseWith(telling),
	items: () => chunksOf(...lines).slice(0, 3),
	print: String,
	output: [made, 'client #3 push ABC', 'client #3 pushed'],
	atEnd: ['client #3 end', 'server #2 end', 'finish'],
	atError: ['client #3 end', 'server #2 end', 'finish'],
});

describe('parseWith', () => {
	it('should tell of a gap before the bytes that come behind it, and of an unknown one by -1', () => {
		const chunks = chunksOf('C> . 4:7(3) "DEF"', 'C> . 10:13(3) "JKL"', 'C> F. 15:15(0)');
		expect(record(from(chunks).pipe(parseWith(telling))).lines).toEqual([
			made,
			'client #1 gap -1',
			'client #1 push DEF',
			'client #1 pushed',
			'client #2 gap 3',
			'client #2 push JKL',
			'client #2 pushed',
			'client #3 gap 2',
			'client #3 end',
			'finish',
			'|',
		]);
	});

	it('should tell of the end of each direction when it ends, and of the finish when the stream does', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('STf--g--|', {
				S: 'C> S 0:0(0)',
				T: 'S> S. 100:100(0) ack 1',
				f: 'C> F. 1:1(0) ack 101',
				g: 'S> F. 101:101(0) ack 2',
			});
			const expected = '      m-f--(gx)';
			const messages = source.pipe(
				decodeTcp(),
				reassemble(),
				groupByConnection(),
				mergeFlows(connection => connection.pipe(parseWith(telling))),
			);
			expectObservable(messages, '^-----!').toBe(expected, { m: made, f: 'client #3 end', g: 'server #4 end', x: 'finish' });
		});
	});

	it('should feed a single flow, too, and finish with it', () => {
		const segments = from(segmentsOf(...lines.slice(0, 4)));
		const messages = segments.pipe(
			reassemble(),
			groupByFlow(),
			mergeFlows(flow => flow.pipe(parseWith(telling))),
		);
		expect(record(messages).lines).toEqual([
			made,
			made,
			'client #3 push ABC',
			'client #3 pushed',
			'server #4 push xy',
			'server #4 pushed',
			'server #4 end',
			'finish',
			'client #0 end',
			'finish',
			'|',
		]);
	});

	it('should make a parser for each subscription, with the first chunk, and none without', () => {
		const ends: Ends[] = [];
		const factory: ParserFactory<string> = (emit, given) => {
			ends.push(given);
			return telling(emit, given);
		};
		record(from<Reassembly[]>([]).pipe(parseWith(factory)));
		expect(ends).toEqual([]);
		const piped = from(chunksOf('S> S. 100:100(0) ack 1 ip6')).pipe(parseWith(factory));
		record(piped);
		record(piped);
		const expected = { client: '[2001:db8::1]:1024', server: '[2001:db8::2]:80' };
		expect(ends).toEqual([expected, expected]);
	});

	it('should do without a finish', () => {
		const { finish: _finish, ...rest } = telling(() => undefined, { client: '', server: '' });
		expect(record(from(chunksOf(...lines)).pipe(parseWith(() => rest))).lines).toEqual(['|']);
	});

	it.each(['push', 'gap', 'end', 'finish'] as const)('should fail when %s throws, and not call that parser again', method => {
		let calls = 0;
		const throwing: ParserFactory<string> = (emit, ends) => ({
			...telling(emit, ends),
			[method]: () => {
				calls++;
				throw new Error(`cannot ${method}`);
			},
		});
		const source = new Subject<Reassembly>();
		const { lines: told } = record(source.pipe(parseWith(throwing)));
		for (const chunk of chunksOf(...lines)) source.next(chunk);
		source.complete();
		expect(told.at(-1)).toBe(`# cannot ${method}`);
		expect(told).not.toContain(method === 'finish' ? '|' : 'finish');
		expect(calls).toBe(1);
		expect(source.observed).toBe(false);
	});

	it('should fail when the factory throws', () => {
		const factory = () => {
			throw new Error('not today');
		};
		expect(record(from(chunksOf(...lines)).pipe(parseWith(factory))).lines).toEqual(['# not today']);
	});

	it('should fail with the error of the source, even if the parser throws at its end', () => {
		const factory: ParserFactory<string> = (emit, ends) => ({
			...telling(emit, ends),
			finish: () => {
				throw new Error('unfinished');
			},
		});
		const cutOff = concat(
			from(chunksOf(...lines)),
			throwError(() => new Error('cut off')),
		);
		expect(record(cutOff.pipe(parseWith(factory))).lines.at(-1)).toBe('# cut off');
	});

	it('should fail one connection alone when its parser throws', () => {
		const factory: ParserFactory<string> = (emit, ends) => ({
			...telling(emit, ends),
			push: bytes => {
				if (textOf(bytes) === 'bad') throw new Error('syntax');
				emit(textOf(bytes));
			},
		});
		const segments = segmentsOf(
			'A:C> S 0:0(0)',
			'B:C> S 0:0(0)',
			'A:C> . 1:4(3) "bad"',
			'B:C> . 1:4(3) "one"',
			'A:C> . 4:7(3) "bad"',
			'B:C> . 4:7(3) "two"',
		);
		const errors = new Subject<FlowError<ConnectionObservable<Reassembly>>>();
		const failed = record(errors, ({ flow, error }) => `${flow.key.client.port} ${error}`).lines;
		const messages = from(segments).pipe(
			reassemble(),
			groupByConnection(),
			mergeFlows(connection => connection.pipe(parseWith(factory)), { errors }),
		);
		const told = record(messages).lines.filter(line => !line.startsWith('10.'));
		expect(told).toEqual(['one', 'two', 'client #0 end', 'finish', '|']);
		expect(failed).toEqual(['1025 Error: syntax']);
	});

	it('should ignore what a parser emits after the stream has ended', () => {
		const emits: ((message: string) => void)[] = [];
		const factory: ParserFactory<string> = (emit, ends) => {
			emits.push(emit);
			return telling(emit, ends);
		};
		const { lines: told } = record(from(chunksOf('C> S 0:0(0)')).pipe(parseWith(factory)));
		const before = [...told];
		emits[0]?.('late');
		expect(told).toEqual(before);
	});

	it('should not hold the blocks of the chunks that it has fed', async () => {
		const { source, refs } = fed();
		expect(await collected(refs)).toEqual(refs.map(() => true));
		expect(source.observed).toBe(true);
	});

	it.each([undefined, null, {}, 'http1'])('should refuse %j as a factory at the call', factory => {
		expect(() => parseWith(factory as unknown as ParserFactory<string>)).toThrow(/^parseWith: factory must be a function, but is /);
	});

	it('should infer its types in a pipe', () => {
		interface Message {
			readonly text: string;
		}
		const factory: ParserFactory<Message> = () => ({ push: () => undefined, gap: () => undefined, end: () => undefined });
		const segments = from(segmentsOf());
		const messages = segments.pipe(
			reassemble(),
			groupByConnection(),
			mergeFlows(connection => {
				expectTypeOf(connection.key).toEqualTypeOf<Connection>();
				return connection.pipe(parseWith(factory));
			}),
		);
		expectTypeOf(messages).toEqualTypeOf<Observable<Message>>();
		const before = segments.pipe(
			groupByConnection(),
			mergeFlows(connection =>
				connection.pipe(
					reassemble(),
					parseWith(factory),
					map(message => ({ message, client: connection.key.client })),
				),
			),
		);
		expectTypeOf(before).branded.toEqualTypeOf<Observable<{ message: Message; client: Connection['client'] }>>();
	});
});

/** A parser that waits for more of an open connection, and the chunks that it has got. */
function fed() {
	const source = new Subject<Reassembly>();
	source.pipe(parseWith(telling)).subscribe();
	const refs = chunksOf(...lines)
		.slice(0, 3)
		.map(chunk => {
			source.next(chunk);
			return new WeakRef(chunk);
		});
	return { source, refs };
}
