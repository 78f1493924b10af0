import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flow } from '../../src/flow.js';
import { Tunnel, tunnelKinds } from '../../src/tunnel.js';

const ends4 = [0x0a000001, 0x0a000002];
const ends6 = [0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2];

const one = fc.record({
	kind: fc.constantFrom(...tunnelKinds),
	id: fc.nat(2 ** 32 - 1),
	words: fc.oneof(...[0, 2, 8].map(length => fc.array(fc.integer(), { minLength: length, maxLength: length }))),
});
const tunnels = fc
	.array(one, { minLength: 1, maxLength: 8 })
	.map(all => all.reduce<Tunnel | null>((outer, { kind, id, words }) => new Tunnel(kind, id, words, outer), null) as Tunnel);

describe('Tunnel', () => {
	it('should be written as its kind, its number, its ends, and what it is in', () => {
		const vxlan = new Tunnel('vxlan', 42, []);
		expect(String(vxlan)).toBe('vxlan 42');
		expect(String(new Tunnel('vxlan', 0, []))).toBe('vxlan 0');
		expect(String(new Tunnel('gre', 0, ends4))).toBe('gre 10.0.0.1-10.0.0.2');
		expect(String(new Tunnel('gre', 7, ends6, vxlan))).toBe('gre 7 2001:db8::1-2001:db8::2 in vxlan 42');
		expect(JSON.stringify({ vxlan })).toBe('{"vxlan":"vxlan 42"}');
		expect([vxlan.endpoints, new Tunnel('ipip', 0, ends4).endpoints]).toEqual([[], ['10.0.0.1', '10.0.0.2']]);
	});

	it('should be the same from its numbers, with all that it is in', () => {
		fc.assert(
			fc.property(tunnels, tunnel => {
				const again = Tunnel.fromNumbers(tunnel.toNumbers()) as Tunnel;
				expect(String(again)).toBe(String(tunnel));
				expect(again.equals(tunnel)).toBe(true);
				expect(again.hash).toBe(tunnel.hash);
			}),
		);
		expect(Tunnel.fromNumbers([])).toBeNull();
	});

	it('should be another one with another kind, number, end, or outer tunnel', () => {
		const tunnel = new Tunnel('gre', 7, ends4, new Tunnel('vxlan', 42, []));
		const others = [
			new Tunnel('ipip', 7, ends4, tunnel.outer),
			new Tunnel('gre', 8, ends4, tunnel.outer),
			new Tunnel('gre', 7, [0x0a000001, 0x0a000003], tunnel.outer),
			new Tunnel('gre', 7, [], tunnel.outer),
			new Tunnel('gre', 7, ends4),
			new Tunnel('gre', 7, ends4, new Tunnel('vxlan', 43, [])),
		];
		for (const other of others) {
			expect(other.equals(tunnel) || tunnel.equals(other), String(other)).toBe(false);
			expect(other.hash, String(other)).not.toBe(tunnel.hash);
		}
		expect(new Tunnel('gre', 7, ends4, new Tunnel('vxlan', 42, [])).equals(tunnel)).toBe(true);
	});

	it('should have a hash of its own, of a hundred thousand networks', () => {
		const hashes = new Set(Array.from({ length: 100_000 }, (_, id) => new Tunnel('vxlan', id, []).hash));
		expect(hashes.size).toBeGreaterThan(99_990);
	});
});

describe('a flow in a tunnel', () => {
	const flow = new Flow(ends6, 1024, 80, 10, new Tunnel('gtp-u', 0, ends4));

	it('should be the same from its numbers', () => {
		for (const some of [flow, new Flow(ends4, 1024, 80, 0), new Flow(ends6, 1, 2, 3), new Flow(ends4, 1, 2, 3, flow.tunnel)]) {
			const again = Flow.fromNumbers(some.toNumbers());
			expect([String(again), again.vlan, String(again.tunnel)]).toEqual([String(some), some.vlan, String(some.tunnel)]);
		}
	});

	it('should have its reverse in the same tunnel', () => {
		expect(flow.reverse().tunnel).toBe(flow.tunnel);
	});
});
