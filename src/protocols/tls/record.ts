/** Types of records (RFC 8446, section 5.1; RFC 6520). */
export const RecordType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24 } as const;

export const HEADER_BYTES = 5;
/** What a record may hold at most: that of TLS 1.2, which is the longest (RFC 5246, section 6.2.3). */
const RECORD_BYTES_MAX = 2 ** 14 + 2048;
/** As many bytes of a record as tell whether it begins with a hello in the clear. */
export const HELLO_BYTES = 6;

/** Whether the bytes from `at` to `to` begin with the header of a record; undefined as long as they may. */
export function isHeader(bytes: Uint8Array, at: number, to: number): boolean | undefined {
	const count = to - at;
	if (count > 0 && ((bytes[at] as number) < RecordType.changeCipherSpec || (bytes[at] as number) > RecordType.heartbeat)) return false;
	if (count > 1 && bytes[at + 1] !== 3) return false;
	if (count > 2 && (bytes[at + 2] as number) > 4) return false;
	if (count > 3 && (bytes[at + 3] as number) << 8 > RECORD_BYTES_MAX) return false;
	if (count < HEADER_BYTES) return undefined;
	return recordLength(bytes, at) <= RECORD_BYTES_MAX;
}

/** The length that a header names. */
export function recordLength(bytes: Uint8Array, at: number): number {
	return ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
}

/** Whether a ClientHello or a ServerHello begins there, of which at least `HELLO_BYTES` are there: type, length, version. */
export function isHello(bytes: Uint8Array, at: number): boolean {
	const [type, lengthHigh, major, minor] = [bytes[at], bytes[at + 1], bytes[at + 4], bytes[at + 5] as number];
	return (type === 1 || type === 2) && lengthHigh === 0 && major === 3 && minor <= 4;
}

/** As many bytes as tell whether a ClientHello of SSL 2 begins there: two of length, a type, and a version. */
const SSL2_BYTES = 5;

/** Whether a ClientHello in the format of SSL 2 begins there (RFC 5246, appendix E.2); undefined as long as it may. */
export function isSsl2Hello(bytes: Uint8Array, at: number, to: number): boolean | undefined {
	const count = to - at;
	const [first = 0, second = 0, type, major, minor = 0] = bytes.subarray(at, Math.min(to, at + SSL2_BYTES));
	if (count > 0 && first < 0x80) return false;
	if (count > 1 && (((first & 0x7f) << 8) | second) < 9) return false;
	if (count > 2 && type !== 1) return false;
	if (count > 3 && major !== 3 && major !== 0) return false;
	if (count < SSL2_BYTES) return undefined;
	return major === 3 ? minor <= 4 : minor === 2;
}
