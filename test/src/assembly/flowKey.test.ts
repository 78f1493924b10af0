import { describe, expect, it } from 'vitest';
import { keyWordsOf, writeConnectionKey, writeFlowKey } from '../../../src/assembly/flowKey.js';
import { Tunnel } from '../../../src/tunnel.js';
import type { Segment } from '../../../src/wire/segment.js';
import { c, type SegmentFields, s } from '../../support/segments.js';
import { rawSegment } from '../../support/segmentsRaw.js';

const connectionKey = (segment: Segment, separateVlans = true, separateTunnels = true) => {
	const key = new Int32Array(keyWordsOf(segment.version));
	const reversed = writeConnectionKey(segment, key, { separateVlans, separateTunnels });
	return { words: Array.from(key), reversed };
};

const flowKey = (segment: Segment) => {
	const key = new Int32Array(keyWordsOf(segment.version));
	writeFlowKey(segment, key, { separateVlans: true, separateTunnels: true });
	return Array.from(key);
};

describe.each([{ version: 4 }, { version: 6 }] as const)('keys of IPv$version', fields => {
	const other = (more: SegmentFields) => ({ ...fields, ...more });

	it('should be the same for both directions of a connection, and tell them apart', () => {
		const [client, server] = [connectionKey(c(1, '', fields)), connectionKey(s(1, '', fields))];
		expect(client.words).toEqual(server.words);
		expect(client.reversed).toBe(!server.reversed);
	});

	it('should differ by direction for a flow', () => {
		expect(flowKey(c(1, '', fields))).not.toEqual(flowKey(s(1, '', fields)));
		expect(flowKey(c(1, '', fields))).toEqual(flowKey(c(9, 'x', fields)));
	});

	it('should differ by port', () => {
		expect(connectionKey(c(1, '', other({ connection: 'A' }))).words).not.toEqual(connectionKey(c(1, '', fields)).words);
	});

	it('should differ by tunnel, unless tunnels are not to be told apart', () => {
		const tunnels = [null, new Tunnel('vxlan', 1, []), new Tunnel('vxlan', 2, []), new Tunnel('geneve', 1, [])];
		const segments = tunnels.map(tunnel => c(1, '', other({ tunnel })));
		expect(new Set(segments.map(segment => String(connectionKey(segment).words))).size).toBe(4);
		expect(new Set(segments.map(segment => String(flowKey(segment)))).size).toBe(4);
		expect(new Set(segments.map(segment => String(connectionKey(segment, true, false).words))).size).toBe(1);
		const lanes = segments.slice(1).map(segment => connectionKey(segment).words.at(-1) as number);
		expect(Math.max(...lanes)).toBeLessThan(0);
	});

	it('should differ by VLAN, unless VLANs are not to be told apart', () => {
		const [tagged, plain] = [c(1, '', other({ vlan: 10 })), c(1, '', fields)];
		expect(connectionKey(tagged).words).not.toEqual(connectionKey(plain).words);
		expect(connectionKey(tagged, false).words).toEqual(connectionKey(plain, false).words);
	});
});

describe('writeConnectionKey', () => {
	it('should put the lower end first, by addresses as unsigned numbers and then by ports', () => {
		const at = (source: number, destination: number, sourcePort: number, destinationPort: number) =>
			connectionKey(rawSegment({ source, destination, sourcePort, destinationPort })).reversed;
		expect(at(0x0a000001, 0xc0000001, 9, 1)).toBe(false);
		expect(at(0xc0000001, 0x0a000001, 1, 9)).toBe(true);
		expect(at(0x0a000001, 0x0a000001, 9, 1)).toBe(true);
		expect(at(0x0a000001, 0x0a000001, 1, 9)).toBe(false);
	});

	it('should take a connection of an end with itself for one direction', () => {
		const own = rawSegment({ source: 0x7f000001, destination: 0x7f000001, sourcePort: 80, destinationPort: 80 });
		expect(connectionKey(own).reversed).toBe(false);
	});
});
