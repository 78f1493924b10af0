import { describe, expect, it } from 'vitest';
import { Valve } from '../../src/valve.js';

/** Whether a promise has resolved by now. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
	const late = new Promise(resolve => setImmediate(() => resolve('late')));
	return (await Promise.race([promise, late])) !== 'late';
}

describe('Valve', () => {
	it('should be open while nobody is over the mark, and closed beyond it', () => {
		const valve = new Valve();
		const backlog = valve.join(100);
		expect(valve.isOpen).toBe(true);
		backlog.is(100);
		expect(valve.isOpen).toBe(true);
		backlog.is(101);
		expect(valve.isOpen).toBe(false);
		backlog.is(1000);
		backlog.is(100);
		expect(valve.isOpen).toBe(true);
	});

	it('should be closed while anyone is over the mark', () => {
		const valve = new Valve();
		const [first, second] = [valve.join(10), valve.join(0)];
		first.is(11);
		second.is(1);
		first.is(0);
		expect(valve.isOpen).toBe(false);
		second.is(0);
		expect(valve.isOpen).toBe(true);
	});

	it('should be closed while more waits at all of them than may', () => {
		const valve = new Valve({ maxWaitingBytes: 15 });
		const [first, second] = [valve.join(10), valve.join(10)];
		first.is(10);
		second.is(5);
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 15]);
		second.is(6);
		expect([valve.isOpen, valve.waitingBytes]).toEqual([false, 16]);
		first.is(9);
		expect(valve.isOpen).toBe(true);
	});

	it('should count no more who has left, whatever that one says', () => {
		const valve = new Valve();
		const backlog = valve.join(10);
		backlog.is(11);
		backlog.leave();
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
		backlog.is(11);
		backlog.leave();
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
	});

	it('should tell all who wait when it opens, and not before', async () => {
		const valve = new Valve();
		const backlog = valve.join(10);
		backlog.is(30);
		const [first, second] = [valve.opened(), valve.opened()];
		backlog.is(11);
		expect(await isResolved(first)).toBe(false);
		backlog.is(10);
		expect(await Promise.all([first, second, valve.opened()].map(isResolved))).toEqual([true, true, true]);
	});

	it('should be waited for anew when it has closed again', async () => {
		const valve = new Valve();
		const backlog = valve.join(0);
		backlog.is(1);
		const before = valve.opened();
		backlog.is(0);
		backlog.is(1);
		expect([await isResolved(before), await isResolved(valve.opened())]).toEqual([true, false]);
	});

	it('should throw at the call if an argument is wrong', () => {
		expect(() => new Valve({ maxWaitingBytes: 0 })).toThrow(
			new TypeError('Valve: option maxWaitingBytes must be a whole number from 1 on, or Infinity, but is 0'),
		);
		expect(() => new Valve({ bytes: 1 } as object)).toThrow('there is no option bytes');
		expect(() => new Valve().join(-1)).toThrow('Valve.join: highWaterMark must be a whole number from 0 on, or Infinity, but is -1');
	});
});
