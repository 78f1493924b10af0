/** A column of a table that is printed line by line, so that its width cannot be measured. */
export interface Column {
	readonly title: string;
	readonly width: number;
	/** Numbers stand at the right. */
	readonly right?: boolean;
}

/** One line: each cell in its column; what is too long pushes the others to the right. */
export function tableRow(columns: readonly Column[], cells: readonly string[]): string {
	const padded = columns.map(({ width, right }, i) => (right ? (cells[i] ?? '').padStart(width) : (cells[i] ?? '').padEnd(width)));
	return padded.join('  ').trimEnd();
}

/** The line of titles. */
export function tableHeader(columns: readonly Column[]): string {
	return tableRow(
		columns,
		columns.map(({ title }) => title),
	);
}
