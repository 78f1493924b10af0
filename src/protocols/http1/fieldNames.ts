/** As many names are remembered at most. */
const NAMES_MAX = 256;
/** Longer names are not remembered. */
const NAME_CHARACTERS_MAX = 40;

interface Known {
	readonly name: string;
	readonly key: string;
}

const nobody: Known = { name: '', key: '' };
const known: Known[] = Array.from({ length: NAMES_MAX }, () => nobody);

/**
 * The name of a field in lower case.
 *
 * The same few names come again and again. To make a key of one, and to have V8 find it among all property names, takes as
 * long as to read the field. So the names that came last are remembered, each where its characters say.
 */
export function keyOfField(name: string): string {
	const { length } = name;
	if (length > NAME_CHARACTERS_MAX || length === 0) return name.toLowerCase();
	const at = (31 * length + 7 * name.charCodeAt(0) + name.charCodeAt(length - 1)) % NAMES_MAX;
	const here = known[at];
	if (here?.name === name) return here.key;
	const key = Object.keys({ [name.toLowerCase()]: true })[0] ?? ''; // the very text that V8 has for this property
	known[at] = { name: copyOf(name), key };
	return key;
}

/** The text by itself: a part of a text would keep all of that alive. */
function copyOf(text: string): string {
	return Buffer.from(text, 'latin1').toString('latin1');
}
