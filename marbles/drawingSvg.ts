/** The rows of a picture, from above. */
export const rowLabels = ['client sends', 'server sends', 'client stream', 'server stream'] as const;

const COLUMN = 46;
const ROW = 44;
const LEFT = 135;
const LINE = 20;
const colors = ['#2f6fd0', '#c2571a', '#2f6fd0', '#c2571a'] as const;

/** Draws rows of marbles, and lines of text below them, as an SVG image on a light ground, so that it reads in the dark too. */
export function drawSvg(title: string, cells: readonly (readonly string[])[], lines: readonly string[]): string {
	const width = Math.max(LEFT + COLUMN * (cells.length + 1), 40 + 8 * Math.max(title.length, ...lines.map(line => line.length)));
	const top = 30;
	const below = top + ROW * rowLabels.length + 30;
	const rows = rowLabels.map((label, row) => drawRow(label, row, top + ROW * (row + 0.5), cells, width));
	const legend = lines.map((line, i) => text(20, below + i * LINE, line, ''));
	const height = below + lines.length * LINE;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="13">`,
		`<title>${escaped(title)}</title>`,
		`<rect width="${width}" height="${height}" fill="#fcfcfa"/>`,
		text(20, 22, title, ' font-weight="bold"'),
		...ways(cells, row => top + ROW * (row + 0.5)),
		...rows,
		...legend,
		'</svg>',
		'',
	].join('\n');
}

/** What lies between the row of packets of a side and that of its stream. */
const STREAM_BELOW = 2;

/** The way of each packet to where its bytes came out; dashed where they had to wait. */
function ways(cells: readonly (readonly string[])[], yOf: (row: number) => number): string[] {
	return [0, 1].flatMap(row =>
		cells.flatMap((cell, to) =>
			[...(cell[row + STREAM_BELOW] ?? '')].flatMap(key => {
				const from = cells.findIndex(other => other[row] === key);
				if (from < 0 || !/[a-z0-9]/i.test(key)) return [];
				const dashes = from === to ? '' : ' stroke-dasharray="4 4"';
				const [x1, x2] = [from, to].map(column => LEFT + COLUMN * (column + 0.5));
				const ends = `x1="${x1}" y1="${yOf(row)}" x2="${x2}" y2="${yOf(row + STREAM_BELOW)}"`;
				return [`<line ${ends} stroke="${colors[row]}" stroke-opacity="0.6"${dashes}/>`];
			}),
		),
	);
}

function drawRow(label: string, row: number, y: number, cells: readonly (readonly string[])[], width: number): string {
	const marbles = cells.map((cell, i) => drawMarble(cell[row] ?? '', LEFT + COLUMN * (i + 0.5), y, colors[row] as string));
	const line = `<line x1="${LEFT}" x2="${width - 20}" y1="${y}" y2="${y}" stroke="#999"/>`;
	return [text(20, y + 4, label, ''), line, ...marbles].filter(part => part !== '').join('\n');
}

function drawMarble(cell: string, x: number, y: number, color: string): string {
	if (cell === '' || cell === '─') return '';
	const fill = cell === '!' ? '#777' : cell.includes('~') ? '#b3202c' : color;
	const width = Math.max(26, 10 + 9 * cell.length);
	const box = `<rect x="${x - width / 2}" y="${y - 13}" width="${width}" height="26" rx="13" fill="${fill}"/>`;
	return `${box}\n${text(x, y + 4, cell, ' text-anchor="middle" style="fill:#fff"')}`;
}

function text(x: number, y: number, content: string, attributes: string): string {
	return `<text x="${x}" y="${y}" fill="#222" xml:space="preserve"${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
	return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
