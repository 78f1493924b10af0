import { type Reason, reasonOf } from './reasons.js';
import { agrees, type Said, type TrustResult, type TrustRow } from './rows.js';

/** The page that tells where we differ from other tools, and why. */
export function trustPage(results: readonly TrustResult[]): string {
	return [opening, summaryTable(results), '## Where we differ', ...groups(results), ''].join('\n\n');
}

const opening = `# Captures that tools disagree about

Of captures on which tshark, tcpflow and a third tool agree, we give the same bytes; the tests hold that. This page is about the others: captures with
holes, contradictions and damage, where the tools do not agree with each other. \`npm run trust-table\` writes it from a folder of captures that
\`CORPUS_DIR\` names; tshark 4.0.17 was recorded with them, tcpflow is run.

A cell says how many bytes there are of a flow, how many of them are missing besides (\`k\`), and the start of their SHA-256.`;

function summaryTable(results: readonly TrustResult[]): string {
	const rows = results.map(({ path, rows, hasTcpflow }) => {
		const differing = rows.filter(row => !agrees(row, hasTcpflow)).length;
		return [`\`${path}\``, rows.length, differing, hasTcpflow ? '' : 'without tcpflow'];
	});
	return markdown(['capture', 'flows with payload', 'of them told differently', ''], rows);
}

interface Group extends Reason {
	readonly rows: readonly TrustRow[];
}

function groups(results: readonly TrustResult[]): string[] {
	return grouped(results)
		.sort((a, b) => a.group.localeCompare(b.group))
		.map(({ group, why, rows }, i, all) => {
			const heading = all[i - 1]?.group === group ? [] : [`### ${group}`];
			return [...heading, why, table(rows)].join('\n\n');
		});
}

function grouped(results: readonly TrustResult[]): Group[] {
	const byWhy = new Map<string, Reason & { rows: TrustRow[] }>();
	for (const { rows, hasTcpflow } of results) {
		for (const row of rows.filter(row => !agrees(row, hasTcpflow))) {
			const { group, why } = reasonOf(row.path, row.flow) ?? { group: 'Not looked at', why: 'Nobody has looked at these yet.' };
			const found = byWhy.get(why) ?? { group, why, rows: [] };
			byWhy.set(why, found);
			found.rows.push(row);
		}
	}
	return [...byWhy.values()];
}

function table(rows: readonly TrustRow[]): string {
	const cells = rows.map(({ path, flow, ours, tshark, tcpflow }) => [`\`${path}\``, `\`${flow}\``, ...[ours, tshark, tcpflow].map(cell)]);
	return markdown(['capture', 'flow', 'ours', 'tshark', 'tcpflow'], cells);
}

function cell(said: Said | undefined): string {
	if (said === undefined) return '-';
	const { bytes, skipped = 0, sha256 } = said;
	return [bytes, ...(skipped > 0 ? [`k${skipped}`] : []), ...(bytes > 0 ? [`\`${sha256.slice(0, 8)}\``] : [])].join(' ');
}

function markdown(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
	const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
	return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
