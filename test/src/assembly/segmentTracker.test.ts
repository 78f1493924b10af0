import { describe, expect, it } from 'vitest';
import { Flush } from '../../../src/assembly/flush.js';
import { SegmentTracker } from '../../../src/assembly/segmentTracker.js';
import { c, handshake, s } from '../../support/segments.js';

const SYN = { flags: 'S' };

describe('SegmentTracker.ofConnections', () => {
	it('should answer the same connection for both directions, and another for other ends', () => {
		const tracker = SegmentTracker.ofConnections();
		const [first, ...others] = handshake.map(segment => tracker.push(segment));
		expect(others).toEqual([first, first]);
		expect(tracker.push(c(1000, '', { ...SYN, connection: 'A' }))).not.toBe(first);
		expect(first?.client.port).toBe(1024);
	});

	it('should tell once of each connection that has ended, and why', () => {
		const tracker = SegmentTracker.ofConnections();
		const key = tracker.push(c(1000, '', SYN));
		expect(tracker.takeEnded()).toEqual([]);
		tracker.push(s(0, '', { flags: 'R.' }));
		expect(tracker.takeEnded()).toEqual([{ key, reason: 'rst' }]);
		expect(tracker.takeEnded()).toEqual([]);
	});

	it('should answer undefined for what belongs to a connection that has ended', () => {
		const tracker = SegmentTracker.ofConnections();
		tracker.push(c(1000, '', SYN));
		tracker.push(s(0, '', { flags: 'R.' }));
		expect(tracker.push(c(1001, 'late'))).toBeUndefined();
	});

	it('should end one connection and begin the next where ports are used again', () => {
		const tracker = SegmentTracker.ofConnections();
		const [old] = handshake.map(segment => tracker.push(segment));
		const next = tracker.push(c(900000, '', SYN));
		expect(next).not.toBe(old);
		expect(tracker.takeEnded()).toEqual([{ key: old, reason: 'reused' }]);
	});

	it('should end what a mark ends, only when all before its FIN has come or was skipped', () => {
		const tracker = SegmentTracker.ofConnections();
		for (const segment of [...handshake, c(1004, 'DEF', { flags: 'F.' }), s(5001, '', { flags: 'F.' })]) tracker.push(segment);
		expect(tracker.takeEnded()).toEqual([]);
		tracker.flush(new Flush(1, 1, Number.NEGATIVE_INFINITY));
		expect(tracker.takeEnded()).toMatchObject([{ reason: 'fin' }]);
	});
});

describe('SegmentTracker.ofFlows', () => {
	it('should take each direction by itself', () => {
		const tracker = SegmentTracker.ofFlows();
		const keys = handshake.map(segment => String(tracker.push(segment)));
		expect(keys).toEqual(['10.0.0.1:1024->10.0.0.2:80', '10.0.0.2:80->10.0.0.1:1024', '10.0.0.1:1024->10.0.0.2:80']);
	});

	it('should answer the same key for each segment of a flow', () => {
		const tracker = SegmentTracker.ofFlows();
		expect(tracker.push(c(1000, '', SYN))).toBe(tracker.push(c(1001, 'ABC')));
	});

	it("should end a flow by its own FIN or RST, not by the peer's", () => {
		const tracker = SegmentTracker.ofFlows();
		const [client, server] = handshake.map(segment => tracker.push(segment));
		tracker.push(s(5001, '', { flags: 'R.' }));
		expect(tracker.takeEnded()).toEqual([{ key: server, reason: 'rst' }]);
		tracker.push(c(1001, 'ABC', { flags: 'F.' }));
		expect(tracker.takeEnded()).toEqual([{ key: client, reason: 'fin' }]);
	});

	it('should let the data decide between two SYNs, since it sees no ACK', () => {
		const tracker = SegmentTracker.ofFlows();
		tracker.push(c(1000, '', SYN));
		const key = tracker.push(c(2000, '', SYN));
		tracker.push(c(2001, 'ABC'));
		tracker.push(c(2004, '', { flags: 'F.' }));
		expect(tracker.takeEnded()).toEqual([{ key, reason: 'fin' }]);
	});
});
