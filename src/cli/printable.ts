/** What a peer sent may be anything, also what a terminal obeys: only lines, tabs and visible characters stay as they are. */
export function printable(text: string): string {
	return text.replace(/\r\n/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '.');
}

/** The same where lines and spaces would mislead too, as in a name: all but visible ASCII is written as `\\x0a`. */
export function escaped(text: string): string {
	return text.replace(/[^\x21-\x7e]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
