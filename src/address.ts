/** Formats the address that starts at `words[at]`; half of `words` long. */
export function formatAddress(words: readonly number[], at: number): string {
	return words.length === 2 ? formatIpv4(words[at] as number) : formatIpv6(words.slice(at, at + 4));
}

function formatIpv4(word: number): string {
	return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of two and more zero groups as `::`. */
function formatIpv6(words: readonly number[]): string {
	const groups = words.flatMap(word => [word >>> 16, word & 0xffff]);
	const [mapped0, mapped1, mapped2, embedded] = words as [number, number, number, number];
	if (mapped0 === 0 && mapped1 === 0 && mapped2 === 0xffff) return `::ffff:${formatIpv4(embedded)}`;
	const [from, length] = longestZeroRun(groups);
	const hex = groups.map(group => group.toString(16));
	if (length < 2) return hex.join(':');
	return `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): [from: number, length: number] {
	let best = 0;
	let bestLength = 0;
	let length = 0;
	for (let i = 0; i < groups.length; i++) {
		length = groups[i] === 0 ? length + 1 : 0;
		if (length > bestLength) {
			bestLength = length;
			best = i - length + 1;
		}
	}
	return [best, bestLength];
}
