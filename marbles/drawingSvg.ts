import { type Band, type BandMoment, bandsOf, timesOf } from './drawingBands.js';
import { keyItems, legendLines } from './drawingLegend.js';
import { type Mark, type MarkKind, rowLabels, STREAM_BELOW } from './drawingMarks.js';
import type { Picture } from './drawingPicture.js';
import { wrapped } from './wrapped.js';

/** Pixels. */
const CHARACTER = 8;
const MARGIN = 20;
const LEFT = 145;
const MARBLE = 26;
const SLOT = MARBLE + 2;
const GAP = 18;
const ROW = 44;
const LINE = 20;
const TIMES = 24;
const colors = ['#2f6fd0', '#c2571a', '#2f6fd0', '#c2571a'] as const;
const fills: Readonly<Partial<Record<MarkKind, string>>> = {
	dropped: '#888',
	missing: '#b3202c',
	end: '#333',
	flush: '#777',
	more: '#999',
};

/** Draws pictures one below the other as an SVG image on a light ground, so that it reads in the dark too. */
export function drawSvg(pictures: readonly Picture[], columns: number): string {
	const width = MARGIN * 2 + CHARACTER * columns;
	let height = 0;
	const parts = pictures.flatMap(picture => {
		const drawing = new Drawing(picture, width, columns, height);
		height = drawing.bottom;
		return drawing.parts;
	});
	const titles = pictures.map(({ title }) => title).join('; ');
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="13">`,
		`<title>${escaped(titles)}</title>`,
		`<rect width="${width}" height="${height}" fill="#fcfcfa"/>`,
		...parts,
		'</svg>',
		'',
	].join('\n');
}

/** Where a marble is. */
interface Place {
	readonly x: number;
	readonly y: number;
	readonly band: number;
	readonly moment: number;
	readonly mark: Mark;
	readonly row: number;
}

class Drawing {
	readonly parts: string[] = [];
	bottom: number;
	private readonly places: Place[] = [];

	constructor(
		private readonly picture: Picture,
		private readonly width: number,
		private readonly columns: number,
		top: number,
	) {
		this.bottom = top + 6;
		for (const line of wrapped(picture.title, columns, '  ')) this.line(line, ' font-weight="bold"');
		this.drawBands();
		this.drawKey();
		this.drawLegend();
		this.bottom += MARGIN;
	}

	private drawBands(): void {
		const { marks } = this.picture;
		const widths = marks.map(rows => GAP + SLOT * Math.max(1, ...rows.map(row => row.length)));
		const bands = bandsOf(widths, this.width - LEFT - 2 * MARGIN);
		const tops = bands.map((_, i) => this.bottom + i * (TIMES + ROW * rowLabels.length));
		for (const [i, band] of bands.entries()) this.placeBand(band, i, tops[i] as number);
		this.parts.push(...bands.flatMap((band, i) => this.band(band, tops[i] as number)));
		this.parts.push(...this.places.filter(({ row }) => row < STREAM_BELOW).flatMap(place => this.waysOf(place)));
		this.parts.push(...this.places.map(({ mark, x, y, row }) => marble(mark, x, y, colors[row] as string)));
		this.bottom = (tops.at(-1) as number) + TIMES + ROW * rowLabels.length + 8;
	}

	private placeBand({ moments }: Band, band: number, top: number): void {
		for (const { index, at, width } of moments) {
			for (const [row, marks] of (this.picture.marks[index] ?? []).entries()) {
				const y = top + TIMES + ROW * (row + 0.5);
				const from = LEFT + at + (width - SLOT * (marks.length - 1)) / 2;
				for (const [i, mark] of marks.entries()) this.places.push({ x: from + i * SLOT, y, band, moment: index, mark, row });
			}
		}
	}

	/** The times and the four lines of a band. */
	private band(band: Band, top: number): string[] {
		const times = this.picture.moments.map(({ ms }) => ms);
		const center = ({ at, width }: BandMoment) => LEFT + at + width / 2;
		const labels = timesOf(band, times, label => label.length * CHARACTER, CHARACTER * 2, this.width - LEFT - MARGIN).map(
			({ at, text: label }) => {
				const moment = band.moments.find(each => each.at === at) as BandMoment;
				return text(center(moment) - MARBLE / 2, top + 16, label, ' fill-opacity="0.7"');
			},
		);
		const [from, to] = [LEFT, this.width - MARGIN];
		const rows = rowLabels.flatMap((label, row) => {
			const y = top + TIMES + ROW * (row + 0.5);
			const more = [band.isFirst ? '' : text(from - 14, y + 4, '…', ''), band.isLast ? '' : text(to + 2, y + 4, '…', '')];
			return [text(MARGIN, y + 4, label, ''), `<line x1="${from}" x2="${to}" y1="${y}" y2="${y}" stroke="#999"/>`, ...more];
		});
		return [text(MARGIN, top + 16, 'ms', ' fill-opacity="0.7"'), ...labels, ...rows].filter(part => part !== '');
	}

	/** The way of a packet down to its stream, and from there, dashed, to where its bytes come out if they had to wait. */
	private waysOf(sent: Place): string[] {
		const color = colors[sent.row] as string;
		const below = this.places.filter(
			({ row, mark }) => row === sent.row + STREAM_BELOW && mark.packet === sent.mark.packet && mark.packet > 0,
		);
		const own =
			below.find(({ moment, mark }) => moment === sent.moment && mark.kind !== 'held') ??
			below.find(({ moment }) => moment === sent.moment);
		const held = below.find(({ mark }) => mark.kind === 'held');
		const later = below.filter(({ moment, mark }) => moment > sent.moment && mark.kind === 'bytes');
		const down = own === undefined ? [] : [path(`M${sent.x} ${sent.y}L${own.x} ${own.y}`, color, '')];
		return [...down, ...(held === undefined ? [] : later.map(out => path(this.wait(held, out), color, ' stroke-dasharray="4 4"')))];
	}

	private wait(held: Place, out: Place): string {
		const rise = MARBLE;
		if (held.band === out.band) return `M${held.x} ${held.y}Q${(held.x + out.x) / 2} ${held.y - 2 * rise} ${out.x} ${out.y}`;
		const [left, right] = [LEFT, this.width - MARGIN];
		return `M${held.x} ${held.y}Q${held.x + rise} ${held.y - rise} ${right} ${held.y - rise}M${left} ${out.y - rise}Q${out.x - rise} ${out.y - rise} ${out.x} ${out.y}`;
	}

	private drawKey(): void {
		let x = MARGIN;
		for (const [kind, meaning] of keyItems(this.picture.marks)) {
			const words = meaning.replace(/^(?:a below:|\(a\)|[×~|!…]) /, '');
			const width = MARBLE + 8 + words.length * CHARACTER + 16;
			if (x > MARGIN && x + width > this.width) {
				x = MARGIN;
				this.bottom += MARBLE + 4;
			}
			this.parts.push(marble({ kind, text: keyTexts[kind], packet: 0 }, x + MARBLE / 2, this.bottom + MARBLE / 2, '#555'));
			this.parts.push(text(x + MARBLE + 8, this.bottom + MARBLE / 2 + 4, words, ''));
			x += width;
		}
		this.bottom += MARBLE + 10;
	}

	private drawLegend(): void {
		const { moments, notes, letters, rest } = this.picture;
		const strong = { client: ` style="fill:${colors[0]}"`, server: ` style="fill:${colors[1]}"`, note: '' } as const;
		for (const line of legendLines(moments, notes, letters, this.columns)) {
			this.line(line.text, line.about === undefined ? '' : strong[line.about]);
		}
		if (rest !== '') this.line(rest, '');
	}

	private line(content: string, attributes: string): void {
		this.bottom += LINE;
		this.parts.push(text(MARGIN, this.bottom - 4, content, attributes));
	}
}

const keyTexts: Readonly<Record<MarkKind, string>> = {
	...{ packet: 'a', bytes: 'a', held: '(a)', dropped: '×', missing: '~', end: '|', flush: '!', more: '…' },
};

function marble({ kind, text: label }: Mark, x: number, y: number, color: string): string {
	const isHeld = kind === 'held';
	const fill = isHeld ? '#fcfcfa' : (fills[kind] ?? color);
	const dashes = isHeld ? ' stroke-dasharray="3 3"' : '';
	const circle = `<circle cx="${x}" cy="${y}" r="${MARBLE / 2}" fill="${fill}" stroke="${isHeld ? color : fill}"${dashes}/>`;
	return `${circle}\n${text(x, y + 4, label.replace(/[()]/g, ''), ` text-anchor="middle" style="fill:${isHeld ? color : '#fff'}"`)}`;
}

function path(d: string, color: string, attributes: string): string {
	return `<path d="${d}" fill="none" stroke="${color}" stroke-opacity="0.6"${attributes}/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
	return `<text x="${x}" y="${y}" fill="#222" xml:space="preserve"${attributes}>${escaped(content)}</text>`;
}

/** Nothing of this comes here but `<>&"`; what XML 1.0 cannot say (section 2.2) would be replaced. */
function escaped(content: string): string {
	return content
		.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
