const LENGTH_MAX = 240;
const HEAD_LENGTH = 40;
const BEFORE_LENGTH = 40;
const AFTER_LENGTH = 80;

/**
 * A long text cut down to its head and to where it begins to differ from the most similar of the others; a text of up
 * to 240 characters as it is.
 */
export function excerpt(text: string, others: readonly string[]): string {
	if (text.length <= LENGTH_MAX) return text;
	const same = Math.max(0, ...others.filter(other => other !== text).map(other => commonLength(text, other)));
	const from = Math.max(HEAD_LENGTH, same - BEFORE_LENGTH);
	const to = Math.min(text.length, Math.max(from + AFTER_LENGTH, same + AFTER_LENGTH));
	const gap = from > HEAD_LENGTH ? ' … ' : '';
	const rest = to < text.length ? ` … (${text.length} characters)` : '';
	return `${text.slice(0, HEAD_LENGTH)}${gap}${text.slice(from, to)}${rest}`;
}

function commonLength(a: string, b: string): number {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length++;
	return length;
}
