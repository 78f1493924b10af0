import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkType } from '../../../src/packet.js';
import { readPlainTcp } from '../../../src/wire/plainTcp.js';
import type { Segment } from '../../../src/wire/segment.js';
import { bytesOf, type Captured, datagramOf, decode, ethernet, frameOf, packetIn, withBytes, withIpv4Options } from './packets.js';

const line = 'C> P. 1000:1005(5) ack 2000 win 4096 <mss 1460,nop,wscale 7> "hello"';
const plain = [frameOf(line), frameOf('C> F. 7:7(0) ack 1'), frameOf('C> P. 1:4(3) pad "abc"')];
const others = [
	frameOf(`${line} ip6`),
	frameOf(`${line} vlan 5.10`),
	ethernet(8, 6, datagramOf(line)),
	ethernet(8, 0, withIpv4Options(datagramOf(line), [1, 1, 1, 0])),
	withBytes(frameOf(line), 20, 0x20),
	withBytes(frameOf(line), 23, 17),
	withBytes(frameOf(line), 16, 0, 0),
	withBytes(frameOf(line), 16, 0x73),
	withBytes(frameOf(line), 46, 0x40),
	withBytes(frameOf(line), 46, 0xf0),
];

/** Ethernet's type behind the two bytes more that a cooked capture has before it: there is no short way for that. */
function throughTheLayers(
	bytes: Uint8Array,
	{ length = bytes.length, originalLength = bytes.length, ...captured }: Captured,
): Segment | string {
	const cooked = bytesOf(0, 0, bytes);
	return decode(cooked, { ...captured, linkType: LinkType.linuxSll, length: length + 2, originalLength: originalLength + 2 });
}

/** All fields, with places counted from the frame's start. */
function fieldsOf(segment: Segment, start: number): object {
	const { block, addressAt, headerAt, payloadAt, ...fields } = segment;
	return {
		...fields,
		places: [addressAt, headerAt, payloadAt].map(at => at - start),
		payload: segment.payload,
		flow: String(segment.flow),
	};
}

function checkAgainstLayers(bytes: Uint8Array, captured: Captured): boolean {
	const packet = packetIn(bytes, captured);
	const segment = readPlainTcp(packet);
	if (segment === null) return false;
	const expected = throughTheLayers(bytes, captured);
	if (typeof expected === 'string') expect.fail(`the layers say ${expected}`);
	const { length: before = 0 } = captured.surroundings ?? {};
	expect(fieldsOf(segment, packet.start)).toEqual(fieldsOf(expected, before + 2));
	return true;
}

describe('readPlainTcp', () => {
	it.each(plain)('should take a plain frame, whole or cut in its payload: %#', bytes => {
		expect(checkAgainstLayers(bytes, {})).toBe(true);
		expect(checkAgainstLayers(bytes, { surroundings: new Uint8Array(9).fill(0xff) })).toBe(true);
	});

	it('should say what the capture cut off', () => {
		const segment = readPlainTcp(packetIn(plain[0] as Uint8Array, { length: (plain[0] as Uint8Array).length - 2 }));
		expect(segment).toMatchObject({ length: 3, missing: 2 });
	});

	it.each(others)('should leave every other frame to the layers: %#', bytes => {
		expect(readPlainTcp(packetIn(bytes))).toBeNull();
	});

	it('should leave a frame whose headers are not whole to the layers', () => {
		const bytes = frameOf('C> P. 1:4(3) "abc"');
		for (let length = 0; length < 54; length++) expect(readPlainTcp(packetIn(bytes, { length })), `${length} bytes`).toBeNull();
	});

	it('should agree with the layers about every frame that it takes, whatever is changed in it', () => {
		const arbitrary = fc.record({
			bytes: fc.oneof(fc.constantFrom(...plain), fc.constantFrom(...others)),
			changes: fc.array(fc.record({ at: fc.nat(60), value: fc.nat(255) }), { maxLength: 2 }),
			cut: fc.oneof(fc.constant(0), fc.nat(30)),
			more: fc.integer({ min: -10, max: 10 }),
			around: fc.constantFrom(0, 7),
		});
		let taken = 0;
		fc.assert(
			fc.property(arbitrary, ({ bytes, changes, cut, more, around }) => {
				const changed = bytes.slice();
				for (const { at, value } of changes) changed[at % bytes.length] = value;
				const captured = {
					length: bytes.length - cut,
					originalLength: Math.max(0, bytes.length + more),
					surroundings: new Uint8Array(around).fill(0x45),
				};
				if (checkAgainstLayers(changed, captured)) taken++;
			}),
			{ numRuns: 3000 },
		);
		expect(taken).toBeGreaterThan(300);
	});
});
