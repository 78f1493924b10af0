import { describe, expect, it } from 'vitest';
import { drawMarbles } from '../../marbles/drawMarbles.js';
import { expectPrintable, flow, notesIn, packetsAt, wordsOfSvg } from './drawings.js';

const packets = packetsAt(
	[0, 'C> S 1000:1000(0)'],
	[1, 'S> S. 5000:5000(0) ack 1001'],
	[5, 'C> P. 1004:1007(3) ack 5001 "DEF"'],
	[6, 'C> P. 1001:1004(3) ack 5001 "ABC"'],
	[8, 'C> P. 1001:1004(3) ack 5001 "ABC"'],
	[9, 'C> P. 1010:1013(3) ack 5001 "JKL"'],
	[3000, 'S> P. 5001:5003(2) ack 1007 "ok"'],
);

/** The four rows of a picture, without their names. */
function rowsOf(text: string): string[] {
	return text
		.split('\n')
		.filter(line => /^(client|server) (sends|stream) /.test(line))
		.map(line => line.slice(15));
}

describe('drawMarbles', () => {
	it('should show what was held, filled, sent again, flushed and lost', () => {
		expect(drawMarbles(packets, flow, { flushOlderThanMs: 1000 })).toMatchInlineSnapshot(`
			"client 10.0.0.1:1024, server 10.0.0.2:80

			ms             0  1  5    6   8  9    3000
			client sends   a─────c────d───e──f────!──────!──
			server sends   ───b───────────────────!───g──!──
			client stream  a─────(c)──dc──×──(f)──~f────────
			server stream  ───b───────────────────────g─────

			a     0 ms  C> S 1000:1000(0)
			b     1 ms  S> S. 5000:5000(0) ack +1
			c     5 ms  C> P. +4:+7(3) ack +1 "DEF"
			            ↑ held until d: bytes before it are missing
			d     6 ms  C> P. +1:+4(3) ack +1 "ABC"
			            ↑ fills the hole: c can come out too
			e     8 ms  C> P. +1:+4(3) ack +1 "ABC"
			            ↑ sent again: nothing new, so dropped
			f     9 ms  C> P. +10:+13(3) ack +1 "JKL"
			            ↑ held until the flush: bytes before it are missing
			!  3000 ms  flush: no longer waited for
			            ↑ 3 bytes of the client never came; f comes out
			g  3000 ms  S> P. +1:+3(2) ack +7 "ok"
			!  3000 ms  the end of what is drawn
			            ↑ both streams: still open

			a below: bytes of packet a come out   (a) held: bytes before it are missing
			× dropped   ~ bytes that never came   ! no packet: a flush, or the end"
		`);
	});

	it('should be the picture in the documentation', async () => {
		const svg = drawMarbles(packets, flow, { flushOlderThanMs: 1000, width: 100, format: 'svg' });
		await expect(svg).toMatchFileSnapshot('../../docs/pictures/loss.svg');
		expect(svg).toContain('C&gt; P. +1:+4(3) ack +1 &quot;ABC&quot;');
		expect(wordsOfSvg(svg)).toContain('C> P. +1:+4(3) ack +1 "ABC"');
	});

	it('should break a line that is too long into bands, each with what was sent above what came of it', () => {
		const narrow = drawMarbles(packets, flow, { flushOlderThanMs: 1000, width: 40 });
		expectPrintable(narrow, 40);
		expect(narrow.split('\n').slice(0, 12).join('\n')).toMatchInlineSnapshot(`
			"client 10.0.0.1:1024, server 10.0.0.2:80

			ms             0  1  5    6   8
			client sends   a─────c────d───e──…
			server sends   ───b──────────────…
			client stream  a─────(c)──dc──×──…
			server stream  ───b──────────────…

			ms               9    3000
			client sends   …─f────!──────!──
			server sends   …──────!───g──!──
			client stream  …─(f)──~f────────"
		`);
		const wide = rowsOf(drawMarbles(packets, flow, { flushOlderThanMs: 1000, width: 200 }));
		const joined = [0, 1, 2, 3].map(row =>
			rowsOf(narrow)
				.filter((_, i) => i % 4 === row)
				.join('')
				.replaceAll('……─', '')
				.replaceAll('…', ''),
		);
		expect(joined).toEqual(wide);
	});

	it('should say beside a packet what became of it where there is room', () => {
		expect(notesIn(drawMarbles(packets, flow, { flushOlderThanMs: 1000, width: 200 }))).toEqual({
			c: 'held until d: bytes before it are missing',
			d: 'fills the hole: c can come out too',
			e: 'sent again: nothing new, so dropped',
			f: 'held until the flush: bytes before it are missing',
			'!': 'both streams: still open',
		});
	});

	it('should say how much it does not draw', () => {
		expect(drawMarbles(packets, flow, { maxPackets: 2 })).toContain('\n… 5 more packets are not drawn\n');
		expect(drawMarbles(packets, flow, { maxPackets: 6, format: 'svg' })).toContain('>… 1 more packet is not drawn<');
		expect(drawMarbles(packets, flow)).not.toContain('not drawn');
	});

	it('should name the flows that there are if there is no packet of this one', () => {
		expect(() => drawMarbles(packets, 'a->\x1bb')).toThrow(new Error(`drawMarbles: no packet of a->?b; there is ${flow}`));
		expect(() => drawMarbles([], flow)).toThrow(`drawMarbles: no packet of ${flow}; there is no TCP at all`);
	});

	it('should refuse a width in which nothing can be drawn', () => {
		expect(() => drawMarbles(packets, flow, { width: 39 })).toThrow('drawMarbles: option width must be a whole number from 40 to 10000');
	});
});

describe('what drawMarbles says of a packet', () => {
	const handshake = [
		[0, 'C> S 0:0(0)'],
		[0, 'S> S. 0:0(0) ack 1'],
	] as const;
	/** The notes, and the row of the client's stream, of a connection that goes on like this. */
	function shown(...lines: readonly string[]): { notes: Readonly<Record<string, string>>; stream: string } {
		const text = drawMarbles(packetsAt(...handshake, ...lines.map((line, i) => [i + 1, line] as const)), flow, { width: 300 });
		return { notes: notesIn(text), stream: (rowsOf(text)[2] ?? '').replaceAll('─', '') };
	}

	it('should tell what is partly new from what is not', () => {
		const { notes, stream } = shown('C> . 1:4(3) "ABC"', 'C> . 1:7(6) "ABCDEF"', 'C> . 4:7(3) "DEF"');
		expect(notes).toMatchObject({ d: '3 of its 6 bytes were sent before', e: 'sent again: nothing new, so dropped' });
		expect(stream).toBe('acd×');
	});

	it('should tell what was sent again while the first was held', () => {
		const { notes, stream } = shown('C> . 4:7(3) "DEF"', 'C> . 4:7(3) "DEF"', 'C> . 1:4(3) "ABC"');
		expect(notes).toMatchObject({
			c: 'held until e: bytes before it are missing',
			d: 'sent again: nothing new, so dropped',
			e: 'fills the hole: c can come out too',
		});
		expect(stream).toBe('a(c)×ec');
	});

	it('should not call sent again what is dropped for another reason', () => {
		const { notes, stream } = shown('C> F. 1:1(0)', 'C> . 2:5(3) "ABC"');
		expect(notes.d).toBe('dropped; bytes behind the FIN');
		expect(stream).toBe('a|×');
	});

	it('should tell where other bytes came for the same place', () => {
		const { notes } = shown('C> . 4:7(3) "DEF"', 'C> . 4:7(3) "DXF"', 'C> . 1:4(3) "ABC"');
		expect(notes.d).toContain('other bytes than before for the same place');
	});

	it('should tell a repeated SYN and a repeated FIN', () => {
		expect(shown('C> S 0:0(0)', 'C> F. 1:1(0)', 'C> F. 1:1(0)').notes).toMatchObject({
			c: 'sent again',
			e: expect.stringContaining('sent again'),
		});
	});

	it('should count a new connection between the same ends anew', () => {
		const { notes } = shown('C> . 1:4(3) "ABC"', 'C> R. 4:4(0)', 'C> S 900:900(0)', 'S> S. 900:900(0) ack 901', 'C> . 901:904(3) "ABC"');
		expect(notes.d).toBe('both streams: cut off (RST)');
		expect(notes.g).toBeUndefined();
	});

	it('should tell that the start was not seen', () => {
		const text = drawMarbles(packetsAt([0, 'C> . 100:103(3) "ABC"']), flow, { width: 300 });
		expect(notesIn(text).a).toBe('held until the end: bytes before it are missing');
		expect(notesIn(text)['!']).toContain('the start of the client was not seen; a comes out');
	});

	it('should tell what came with a SYN, and had to be accepted first', () => {
		const open = packetsAt([0, 'C> S 0:3(3) "ABC"'], [1, 'S> S. 0:0(0) ack 4']);
		const notes = notesIn(drawMarbles(open, flow, { width: 300 }));
		expect(notes).toMatchObject({ a: 'held until b: it came with the SYN', b: 'lets a come out' });
	});
});

describe('a picture of much', () => {
	const many = packetsAt(
		[0, 'C> S 0:0(0)'],
		...Array.from({ length: 3000 }, (_, i) => [i, `C> . ${1001 + i * 10}:${1011 + i * 10}(10) "0123456789"`] as const),
	);

	it('should be no longer than it may, and say what is left out', () => {
		const text = drawMarbles(many, flow);
		expectPrintable(text, 80);
		expect(text.split('\n').length).toBeLessThan(250);
		expect(text).toContain('… 2941 more packets are not drawn');
	});

	it('should name only some of what comes out together', () => {
		const text = drawMarbles(many, flow, { maxPackets: 800, width: 300 });
		expectPrintable(text, 300);
		expect(text).toContain('1000 bytes of the client never came; b c d e f g h i and 791 more come out');
		expect(text).toContain('~bcde…');
		expect(wordsOfSvg(drawMarbles(many, flow, { maxPackets: 100, format: 'svg' }))).toContain('2901 more packets');
	});

	it('should shorten payloads', () => {
		const words = 'GET /<>&\'\\"\\x1b[2J\\x00';
		const line = `C> . 1:65496(65495) "${words}"+"x"*65480`;
		const text = drawMarbles(packetsAt([0, 'C> S 0:0(0)'], [1, line]), flow);
		expectPrintable(text, 80);
		expect(text).toContain(`C> . +1:+65496(65495) "GET /<>&'\\"\\x1b[2J…"\n`);
		expect(text.length).toBeLessThan(1000);
	});
});
