/** A name has so many labels at most (255 bytes, RFC 1035, section 3.1), so that more pointers make no sense. */
const POINTERS_MAX = 127;
/** So short a message costs little, whatever is in it. */
const SHORT_BYTES = 1024;

/**
 * Whether somewhere in a message pointers lead to pointers, more than a name can need (RFC 1035, section 4.1.4). Each name that
 * ends there would cost as many steps, and there may be thousands.
 *
 * What looks like a pointer counts as one. Since pointers go backward, the steps behind a place are known before it is asked for.
 */
export function isPointerMaze(message: Uint8Array): boolean {
	if (message.length <= SHORT_BYTES) return false;
	const steps = new Uint8Array(message.length);
	for (let at = 0; at + 1 < message.length; at++) {
		if (!isPointer(message, at)) continue;
		const target = (((message[at] as number) & 0x3f) << 8) | (message[at + 1] as number);
		const next = target < at ? pointerBehind(message, target) : at;
		// A pointer behind labels may stand after this one: dns-packet goes on only if that leads back further.
		const more = next < at ? (steps[next] as number) : 0;
		if (more >= POINTERS_MAX) return true;
		steps[at] = more + 1;
	}
	return false;
}

function isPointer(message: Uint8Array, at: number): boolean {
	return (message[at] as number) >= 0xc0;
}

/** Where the first pointer stands in the name that begins there; at the end of the message for none. */
function pointerBehind(message: Uint8Array, from: number): number {
	const end = Math.min(message.length, from + 255);
	let at = from;
	while (at < end && !isPointer(message, at)) {
		if (message[at] === 0 || (message[at] as number) >= 0x40) return message.length;
		at += (message[at] as number) + 1;
	}
	return at < end ? at : message.length;
}
