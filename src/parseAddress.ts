/** The words of an address as text, IPv4 (1) or IPv6 (4, RFC 4291, section 2.2), each as it stands on the wire, signed; null if it is none. */
export function parseAddress(text: string): readonly number[] | null {
	if (text.length > 45) return null;
	if (!text.includes(':')) {
		const word = parseIpv4(text);
		return word === null ? null : [word];
	}
	return parseIpv6(text);
}

function parseIpv4(text: string): number | null {
	const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
	if (match === null) return null;
	const bytes = match.slice(1).map(Number);
	return bytes.some(byte => byte > 255) ? null : bytes.reduce((word, byte) => (word << 8) | byte, 0);
}

function parseIpv6(text: string): readonly number[] | null {
	const sides = text.split('::');
	if (sides.length > 2) return null;
	const [before, after] = sides.map((side, i) => groupsOf(side, i === sides.length - 1));
	if (before === null || before === undefined || after === null) return null;
	const missing = 8 - before.length - (after?.length ?? 0);
	// `::` stands for one group at least.
	if (after === undefined ? missing !== 0 : missing < 1) return null;
	const groups = [...before, ...new Array<number>(missing).fill(0), ...(after ?? [])];
	return [0, 2, 4, 6].map(i => ((groups[i] as number) << 16) | (groups[i + 1] as number));
}

/** The groups of 16 bits on one side of `::`; the last two of all may be written as IPv4. */
function groupsOf(side: string, isLast: boolean): number[] | null {
	if (side === '') return [];
	const groups: number[] = [];
	for (const [i, part, parts] of side.split(':').map((part, i, parts) => [i, part, parts] as const)) {
		const word = isLast && i === parts.length - 1 && part.includes('.') ? parseIpv4(part) : null;
		if (word !== null) groups.push(word >>> 16, word & 0xffff);
		else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
		else return null;
	}
	return groups;
}
