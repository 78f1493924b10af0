import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../../src/codec/base64.js';
import { decode } from '../../../src/codec/decode.js';
import { flowCodec, timestampCodec } from '../../../src/codec/values.js';
import { Flow } from '../../../src/flow.js';
import { parseAddress } from '../../../src/parseAddress.js';
import { Timestamp } from '../../../src/timestamp.js';
import { Tunnel, tunnelKinds } from '../../../src/tunnel.js';

describe('Base64', () => {
	it('should be that of Node, there and back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 50 }), bytes => {
				expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
				expect(fromBase64(toBase64(bytes))).toEqual(bytes);
			}),
		);
	});

	it.each(['a', 'ab', 'abc', '=', '====', 'a===', 'ab=c', 'a-_b', 'ab\u0141=', 'QQ=Q', 'QR==', 'QUJ=', ' QUI='])(
		'should not be %o',
		text => {
			expect(fromBase64(text)).toBeNull();
		},
	);
});

describe('timestampCodec', () => {
	it('should keep every nanosecond, and the digits that there are', () => {
		const seconds = fc.integer({ min: -62_000_000_000, max: 200_000_000_000 });
		fc.assert(
			fc.property(seconds, fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 3, 6, 9), (whole, nanoseconds, digits) => {
				const given = new Timestamp(whole, nanoseconds, digits);
				const back = decode(timestampCodec, timestampCodec.encode(given));
				const exact = nanoseconds % 10 ** (9 - digits) === 0;
				expect(back).toEqual({ _tag: 'Right', right: new Timestamp(whole, nanoseconds, exact ? digits : 9) });
			}),
		);
	});

	it.each(['', '2023', '2023-02-30T00:00:00Z', '2023-01-01T00:00:00', '2023-01-01T00:00:00.Z', '2023-01-01T25:00:00Z', 5, null])(
		'should refuse %o',
		text => {
			expect(decode(timestampCodec, text)._tag).toBe('Left');
		},
	);
});

describe('flowCodec', () => {
	const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
	const words = fc.oneof(
		fc.array(word, { minLength: 2, maxLength: 2 }),
		fc.array(fc.oneof(word, fc.constant(0)), { minLength: 8, maxLength: 8 }),
	);
	const port = fc.nat({ max: 65_535 });
	const one = fc.record({ kind: fc.constantFrom(...tunnelKinds), id: fc.nat(2 ** 32 - 1), ends: fc.oneof(fc.constant([]), words) });
	const tunnels = fc
		.array(one, { maxLength: 4 })
		.map(all => all.reduce<Tunnel | null>((outer, { kind, id, ends }) => new Tunnel(kind, id, ends, outer), null));

	it('should give back the same numbers', () => {
		fc.assert(
			fc.property(words, port, port, fc.nat({ max: 4095 }), tunnels, (addresses, from, to, vlan, tunnel) => {
				const flow = new Flow(addresses, from, to, vlan, tunnel);
				const back = decode(flowCodec, JSON.parse(JSON.stringify(flowCodec.encode(flow))));
				expect(back._tag === 'Right' && back.right.toNumbers()).toEqual(flow.toNumbers());
			}),
		);
	});

	it('should refuse ends of different versions of IP', () => {
		expect(decode(flowCodec, { source: '10.0.0.1:1', destination: '[::1]:80' })._tag).toBe('Left');
		expect(decode(flowCodec, { source: '10.0.0.1:1', destination: '10.0.0.2:65536' })._tag).toBe('Left');
	});

	it('should refuse tunnels that cannot be, and more of them in each other than anybody makes', () => {
		const read = (tunnels: unknown) => decode(flowCodec, { source: '10.0.0.1:1', destination: '10.0.0.2:80', tunnels })._tag;
		const vxlan = { kind: 'vxlan', id: 1 };
		expect([undefined, [], [vxlan], Array(32).fill(vxlan)].map(read)).toEqual(Array(4).fill('Right'));
		const wrong = [null, 5, Array(33).fill(vxlan), [{ kind: 'hole' }], [{ kind: 'vxlan', id: -1 }], [{ ...vxlan, ends: ['10.0.0.1'] }]];
		expect(wrong.map(read)).toEqual(wrong.map(() => 'Left'));
		expect(read([vxlan, { kind: 'gre', ends: ['10.0.0.1', '::1'] }, vxlan])).toBe('Left');
	});

	it.each([
		'1.2.3',
		'1.2.3.256',
		'',
		':',
		':::',
		'1::2::3',
		'1:2:3:4:5:6:7',
		'1:2:3:4:5:6:7:8:9',
		'1:2:3:4:5:6:7::8',
		'g::',
		'12345::',
		'1.2.3.4::',
	])('should take no address from %o', text => {
		expect(parseAddress(text)).toBeNull();
	});

	it.each([
		['::ffff:1.2.3.4', [0, 0, 0xffff, 0x01020304]],
		['2001:db8::1', [0x20010db8, 0, 0, 1]],
		['::', [0, 0, 0, 0]],
		['255.0.0.1', [0xff000001 | 0]],
	])('should take the address %s', (text, expected) => {
		expect(parseAddress(text)).toEqual(expected);
	});
});
