import { describe, expect, it } from 'vitest';
import { drawMarbles } from '../../marbles/drawMarbles.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetFromLine } from '../../marbles/packetSource.js';

const lines: readonly (readonly [ms: number, line: string])[] = [
	[0, 'C> S 1000:1000(0)'],
	[1, 'S> S. 5000:5000(0) ack 1001'],
	[5, 'C> P. 1004:1007(3) ack 5001 "DEF"'],
	[6, 'C> P. 1001:1004(3) ack 5001 "ABC"'],
	[8, 'C> P. 1001:1004(3) ack 5001 "ABC"'],
	[9, 'C> P. 1010:1013(3) ack 5001 "JKL"'],
	[3000, 'S> P. 5001:5003(2) ack 1007 "ok"'],
];
const packets = lines.map(([ms, line], i) => packetFromLine(parsePacketLine(line), ms, i + 1));
const flow = '10.0.0.1:1024->10.0.0.2:80';

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
	});

	it('should say how much it does not draw', () => {
		expect(drawMarbles(packets, flow, { maxPackets: 2 })).toContain('… 5 more packets are not drawn');
	});
});
