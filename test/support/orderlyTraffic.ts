import type { Segment } from '../../src/index.js';
import type { Random } from './random.js';
import { c, type SegmentFields, s } from './segments.js';

/** A segment that is still to be put into its place. */
type Draft = (fields: SegmentFields) => Segment;

/**
 * What well-behaved connections between few ends send, one after the other between the same ends: handshake, data both
 * ways, FINs, and sometimes a RST; some of it comes late, twice or not at all.
 */
export function segmentsOf(random: Random, count: number): Segment[] {
	const lives = ['A', 'B', 'C', 'D', 'E'].map(connection => ({ connection, drafts: [] as Draft[] }));
	let ms = 1000;
	return Array.from({ length: count }, (_, i) => {
		const { connection, drafts } = random.pick(lives);
		if (drafts.length === 0) drafts.push(...disturbed(random, life(random)));
		ms += random.once(60) ? random.below(800) : random.below(4);
		return (drafts.shift() as Draft)({ connection, ms, packet: i + 1 });
	});
}

function life(random: Random): Draft[] {
	const start = random.pick([0, 1000, 2 ** 32 - 5, 2 ** 31 - 3]);
	let client = start;
	let server = random.below(2 ** 31);
	const drafts: Draft[] = [];
	const send = (fromServer: boolean, flags: string, payload = '') => {
		const [seq, ack] = fromServer ? [server, client] : [client, server];
		drafts.push(fields => (fromServer ? s : c)(seq % 2 ** 32, payload, { ...fields, flags, ack: ack % 2 ** 32 }));
		const taken = payload.length + (/[SF]/.test(flags) ? 1 : 0);
		if (fromServer) server += taken;
		else client += taken;
	};
	send(false, 'S', random.once(20) ? 'early' : '');
	send(true, 'S.');
	send(false, '.');
	for (let i = random.below(15); i > 0; i--)
		send(random.once(2), random.once(3) ? '.' : 'P.', random.once(4) ? '' : 'payload'.slice(random.below(7)));
	if (random.once(8)) send(random.once(2), 'R.');
	else for (const fromServer of [false, true]) send(fromServer, 'F.', random.once(3) ? 'bye' : '');
	send(false, '.');
	return drafts;
}

function disturbed(random: Random, drafts: readonly Draft[]): Draft[] {
	const result: Draft[] = [];
	for (const draft of drafts) {
		if (random.once(15)) continue;
		const place = random.once(8) ? random.below(result.length + 1) : result.length;
		result.splice(place, 0, draft);
		if (random.once(15)) result.push(draft);
	}
	return result.length > 0 ? result : [...drafts];
}
