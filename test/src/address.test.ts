import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/address.js';

/** The text of an IPv6 address that is given by its eight groups. */
function format(groups: readonly number[]): string {
	const words = [0, 2, 4, 6].map(i => ((groups[i] as number) << 16) | (groups[i + 1] as number));
	return formatAddress([...words, 0, 0, 0, 0], 0);
}

describe('IPv4 addresses', () => {
	it.each([
		[0, '0.0.0.0'],
		[0x0a000001, '10.0.0.1'],
		[-1, '255.255.255.255'],
		[0xc0a80001 | 0, '192.168.0.1'],
	])('should be four decimal numbers: %i', (word, text) => {
		expect(formatAddress([word, 7], 0)).toBe(text);
		expect(formatAddress([7, word], 1)).toBe(text);
	});
});

describe('IPv6 addresses (RFC 5952)', () => {
	it.each([
		['no leading zeros', [0x2001, 0xdb8, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf], '2001:db8:a:b:c:d:e:f'],
		['lower case', [0x2001, 0xdb8, 0xaaaa, 0xbbbb, 0xcccc, 0xdddd, 0xeeee, 0xffff], '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'],
		['zeros as short as possible', [0x2001, 0xdb8, 0, 0, 0, 0, 2, 1], '2001:db8::2:1'],
		['one zero group is not shortened', [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], '2001:db8:0:1:1:1:1:1'],
		['the longest run', [0x2001, 0, 0, 1, 0, 0, 0, 1], '2001:0:0:1::1'],
		['the first of equally long runs', [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], '2001:db8::1:0:0:1'],
		['zeros at the start', [0, 0, 0, 0, 0, 0, 0, 1], '::1'],
		['zeros at the end', [0xfe80, 0, 0, 0, 0, 0, 0, 0], 'fe80::'],
		['nothing but zeros', [0, 0, 0, 0, 0, 0, 0, 0], '::'],
		['an IPv4 address in it', [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201], '::ffff:192.0.2.1'],
		['two groups of ones', [0, 0, 0, 0, 0xffff, 0xffff, 0xc000, 0x0201], '::ffff:ffff:c000:201'],
	])('should be written with %s', (_, groups, text) => {
		expect(format(groups)).toBe(text);
	});

	it('should be written as the URL standard does, but for IPv4 in IPv6', () => {
		const group = fc.oneof(fc.constant(0), fc.constant(1), fc.nat(0xffff));
		const groups = fc
			.array(group, { minLength: 8, maxLength: 8 })
			.filter(([a, b, c, d, e, f]) => [a, b, c, d, e].some(x => x !== 0) || f !== 0xffff);
		fc.assert(
			fc.property(groups, given => {
				const url = new URL(`http://[${given.map(each => each.toString(16)).join(':')}]/`);
				expect(`[${format(given)}]`).toBe(url.hostname);
			}),
			{ numRuns: 500 },
		);
	});
});
