import { checkOptions, limit } from '../codec.js';
import type { HttpMessage } from '../protocols/http1/message.js';

/** What {@link decodeBody} can be told. */
export interface DecodeBodyOptions {
	/** Bytes that may come of each coding. Default 16 MiB. */
	readonly maxBytes?: number | undefined;
}

/** A body, decoded as far as that goes. */
export interface DecodedBody {
	/** Without the codings that could be undone. */
	readonly bytes: Uint8Array;
	/** The codings that could not, in the order in which they were applied; none if all went well. */
	readonly codings: readonly string[];
	/** Why the last of them could not, or what else is wrong: the body came in part. Null if nothing is. */
	readonly error: string | null;
}

/**
 * Undoes the `Content-Encoding` of a body (RFC 9110, section 8.4.1): gzip, deflate (with and without its zlib header, as
 * both are sent), br, zstd where Node has it (22.15), and several of them one upon another.
 *
 * Of a body that came in part, what can be decoded is. What is damaged, unknown, or grows beyond `maxBytes` stays as it is,
 * and `error` says so; it throws for nothing that came over the wire. It uses `node:zlib`, and blocks while it works.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(parseWith(http1)).subscribe(({ response }) => {
 *   if (response !== null) console.log(response.status, new TextDecoder().decode(decodeBody(response).bytes));
 * });
 * ```
 */
export function decodeBody(
	{ headers, body, complete, bodyTruncated }: Pick<HttpMessage, 'headers' | 'body' | 'complete' | 'bodyTruncated'>,
	options: DecodeBodyOptions = {},
): DecodedBody {
	const { maxBytes = 16 * 2 ** 20 } = checkOptions<DecodeBodyOptions>('decodeBody', { maxBytes: limit }, options);
	const codings = (headers['content-encoding'] ?? '').split(',').map(coding => coding.trim().toLowerCase());
	const left = codings.filter(coding => coding !== '' && coding !== 'identity');
	let bytes = body;
	if (left.length > CODINGS_MAX) return { bytes, codings: left, error: `there are ${left.length} codings one upon another` };
	while (left.length > 0) {
		try {
			bytes = undo(left.at(-1) as string, bytes, maxBytes);
		} catch (error) {
			return { bytes, codings: left, error: (error as Error).message };
		}
		left.pop();
	}
	return { bytes, codings: [], error: complete && !bodyTruncated ? null : 'the body is not complete' };
}

/** Codings one upon another that anybody uses; a hostile list of them would take long. */
const CODINGS_MAX = 4;

/** @throws Error that says why it cannot be undone. */
function undo(coding: string, bytes: Uint8Array, maxOutputLength: number): Uint8Array {
	if (bytes.length === 0) return bytes;
	const zlib = process.getBuiltinModule('node:zlib');
	const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
	// What came in part is decoded in part.
	const options = { maxOutputLength, finishFlush: Z_SYNC_FLUSH };
	switch (coding) {
		case 'gzip':
		case 'x-gzip':
			return viewOf(zlib.gunzipSync(bytes, options));
		case 'deflate':
			return viewOf(hasZlibHeader(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options));
		case 'br':
			return viewOf(zlib.brotliDecompressSync(bytes, { maxOutputLength, finishFlush: BROTLI_OPERATION_FLUSH }));
		case 'zstd':
			return unpackZstd(zlib, bytes, maxOutputLength);
		default:
			throw new Error(`${JSON.stringify(coding.slice(0, 40))} is no coding that is known here`);
	}
}

type UnpackZstd = (bytes: Uint8Array, options: object) => Uint8Array;

function unpackZstd(zlib: object, bytes: Uint8Array, maxOutputLength: number): Uint8Array {
	// Only there since Node 22.15, so the types of Node 20 do not have it.
	const unpack = Reflect.get(zlib, 'zstdDecompressSync') as UnpackZstd | undefined;
	if (unpack === undefined) throw new Error('zstd needs Node 22.15 or newer');
	return viewOf(unpack(bytes, { maxOutputLength }));
}

/** RFC 1950, section 2.2. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
	return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

/** No Buffer, whose `slice()` does not copy. */
function viewOf({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
	return new Uint8Array(buffer, byteOffset, length);
}
