import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5 } from '../../../../src/protocols/tls/md5.js';
import { sha256 } from '../../../../src/protocols/tls/sha256.js';

describe.each([
	{ name: 'md5', digest: md5 },
	{ name: 'sha256', digest: sha256 },
])('$name', ({ name, digest }) => {
	const expected = (bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');

	it('should give what node:crypto gives, for every length around a block', () => {
		for (let length = 0; length <= 200; length++) {
			const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
			expect(digest(bytes)).toBe(expected(bytes));
		}
	});

	it('should give what node:crypto gives for any view of bytes', () => {
		const property = fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(100), (bytes, from) => {
			const view = bytes.subarray(Math.min(from, bytes.length));
			expect(digest(view)).toBe(expected(view));
		});
		fc.assert(property, { numRuns: 50 });
	});
});
