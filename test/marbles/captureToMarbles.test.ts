import { EMPTY, firstValueFrom, from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { captureToMarbles } from '../../marbles/captureToMarbles.js';
import { frame } from '../../marbles/frame.js';
import { packetMarbles } from '../../marbles/index.js';
import { InitialNumbers } from '../../marbles/initialNumbers.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetFromLine } from '../../marbles/packetSource.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { reassemble } from '../../operators/reassemble.js';
import { Packet } from '../../src/packet.js';
import { Timestamp } from '../../src/timestamp.js';
import { TcpDecoder } from '../../src/wire/tcpDecoder.js';

const lines: readonly (readonly [ms: number, line: string])[] = [
	[1000, 'C> S 1000:1000(0) <mss 1460,unknown-34 0102>'],
	[1000, 'S> S. 5000:5000(0) ack 1001'],
	[1005, `C> P. 1004:1007(3) ack 5001 "D'F"`],
	[1006, 'C> P. 1001:1004(3) ack 5001 "ABC"'],
	[61_006, 'S> F. 5001:5101(100) ack 1007 "x"*100'],
];
const packets = from(lines.map(([ms, line], i) => packetFromLine(parsePacketLine(line), ms, i + 7)));
const flow = '10.0.0.1:1024->10.0.0.2:80';

describe('captureToMarbles', () => {
	it('should write a test', async () => {
		expect(await firstValueFrom(packets.pipe(captureToMarbles(flow)))).toMatchInlineSnapshot(`
			"import { packetMarbles } from 'rx-reassembly/marbles';
			import { decodeTcp, reassemble } from 'rx-reassembly/operators';
			import { it } from 'vitest';

			// 10.0.0.1:1024->10.0.0.2:80, 5 packets: from 7 to 11 of the capture.
			it('should reassemble 10.0.0.1:1024->10.0.0.2:80', () => {
				packetMarbles(({ packets, expectChunks }) => {
					const marbles = ' ab---cd--- 59996ms e|---';
					const expected = 'AB----(CD) 59996ms E(F|)';
					const source = packets(marbles, {
						a: 'C> S 1000:1000(0) <mss 1460,unknown-34 0102>',
						b: 'S> S. 5000:5000(0) ack +1 @0.000',
						c: 'C> P. +4:+7(3) ack +1 "D\\'F"',
						d: 'C> P. +1:+4(3) ack +1 "ABC"',
						e: 'S> F. +1:+101(100) ack +7 "x"*100',
					});
					expectChunks(source.pipe(decodeTcp(), reassemble()), expected, {
						A: 'C> start',
						B: 'S> start',
						C: 'C> "ABC"',
						D: 'C> "D\\'F"',
						E: 'S> "x"*100 end fin',
						F: 'C> eof',
					});
				});
			});
			"
		`);
	});

	it('should say what it cut off', async () => {
		const source = await firstValueFrom(packets.pipe(captureToMarbles(flow, { framework: 'jest', maxPackets: 3, name: "it's" })));
		expect(source).toContain("import { it } from '@jest/globals';");
		expect(source).toContain('3 packets: from 7 to 9 of the capture.\n// Cut off here: 2 more packets are left out.\n');
		expect(source).toContain("it('it\\'s', () => {");
		expect(await firstValueFrom(packets.pipe(captureToMarbles(flow, { maxBytes: 99 })))).toContain('Cut off here: 1 more packets');
	});

	it('should name the flows that there are instead', async () => {
		await expect(firstValueFrom(packets.pipe(captureToMarbles('a->b')))).rejects.toThrow(`no packet of a->b; there is ${flow}`);
		await expect(firstValueFrom(EMPTY.pipe(captureToMarbles('a->b')))).rejects.toThrow('no packet of a->b; there is no TCP at all');
	});

	it('should name some of them, each connection once, where there are many', async () => {
		const names = [...'ABCDEFGHIJKL'];
		const both = names.flatMap(name => [`${name}:C> S 0:0(0)`, `${name}:S> S. 0:0(0) ack 1`]);
		const many = from(both.map((line, i) => packetFromLine(parsePacketLine(line), i, i + 1)));
		const some = names.slice(0, 10).map((_, i) => `10.0.0.1:${1025 + i}->10.0.0.2:80`);
		const message = `captureToMarbles: no packet of a?->b; there is ${some.join(', ')}, others`;
		await expect(firstValueFrom(many.pipe(captureToMarbles('a\x07->b')))).rejects.toThrow(new Error(message));
	});

	it('should write a segment that its host had not split yet as those that were sent', async () => {
		const segments = new TcpDecoder();
		const [syn, start] = ['C> S 999:999(0)', 'C> FP. 1000:66000(65000) ack 1 "a"*65000'].map(parsePacketLine);
		if (syn === undefined || start === undefined) throw new Error('no lines');
		const bytes = new Uint8Array([...frame(start), ...new TextEncoder().encode('x'.repeat(1000))]);
		// As offloading hosts have it: a total length of 0.
		bytes.set([0, 0], 16);
		const large = new Packet(bytes, 0, bytes.length, bytes.length + 7, Timestamp.fromMs(1), 2, packetFromLine(syn, 0).source);
		expect(segments.decode(large)?.length).toBe(66_000);
		const source = await firstValueFrom(from([packetFromLine(syn, 0, 1), large]).pipe(captureToMarbles(flow, { maxBytes: 100_000 })));
		expect(source).toContain('C> . +1:+65496(65495) ack 1 "a"*65000+"x"*495');
		expect(source).toMatch(/C> FP\. \+65496:\+66008\(512\) ack 1 cut 7 .*"x"\*505\+/);
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => captureToMarbles('')).toThrow('captureToMarbles: which must be a Flow or a text that is not empty, but is ""');
		expect(() => captureToMarbles(flow, { framework: 'mocha' as 'jest' })).toThrow(TypeError);
		expect(() => captureToMarbles(flow, { maxPackets: 0 })).toThrow('option maxPackets must be a whole number from 1 to');
	});
});

describe('sequence numbers with a plus', () => {
	it('should count from the SYN of their side', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('STab|', {
				S: 'C> S 4294967295:4294967295(0)',
				T: 'S> S. 77:77(0) ack +1',
				a: 'C> . +1:+4(3) ack +1 "ABC"',
				b: 'S> . +1:+4(3) ack +4 "xyz"',
			});
			expectChunks(source.pipe(decodeTcp(), reassemble()), 'STab(cs|)', {
				S: 'C> start',
				T: 'S> start',
				a: 'C> "ABC"',
				b: 'S> "xyz"',
				c: 'C> eof',
				s: 'S> eof',
			});
		});
	});

	it('should count from the last SYN before, else from the first one, else from 0', () => {
		const [early, syn, later] = ['C> . +1:+1(0)', 'C> S 10:10(0)', 'C> S 20:20(0)'].map(parsePacketLine);
		if (!early || !syn || !later) throw new Error('no lines');
		const isns = new InitialNumbers([early, syn, early, later, early]);
		expect([early, syn, early, later, early].map(line => isns.absolute(line).seq)).toEqual([11, 10, 11, 20, 21]);
		expect(new InitialNumbers([]).absolute(early).seq).toBe(1);
	});
});
