import { describe, expect, it } from 'vitest';
import { TunnelCache } from '../../../src/wire/tunnelCache.js';

const block = Uint8Array.of(10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 1);

describe('TunnelCache', () => {
	it('should have the same tunnel for both directions, the lower end first', () => {
		const cache = new TunnelCache();
		const there = cache.find('gre', 7, block, 0, 1, null);
		expect(cache.find('gre', 7, block, 4, 1, null)).toBe(there);
		expect(String(there)).toBe('gre 7 10.0.0.1-10.0.0.2');
		expect(cache.find('gre', 8, block, 0, 1, null)).not.toBe(there);
		expect(cache.find('gre', 7, block, 0, 1, there)).not.toBe(there);
	});

	it('should order addresses without sign', () => {
		const high = Uint8Array.of(0xc0, 0, 2, 1, 10, 0, 0, 2);
		expect(String(new TunnelCache().find('ipip', 0, high, 0, 1, null))).toBe('ipip 10.0.0.2-192.0.2.1');
	});

	it('should go on with more networks than it keeps', () => {
		const cache = new TunnelCache();
		const first = cache.find('vxlan', 0, block, 0, 0, null);
		for (let id = 0; id < 20_000; id++) expect(cache.find('vxlan', id, block, 0, 0, null).id).toBe(id);
		expect(cache.find('vxlan', 0, block, 0, 0, null).equals(first)).toBe(true);
	});
});
