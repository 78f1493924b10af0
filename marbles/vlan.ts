import type { LineReader } from './lineReader.js';

const expected = 'a VLAN id from 1 to 4094, or outer.inner';

/** Reads `10`, or `5.10` for a tag in a tag; the inner id is in the low 12 bits of the answer, as in a Flow. */
export function readVlan(reader: LineReader): number {
	const word = reader.next(expected);
	const [, first, second] = /^(\d+)(?:\.(\d+))?$/.exec(word.text) ?? [];
	const ids = [first, second].filter(id => id !== undefined).map(Number);
	if (ids.length === 0 || ids.some(id => id < 1 || id > 4094)) throw reader.error(word, expected);
	return ids.reduce((outer, inner) => (outer << 12) | inner, 0);
}

/** Prints what {@link readVlan} reads. */
export function printVlan(vlan: number): string {
	return vlan > 0xfff ? `${vlan >>> 12}.${vlan & 0xfff}` : String(vlan);
}

/** Whether {@link printVlan} can say it: at most two ids, each from 1 to 4094. */
export function isPrintableVlan(vlan: number): boolean {
	const ids = vlan > 0xfff ? [Math.floor(vlan / 0x1000), vlan & 0xfff] : [vlan];
	return ids.every(id => id >= 1 && id <= 4094);
}
