/** Places for names; a power of two. */
const PLACES = 512;
/** Longer names are not remembered. */
const NAME_CHARACTERS_MAX = 40;
/** V8 copies what is cut out of a text if it is shorter than this. */
const PART_CHARACTERS_MIN = 13;

interface Known {
	readonly name: string;
	readonly key: string;
}

const nobody: Known = { name: '', key: '' };
const known: Known[] = Array.from({ length: PLACES }, () => nobody);

/**
 * The name of a field in lower case.
 *
 * The same few names come again and again. To make a key of one, and to have V8 find it among all property names, takes as
 * long as to read the field. So the names that came last are remembered, each in one of two places that its characters say.
 */
export function keyOfField(name: string): string {
	const { length } = name;
	if (length === 0 || length > NAME_CHARACTERS_MAX) return name.toLowerCase();
	const sum = 37 * length + 11 * name.charCodeAt(0) + 5 * name.charCodeAt(length >> 1) + name.charCodeAt(length - 1);
	const first = sum & (PLACES - 1);
	const here = known[first];
	if (here?.name === name) return here.key;
	const second = first ^ 1;
	const there = known[second];
	if (there?.name === name) return there.key;
	known[second] = here ?? nobody;
	const made = knownOf(name);
	known[first] = made;
	return made.key;
}

function knownOf(name: string): Known {
	// A part of a text keeps all of that alive, but short ones are copied anyway.
	const copy = name.length < PART_CHARACTERS_MIN ? name : Buffer.from(name, 'latin1').toString('latin1');
	return { name: copy, key: copy.toLowerCase() };
}
