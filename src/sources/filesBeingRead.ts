import { fstatSync, type Stats } from 'node:fs';

/** How many read each file, by device and inode: a file may have many names. */
const readers = new Map<string, number>();

const keyOf = ({ dev, ino }: Stats): string => `${dev} ${ino}`;

/** Notes that a file is being read; call what it returns once, when it no longer is. */
export function beginReading(stats: Stats): () => void {
	const key = keyOf(stats);
	readers.set(key, (readers.get(key) ?? 0) + 1);
	return () => {
		const left = (readers.get(key) ?? 1) - 1;
		if (left > 0) readers.set(key, left);
		else readers.delete(key);
	};
}

/** Whether somebody in this process reads that file, be it as standard input. */
export function isBeingRead(stats: Stats): boolean {
	return readers.has(keyOf(stats)) || isStandardInput(stats);
}

function isStandardInput(stats: Stats): boolean {
	try {
		return keyOf(fstatSync(0)) === keyOf(stats);
	} catch {
		// It is closed.
		return false;
	}
}
