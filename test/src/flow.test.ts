import { describe, expect, it } from 'vitest';
import { Endpoint, Flow } from '../../src/flow.js';

const ipv4 = new Flow([0x0a000001, 0x0a000002], 1234, 80, 0);
const ipv6 = new Flow([0x20010db8, 0, 0, 1, 0, 0, 0, 1], 1234, 443, 10);

describe('Flow', () => {
	it('should be written as source->destination', () => {
		expect(String(ipv4)).toBe('10.0.0.1:1234->10.0.0.2:80');
		expect(String(ipv6)).toBe('[2001:db8::1]:1234->[::1]:443');
	});

	it('should have the same ends at every call', () => {
		expect(ipv6.source).toEqual(new Endpoint('2001:db8::1', 1234));
		expect(ipv6.destination).toEqual(new Endpoint('::1', 443));
		expect(ipv4.source).toBe(ipv4.source);
		expect(ipv4.destination).toBe(ipv4.destination);
	});

	it('should have a reverse, on the same VLAN', () => {
		expect(String(ipv4.reverse())).toBe('10.0.0.2:80->10.0.0.1:1234');
		expect(String(ipv6.reverse())).toBe('[::1]:443->[2001:db8::1]:1234');
		expect(ipv6.reverse().vlan).toBe(10);
	});

	it('should be its text in JSON, and so should an endpoint', () => {
		expect(JSON.stringify({ flow: ipv4, end: ipv6.destination })).toBe('{"flow":"10.0.0.1:1234->10.0.0.2:80","end":"[::1]:443"}');
	});
});

describe('Endpoint', () => {
	it('should put an IPv6 address in brackets', () => {
		expect(String(new Endpoint('::1', 80))).toBe('[::1]:80');
		expect(String(new Endpoint('10.0.0.1', 65_535))).toBe('10.0.0.1:65535');
	});
});
