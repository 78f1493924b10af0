import { asapScheduler, type GroupedObservable, type OperatorFunction, Subject, subscribeOn, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../src/assembly/connection.js';
import type { Flush } from '../../src/assembly/flush.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Flow } from '../../src/flow.js';
import type { Segment } from '../../src/wire/segment.js';
import { checkOperator } from './operatorChecklist.js';
import { collected } from './operatorsMemory.js';
import { record, stoppedNotificationsOf } from './operatorsRecord.js';
import { chunksOf, printItem, printKey, segmentsOf, told } from './operatorsTraffic.js';

type Item = Segment | Flush | Reassembly;
type Key = Connection | Flow;
type Group = GroupedObservable<Key, Item>;

/** A grouping operator, before or behind `reassemble`. */
export interface GroupingCase {
	make(): OperatorFunction<Item, Group>;
	/** What is grouped. */
	readonly of: 'segments' | 'chunks';
	/** The names of two groups, as {@link printKey} has them: of A's client, and of B's. */
	readonly keys: readonly [a: string, b: string];
}

/** Each brings one chunk, so that what goes in can be either. */
const lines = [
	'A:C> S 0:0(0)',
	'B:C> S 0:0(0)',
	'A:C> . 1:2(1) "a"',
	'B:C> . 1:2(1) "b"',
	'A:C> R 2:2(0)',
	'B:C> . 2:3(1) "c"',
	'A:C> S 9000:9000(0)',
];

/** What every grouping operator must do, whatever it groups. */
export function checkGrouping(name: string, tested: GroupingCase): void {
	const items = (): readonly Item[] => (tested.of === 'segments' ? segmentsOf(...lines) : chunksOf(...lines).slice(0, lines.length));
	const texts = items().map(printItem);
	const [a, b] = tested.keys;

	checkOperator(`${name} of ${tested.of}`, {
		make: tested.make,
		items,
		print: ({ key }: Group) => printKey(key),
		output: [a, b, a],
	});

	const told1 = [`+${a}`, `${a}: ${texts[0]}`, `+${b}`, `${b}: ${texts[1]}`, `${a}: ${texts[2]}`, `${b}: ${texts[3]}`];
	const told2 = [`${a}: ${texts[4]}`, `-${a}`, `${b}: ${texts[5]}`, `+${a}`, `${a}: ${texts[6]}`];
	checkOperator(`${name} of ${tested.of}, with its groups`, {
		make: () => source => source.pipe(tested.make(), told()),
		items,
		print: String,
		output: [...told1, ...told2],
		atEnd: [`-${b}`, `-${a}`],
	});

	describe(`${name} of ${tested.of} and its groups`, () => {
		beforeEach(() => {
			vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'Date'] });
		});
		afterEach(() => {
			vi.useRealTimers();
		});
		const stage = () => new Stage(tested.make(), items());
		checkLives(stage, texts);
		checkWaiting(stage, texts);
		checkListeners(stage, texts);
		checkOrder(stage, texts);
	});

	describe(`${name} of ${tested.of} that nobody looks into`, () => {
		it('should hold no item beyond the turn in which its group came', async () => {
			const { source, groups, refs } = abandoned(tested.make(), items);
			expect(await collected(refs)).toEqual([true, true, true, true]);
			expect(groups).toHaveLength(2);
			expect(source.observed).toBe(true);
		});

		it('should let go of a group that has ended', async () => {
			const { source, refs } = ended(tested.make(), items);
			expect(await collected(refs)).toEqual([true, false]);
			expect(source.observed).toBe(true);
		});
	});
}

/** Groups that nobody has subscribed to, and what was put into them. It is a function, so that its variables are gone afterwards. */
function abandoned(operator: OperatorFunction<Item, Group>, items: () => readonly Item[]) {
	const source = new Subject<Item>();
	const groups: Group[] = [];
	source.pipe(operator).subscribe(group => groups.push(group));
	const refs: WeakRef<object>[] = [];
	for (const item of items().slice(0, 4)) {
		source.next(item);
		refs.push(new WeakRef(item));
	}
	return { source, groups, refs };
}

/** Two groups, of which the first has ended. */
function ended(operator: OperatorFunction<Item, Group>, items: () => readonly Item[]) {
	const source = new Subject<Item>();
	const refs: WeakRef<object>[] = [];
	source.pipe(operator).subscribe(group => refs.push(new WeakRef(group)));
	for (const item of items().slice(0, 5)) source.next(item);
	return { source, refs };
}

/** A source that is played item by item, and the groups that came of it. */
class Stage {
	readonly source = new Subject<Item>();
	readonly groups: Group[] = [];
	readonly outer: string[] = [];
	private played = 0;

	constructor(
		readonly operator: OperatorFunction<Item, Group>,
		readonly items: readonly Item[],
	) {}

	/** Subscribes; `onGroup` gets each group when it comes. */
	open(onGroup: (group: Group) => void = () => undefined) {
		return this.source.pipe(this.operator).subscribe({
			next: group => {
				this.groups.push(group);
				onGroup(group);
			},
			error: error => this.outer.push(`# ${error.message}`),
			complete: () => this.outer.push('|'),
		});
	}

	/** Plays the next items. */
	play(count = 1): void {
		const items = this.items.slice(this.played, this.played + count);
		this.played += count;
		for (const item of items) this.source.next(item);
	}
}

type MakeStage = () => Stage;

function checkLives(makeStage: MakeStage, texts: readonly string[]): void {
	it('should complete a group when what it is of has ended, and open another one when the same ends come again', () => {
		const stage = makeStage();
		const told: string[][] = [];
		stage.open(group => told.push(record(group, printItem).lines));
		stage.play(5);
		expect(told).toEqual([
			[texts[0], texts[2], texts[4], '|'],
			[texts[1], texts[3]],
		]);
		stage.play(2);
		expect(told.slice(1)).toEqual([[texts[1], texts[3], texts[5]], [texts[6]]]);
		const [first, , third] = stage.groups.map(({ key }) => key);
		expect(printKey(third as Key)).toBe(printKey(first as Key));
		expect(third).not.toBe(first);
	});

	it.each(['complete', 'fail'] as const)('should %s every open group, and then itself, with the source', how => {
		const stage = makeStage();
		const order: string[] = [];
		stage.open(group => {
			const say = () => order.push(`${printKey(group.key)} ${stage.outer.length}`);
			group.subscribe({ error: say, complete: say });
		});
		stage.play(4);
		if (how === 'complete') stage.source.complete();
		else stage.source.error(new Error('boom'));
		expect(order).toEqual(stage.groups.map(({ key }) => `${printKey(key)} 0`));
		expect(stage.outer).toEqual([how === 'complete' ? '|' : '# boom']);
		vi.runAllTimers();
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should fail every open group with an item that cannot be sorted', () => {
		const stage = makeStage();
		const told: string[][] = [];
		stage.open(group => told.push(record(group, () => 'item').lines));
		stage.play(2);
		stage.source.next(null as unknown as Item);
		expect(told.map(lines => lines.at(-1)?.slice(0, 1))).toEqual(['#', '#']);
		expect(stage.outer).toHaveLength(1);
		expect(stage.source.observed).toBe(false);
	});
}

function checkWaiting(makeStage: MakeStage, texts: readonly string[]): void {
	it('should keep what comes before the first subscriber of the same turn, and the end', async () => {
		const stage = makeStage();
		stage.open();
		stage.play(6);
		await Promise.resolve();
		expect(stage.groups.map(group => record(group, printItem).lines)).toEqual([
			[texts[0], texts[2], texts[4], '|'],
			[texts[1], texts[3], texts[5]],
		]);
	});

	it('should keep it for the first subscriber only', async () => {
		const stage = makeStage();
		stage.open();
		stage.play(4);
		await Promise.resolve();
		const [group] = stage.groups as [Group];
		const [first, second] = [record(group, printItem).lines, record(group, printItem).lines];
		stage.play(1);
		expect(first).toEqual([texts[0], texts[2], texts[4], '|']);
		expect(second).toEqual([texts[4], '|']);
	});

	it('should keep the error, too, for who comes late', async () => {
		const stage = makeStage();
		stage.open();
		stage.play(1);
		stage.source.error(new Error('boom'));
		await Promise.resolve();
		expect(record(stage.groups[0] as Group, printItem).lines).toEqual([texts[0], '# boom']);
	});

	it('should let go of it when the turn ends, and then keep nothing', () => {
		const stage = makeStage();
		stage.open();
		stage.play(2);
		expect(vi.getTimerCount()).toBe(1);
		vi.advanceTimersByTime(1);
		expect(vi.getTimerCount()).toBe(0);
		stage.play(1);
		const told = stage.groups.map(group => record(group, printItem).lines);
		stage.play(2);
		expect(told).toEqual([[texts[4], '|'], [texts[3]]]);
	});

	it('should set no timer when every group is subscribed to at once', () => {
		const stage = makeStage();
		stage.open(group => group.subscribe());
		stage.play(7);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should give all who subscribe when the group comes all that comes', () => {
		const stage = makeStage();
		const told: string[][] = [];
		stage.open(group => told.push(record(group, printItem).lines, record(group, printItem).lines));
		stage.play(5);
		const first = [texts[0], texts[2], texts[4], '|'];
		expect(told.slice(0, 2)).toEqual([first, first]);
	});

	it('should serve a group that is subscribed to by a scheduler', async () => {
		const stage = makeStage();
		const told: string[][] = [];
		stage.open(group => told.push(record(group.pipe(subscribeOn(asapScheduler)), printItem).lines));
		stage.play(4);
		await vi.advanceTimersByTimeAsync(0);
		expect(told).toEqual([
			[texts[0], texts[2]],
			[texts[1], texts[3]],
		]);
	});
}

function checkListeners(makeStage: MakeStage, texts: readonly string[]): void {
	it('should go on with its groups when the outer stream is left, and open no more', () => {
		const stage = makeStage();
		const told: string[][] = [];
		const outer = stage.open(group => told.push(record(group, printItem).lines));
		stage.play(1);
		outer.unsubscribe();
		expect(stage.source.observed).toBe(true);
		stage.play(3);
		expect(told).toEqual([[texts[0], texts[2]]]);
		stage.play(1);
		expect(told).toEqual([[texts[0], texts[2], texts[4], '|']]);
		expect(stage.source.observed).toBe(false);
		expect(stage.groups).toHaveLength(1);
	});

	it('should let go of its source when the last listener has gone, whoever that is', () => {
		const stage = makeStage();
		const inner: { unsubscribe(): void }[] = [];
		const outer = stage.open(group => inner.push(group.subscribe(), group.subscribe()));
		stage.play(2);
		for (const listener of [inner[3], inner[0], outer, inner[2], inner[1]]) {
			expect(stage.source.observed).toBe(true);
			listener?.unsubscribe();
		}
		expect(stage.source.observed).toBe(false);
	});

	it('should open no second group for what a consumer has left, and go on with the others', () => {
		const stage = makeStage();
		const told: string[][] = [];
		stage.open(group => told.push(record(group.pipe(take(1)), printItem).lines));
		stage.play(4);
		expect(told).toEqual([
			[texts[0], '|'],
			[texts[1], '|'],
		]);
		expect(stage.source.observed).toBe(true);
		const back = stage.groups.map(group => record(group, printItem).lines);
		stage.play(3);
		expect(back).toEqual([[texts[4], '|'], [texts[5]]]);
		expect(told.slice(2)).toEqual([[texts[6], '|']]);
	});

	it('should leave no timer when the outer stream is left with the first group', () => {
		const stage = makeStage();
		const { lines } = record(stage.source.pipe(stage.operator, take(1)), ({ key }) => printKey(key));
		stage.play(1);
		expect(lines).toHaveLength(2);
		expect(stage.source.observed).toBe(false);
		expect(vi.getTimerCount()).toBe(0);
	});
}

function checkOrder(makeStage: MakeStage, texts: readonly string[]): void {
	it('should keep the order when the consumer of a group makes the source emit', () => {
		const stage = makeStage();
		const told: string[][] = [];
		stage.open(group => {
			stage.play(1);
			told.push(record(group, printItem, () => stage.play(1)).lines, record(group, printItem).lines);
		});
		stage.play(1);
		stage.source.complete();
		const [first, second] = [
			[texts[0], texts[2], texts[4], '|'],
			[texts[1], texts[3], texts[5], '|'],
		];
		expect(told).toEqual([first, first, second, second, [texts[6], '|'], [texts[6], '|']]);
	});

	it('should keep the order when what waited for its first subscriber makes the source emit', async () => {
		const stage = makeStage();
		stage.open();
		stage.play(1);
		await Promise.resolve();
		const late: string[][] = [];
		const { lines } = record(stage.groups[0] as Group, printItem, () => {
			if (late.length === 0) late.push(record(stage.groups[0] as Group, printItem).lines);
			stage.play(2);
		});
		expect(lines).toEqual([texts[0], texts[2], texts[4], '|']);
		expect(late).toEqual([[texts[2], texts[4], '|']]);
	});

	it('should give nothing more of what waited to a consumer that has enough', async () => {
		const stage = makeStage();
		stage.open();
		stage.play(4);
		await Promise.resolve();
		const [group] = stage.groups as [Group];
		let lines: readonly string[] = [];
		const superfluous = stoppedNotificationsOf(
			() => {
				lines = record(group.pipe(take(1)), printItem).lines;
			},
			() => vi.runAllTimers(),
		);
		expect(lines).toEqual([texts[0], '|']);
		expect(superfluous).toEqual([]);
		expect(record(group, printItem).lines).toEqual([]);
	});
}
