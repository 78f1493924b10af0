import fc from 'fast-check';

/** A packet of a conversation before anything happens to it. */
interface Draft {
	readonly by: 'C' | 'S';
	readonly flags: string;
	readonly seq: number;
	readonly ack: number;
	readonly text: string;
}

/** What becomes of a packet on its way: it is lost, comes so many steps late, or comes again, perhaps with other bytes. */
interface Fate {
	readonly lost: boolean;
	readonly late: number;
	readonly again: 'no' | 'same' | 'other bytes';
}

interface Plan {
	readonly name: string;
	readonly isns: { readonly C: number; readonly S: number };
	readonly handshake: { readonly syn: boolean; readonly synAck: boolean; readonly ack: boolean };
	readonly talk: readonly { readonly by: 'C' | 'S'; readonly length: number }[];
	readonly ending: 'FIN' | 'FIN of the client' | 'RST of the client' | 'RST of the server' | 'none';
	readonly strays: readonly Stray[];
	readonly startMs: number;
	readonly stepMs: number;
	readonly fates: readonly Fate[];
}

/** A packet that does not belong. */
interface Stray {
	readonly by: 'C' | 'S';
	readonly flags: string;
	readonly offset: number;
	readonly text: string;
}

const WORD = 2 ** 32;
const by = fc.constantFrom('C' as const, 'S' as const);
const sequence = fc.oneof(fc.constantFrom(0, 1000, WORD - 1, WORD - 4), fc.nat({ max: WORD - 1 }));
const often = fc.integer({ min: 0, max: 3 }).map(n => n > 0);

const fate: fc.Arbitrary<Fate> = fc.record({
	lost: fc.integer({ min: 0, max: 5 }).map(n => n === 5),
	late: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 1 }),
	again: fc.constantFrom('no', 'no', 'no', 'no', 'same', 'other bytes'),
});

const stray: fc.Arbitrary<Stray> = fc.record({
	by,
	flags: fc.constantFrom('.', 'R', 'R.', 'F.', 'S', 'S.'),
	offset: fc.oneof(fc.integer({ min: -5, max: 20 }), fc.constantFrom(100_000, 2 ** 25, 2 ** 31 - 100)),
	text: fc.constantFrom('', '', '?', '????'),
});

const plan: fc.Arbitrary<Plan> = fc.record({
	name: fc.constantFrom('A', 'B', 'C'),
	isns: fc.record({ C: sequence, S: sequence }),
	handshake: fc.record({ syn: often, synAck: often, ack: often }),
	talk: fc.array(fc.record({ by, length: fc.integer({ min: 0, max: 5 }) }), { maxLength: 6 }),
	ending: fc.constantFrom('FIN', 'FIN of the client', 'RST of the client', 'RST of the server', 'none'),
	strays: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, { arbitrary: fc.array(stray, { maxLength: 3 }), weight: 1 }),
	startMs: fc.oneof(fc.constant(0), fc.nat({ max: 5_000 }), fc.nat({ max: 200_000 })),
	stepMs: fc.constantFrom(0, 1, 100, 900, 2_000, 20_000, 70_000),
	fates: fc.array(fate, { minLength: 20, maxLength: 20 }),
});

/**
 * Packet lines of a few conversations at once, with their times, in the order of the times: with loss, delay and
 * repetition, across the wrap of sequence numbers, with or without SYN, FIN, RST, between the same ends or others.
 */
export const conversations: fc.Arbitrary<readonly string[]> = fc.array(plan, { minLength: 1, maxLength: 5 }).map(plans =>
	plans
		.flatMap(linesOf)
		.sort((a, b) => a.ms - b.ms)
		.map(({ ms, line }) => `${line} @${(ms / 1_000).toFixed(3)}`),
);

function linesOf(plan: Plan): { ms: number; line: string }[] {
	return draftsOf(plan).flatMap((draft, index) => {
		const { lost, late, again } = plan.fates[index % plan.fates.length] as Fate;
		if (lost) return [];
		const ms = plan.startMs + index * plan.stepMs;
		const first = { ms: ms + late * plan.stepMs, line: print(plan.name, draft) };
		if (again === 'no') return [first];
		const repeated = again === 'same' ? draft : { ...draft, text: '#'.repeat(draft.text.length) };
		return [first, { ms: ms + (late + 1) * plan.stepMs, line: print(plan.name, repeated) }];
	});
}

function draftsOf({ isns, handshake, talk, ending, strays }: Plan): Draft[] {
	const next = { C: isns.C + 1, S: isns.S + 1 };
	const other = { C: 'S', S: 'C' } as const;
	const drafts: Draft[] = [];
	const say = (by: 'C' | 'S', flags: string, text = '', seq = next[by]) => {
		drafts.push({ by, flags, seq, ack: next[other[by]], text });
	};
	if (handshake.syn) drafts.push({ by: 'C', flags: 'S', seq: isns.C, ack: 0, text: '' });
	if (handshake.synAck) say('S', 'S.', '', isns.S);
	if (handshake.ack) say('C', '.');
	for (const { by, length } of talk) {
		say(by, 'P.', Array.from({ length }, (_, i) => String.fromCharCode(97 + ((next[by] - isns[by] - 1 + i) % 26))).join(''));
		next[by] += length;
	}
	for (const { by, flags, offset, text } of strays) say(by, flags, text, next[by] + offset);
	for (const by of ending.startsWith('FIN') ? (['C', 'S'] as const) : []) {
		if (by === 'S' && ending !== 'FIN') continue;
		say(by, 'F.');
		next[by] += 1;
	}
	if (ending === 'RST of the client') say('C', 'R');
	if (ending === 'RST of the server') say('S', 'R.');
	return drafts;
}

function print(name: string, { by, flags, seq, ack, text }: Draft): string {
	const start = ((seq % WORD) + WORD) % WORD;
	const acked = flags.endsWith('.') ? ` ack ${ack % WORD}` : '';
	const payload = text === '' ? '' : ` "${text}"`;
	return `${name}:${by}> ${flags} ${start}:${(start + text.length) % WORD}(${text.length})${acked}${payload}`;
}
