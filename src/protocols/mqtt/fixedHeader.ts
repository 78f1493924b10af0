import type { Announced } from '../messageReader.js';

/** A type with flags, and a length of one to four bytes. */
export const HEAD_BYTES_MAX = 5;

/** What a fixed header says (MQTT 5, section 2.1): undefined if that takes more bytes, a text if it is none. */
export function announce(head: Uint8Array, length: number, maxPacketBytes: number): Announced | string | undefined {
	if ((head[0] as number) >> 4 === 0) return 'there is no packet of type 0';
	if (length < 2) return undefined;
	if ((head[length - 1] as number) >= 0x80) return length < HEAD_BYTES_MAX ? undefined : 'a length has more than four bytes';
	let bodyBytes = 0;
	for (let at = length - 1; at > 0; at--) bodyBytes = bodyBytes * 0x80 + ((head[at] as number) & 0x7f);
	return { bodyBytes, keptMax: length + bodyBytes > maxPacketBytes ? 0 : bodyBytes };
}
