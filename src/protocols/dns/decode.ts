import { type DecodedPacket, decode } from 'dns-packet';
import type { DnsMessage, DnsQuestion, DnsRecord } from './message.js';
import { isPointerMaze } from './pointers.js';

const HEADER_BYTES = 12;
/** The least bytes of a question and of a record: a name of the root, a type, a class; a time to live and a length. */
const QUESTION_BYTES_MIN = 5;
const RECORD_BYTES_MIN = 11;

/** What dns-packet says besides what its types know of. */
type Decoded = DecodedPacket & { readonly opcode: string; readonly rcode: string };

const undecoded = {
	...{ opcode: null, rcode: null, isAuthoritative: false, isTruncated: false, recursionDesired: false, recursionAvailable: false },
	...{ questions: [], answers: [], authorities: [], additionals: [] },
};

/** Decodes a message. One that is malformed is given as it is, with the error. The bytes are kept. */
export function decodeMessage(bytes: Uint8Array, fromServer: boolean): DnsMessage {
	const error = faultOf(bytes);
	if (error !== null) return undecodedMessage(bytes, bytes.length, fromServer, error);
	let decoded: Decoded;
	try {
		// dns-packet asks for the methods of a Buffer; it stands on the same bytes.
		decoded = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) as Decoded;
	} catch (fault) {
		return undecodedMessage(bytes, bytes.length, fromServer, fault instanceof Error ? fault.message : String(fault));
	}
	return {
		id: decoded.id ?? null,
		opcode: decoded.opcode,
		rcode: decoded.rcode,
		isResponse: decoded.flag_qr,
		isAuthoritative: decoded.flag_aa,
		isTruncated: decoded.flag_tc,
		recursionDesired: decoded.flag_rd,
		recursionAvailable: decoded.flag_ra,
		questions: (decoded.questions ?? []) as readonly DnsQuestion[],
		answers: (decoded.answers ?? []) as readonly DnsRecord[],
		authorities: (decoded.authorities ?? []) as readonly DnsRecord[],
		additionals: (decoded.additionals ?? []) as readonly DnsRecord[],
		length: bytes.length,
		bytes,
		error: null,
	};
}

/** A message of which the first bytes are known, if any; who sent it tells what it was, if they do not. */
export function undecodedMessage(bytes: Uint8Array, length: number, fromServer: boolean, error: string): DnsMessage {
	const [high, low, flags] = bytes;
	const id = high === undefined || low === undefined ? null : (high << 8) | low;
	const isResponse = flags === undefined ? fromServer : flags >= 0x80;
	return { ...undecoded, id, isResponse, length, bytes: bytes.length === length ? bytes : bytes.subarray(0, 0), error };
}

/** What must not be handed to dns-packet, which makes room for as many records as are announced, and follows every pointer. */
function faultOf(bytes: Uint8Array): string | null {
	if (bytes.length < HEADER_BYTES) return `a message of ${bytes.length} bytes is shorter than a header`;
	const [questions = 0, ...records] = [4, 6, 8, 10].map(at => ((bytes[at] as number) << 8) | (bytes[at + 1] as number));
	const least = questions * QUESTION_BYTES_MIN + records.reduce((sum, count) => sum + count * RECORD_BYTES_MIN, 0);
	if (HEADER_BYTES + least > bytes.length) return `${bytes.length} bytes are too few for the records that are announced`;
	return isPointerMaze(bytes) ? 'a name goes over too many pointers' : null;
}
