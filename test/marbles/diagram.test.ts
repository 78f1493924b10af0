import { describe, expect, it } from 'vitest';
import { drawTimeline, type TimelineRow } from '../../marbles/diagram.js';

const row = (label: string, events: Record<number, string>): TimelineRow => ({
	label,
	events: Object.entries(events).map(([frame, marks]) => ({ frame: Number(frame), marks })),
});

const diagram = (...lines: string[]) => lines.join('\n');

describe('drawTimeline', () => {
	it('should align rows below a ruler of time', () => {
		const rows = [row('expected', { 0: 's', 2: 'x', 6: 'yz', 10: 't|' }), row('actual', { 0: 's', 2: 'x', 6: 'A', 10: 't|' })];
		expect(drawTimeline(rows, new Set([6]))).toBe(
			diagram(
				'time      0 2   6   10', //
				'expected  s-x---(yz)(t|)',
				'actual    s-x---A---(t|)',
				'                ^',
			),
		);
	});

	it('should stretch what is too short for a group', () => {
		expect(drawTimeline([row('a', { 1: 'xyz', 2: '|' }), row('b', { 1: 'x', 3: '|' })])).toBe(
			diagram(
				'time  0     2', //
				'a     -(xyz)|',
				'b     -x    -|',
			),
		);
	});

	it('should write a long silence as a number', () => {
		expect(drawTimeline([row('a', { 0: 'x', 120001: 'y', 120500: '|' }), row('b', { 120001: 'y' })])).toBe(
			diagram(
				'time  0      120001  120500', //
				'a     x 120s y 498ms |',
				'b     - 120s y',
			),
		);
	});

	it('should draw the time before the first event, and nothing', () => {
		expect(drawTimeline([row('a', { 3: '|' }), row('b', {})])).toBe(diagram('time  0  3', 'a     ---|', 'b'));
		expect(drawTimeline([])).toBe('time  0');
	});

	it('should count a letter beyond the basic plane as one', () => {
		expect(drawTimeline([row('a', { 0: '🦈🦈', 4: '|' }), row('b', { 0: '🦈', 4: '|' })])).toBe(
			diagram('time  0   4', 'a     (🦈🦈)|', 'b     🦈---|'),
		);
	});
});
