import { describe, it } from 'vitest';
import { packetMarbles } from '../../marbles/index.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { reassemble } from '../../operators/reassemble.js';

const handshake = {
	S: 'C> S 1000:1000(0) <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>',
	T: 'S> S. 5000:5000(0) ack 1001',
	U: 'C> . 1001:1001(0) ack 5001',
};

describe('packetMarbles with decodeTcp and reassemble', () => {
	it('should run the example of its documentation', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('  S-b-a---|', {
				S: 'C> S 0:0(0)',
				a: 'C> . 1:4(3) "ABC"',
				b: 'C> . 4:7(3) "DEF"',
			});
			expectChunks(source.pipe(decodeTcp(), reassemble()), 's---(ab)(e|)', {
				s: 'C> start',
				a: 'C> "ABC"',
				b: 'C> "DEF"',
				e: 'C> eof',
			});
		});
	});

	it('should show reordered segments in order', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('     STU-b-a---c|', {
				...handshake,
				b: 'C> P 1004:1007(3) ack 5001 "DEF"',
				a: 'C> . 1001:1004(3) ack 5001 "ABC"',
				c: 'C> . 1007:1010(3) ack 5001 "GHI"',
			});
			const expected = '           st----(ab)c(xy|)';
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, {
				s: 'C> start',
				t: 'S> start',
				a: 'C> "ABC"',
				b: 'C> "DEF"',
				c: 'C> "GHI"',
				x: 'C> eof',
				y: 'S> eof',
			});
		});
	});

	it('should say the gap when the packets end before it fills', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('     STU-a-c-f---|', {
				...handshake,
				a: 'C> . 1001:1004(3) ack 5001 "ABC"',
				c: 'C> . 1007:1010(3) ack 5001 "GHI"',
				f: 'C> F. 1010:1010(0) ack 5001',
			});
			const expected = '           st--a-------(cey|)';
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, {
				s: 'C> start',
				t: 'S> start',
				a: 'C> "ABC"',
				c: 'C> k3 "GHI"',
				e: 'C> end fin',
				y: 'S> eof',
			});
		});
	});

	it('should run a hot source through a reset', () => {
		packetMarbles(({ hotPackets, expectChunks }) => {
			const source = hotPackets('  --^Sa-r-|', { ...handshake, a: 'C> . 1001:1101(100) "0123456789"*10', r: 'C> R 1101:1101(0)' });
			const expected = '             -sb-x-|';
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, {
				s: 'C> start',
				b: 'C> "0123456789"*10',
				x: 'C> rst',
			});
		});
	});

	it('should keep connections, VLANs and versions of IP apart', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('     abcd|', {
				a: 'A:C> S 0:0(0)',
				b: 'B:C> S 0:0(0) pad',
				c: 'C> S 0:0(0) vlan 10',
				d: 'C> S 0:0(0) ip6',
			});
			expectChunks(source.pipe(decodeTcp({ checksums: 'verify' }), reassemble()), 'abcd(efgh|)', {
				a: 'A:C> start',
				b: 'B:C> start',
				c: 'C> vlan 10 start',
				d: 'C> ip6 start',
				e: 'A:C> eof',
				f: 'B:C> eof',
				g: 'C> vlan 10 eof',
				h: 'C> ip6 eof',
			});
		});
	});
});
