/**
 * Breaks a text into lines no longer than `width`, at blanks where there are some; the lines behind the first one are
 * indented.
 */
export function wrapped(text: string, width: number, indent: string): string[] {
	const lines: string[] = [];
	let rest = text;
	while (rest.length > width) {
		const least = lines.length === 0 ? 0 : indent.length;
		const blank = rest.lastIndexOf(' ', width);
		const at = blank > least ? blank : width;
		lines.push(rest.slice(0, at).trimEnd());
		rest = indent + rest.slice(at).trimStart();
	}
	return [...lines, rest];
}
