/** Rows as a Markdown table: the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]?.length ?? 0)));
	const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => pad(cell, i, widths[i] ?? 0)).join(' | ')} |`;
	const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
	return [line(head), rule, ...rows.map(line)].join('\n');
}

function pad(cell: string, column: number, width: number): string {
	return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

export function mebibytes(bytes: number): string {
	return (bytes / 2 ** 20).toFixed(0);
}
