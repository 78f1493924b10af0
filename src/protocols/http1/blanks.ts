/** Blanks behind a value do not belong to it; the library's patterns take quadratic time to find that out. */
export function withoutTrailingBlanks(line: string): string {
	let end = line.length;
	while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
	return line.slice(0, end);
}
