import { describe, expect, it } from 'vitest';
import { keyOfField } from '../../../../src/protocols/http1/fieldNames.js';

describe('keyOfField', () => {
	it('should be the name in lower case, whatever was asked for before', () => {
		const names = ['Host', 'HOST', 'host', '', 'a', 'A', '__proto__', 'X-\xc9', 'X'.repeat(41), '0', '10', 'Content-Length'];
		for (let i = 0; i < 3000; i++) names.push(`X-${(i * 7919) % 3001}`, 'Host');
		expect(names.map(keyOfField)).toEqual(names.map(name => name.toLowerCase()));
		expect(names.map(keyOfField)).toEqual(names.map(name => name.toLowerCase()));
	});
});
