import { describe, expect, it } from 'vitest';
import { openCorpus } from '../support/corpus.js';
import { reasonOf } from './trust/reasons.js';
import { agrees, trustResultOf } from './trust/rows.js';
import { trustPage } from './trust/table.js';

const corpus = openCorpus('the captures that tools disagree about');

describe.skipIf(corpus === undefined)('captures that tools disagree about', () => {
	if (corpus === undefined) return;
	const captures = corpus.captures.filter(({ trust }) => trust < 3);

	it.each(captures)('should be told as others do, or for a reason that was looked at: $path', async capture => {
		const { rows, hasTcpflow } = await trustResultOf(corpus, capture);
		const unexplained = rows.filter(row => !agrees(row, hasTcpflow) && reasonOf(row.path, row.flow) === undefined);
		expect(unexplained).toEqual([]);
	});
});

describe('the page about captures that tools disagree about', () => {
	const said = (bytes: number, skipped = 0) => ({ bytes, skipped, sha256: String(bytes).padStart(64, '0') });

	it('should say how many flows differ, which, and why', () => {
		const path = 'netem/d5-v4-wrap-reuse-rst.pcap';
		const same = { path, flow: 'a->b', ours: said(5), tshark: said(5), tcpflow: said(5) };
		const other = { path, flow: 'b->a', ours: said(7, 2), tshark: said(8), tcpflow: undefined };
		const page = trustPage([{ path, trust: 1, rows: [same, other], hasTcpflow: true }]);
		expect(page).toContain(`| \`${path}\` | 2 | 1 |  |`);
		expect(page).toContain('### A reset ends the connection');
		expect(page).toContain('| `b->a` | 7 k2 `00000000` | 8 `00000000` | - |');
		expect(page).not.toContain('`a->b`');
	});

	it('should say without which tool it was made, and what nobody has looked at', () => {
		const row = { path: 'new.pcap', flow: 'a->b', ours: said(1), tshark: said(2), tcpflow: undefined };
		const page = trustPage([{ path: 'new.pcap', trust: 1, rows: [row], hasTcpflow: false }]);
		expect(page).toContain('without tcpflow');
		expect(page).toContain('Nobody has looked at these yet.');
	});
});
