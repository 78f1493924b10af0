const WRONG_LAST_SEQUENCE = [10_071, 10_164];

/** Whether a compare-and-set has failed since somebody else was there first. */
export function isConflict(error: unknown): boolean {
	return WRONG_LAST_SEQUENCE.includes((error as { code?: number } | null)?.code ?? 0) || /wrong last sequence/.test(String(error));
}

/** Whether the stream behind a bucket is not there any more. */
export function isGone(error: unknown): boolean {
	return (error as { code?: number } | null)?.code === 10_059;
}
