/** Whether a number is one of those that are sent at random, so that nobody relies on knowing all (RFC 8701, section 2). */
function isGrease(value: number): boolean {
	return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

/** Those that are not. */
export function withoutGrease(values: readonly number[]): number[] {
	return values.filter(value => !isGrease(value));
}
