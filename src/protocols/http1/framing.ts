/** How a body is delimited (RFC 9112, section 6.3): not at all, by a length, by chunks, or by the end of the connection. */
export type Framing = 'none' | number | 'chunked' | 'until-close';

const length = /^\d{1,15}$/;

type Headers = Readonly<Record<string, string>>;

/**
 * How the body of a request is delimited.
 *
 * @throws Error for one that cannot be told, which a server would refuse.
 */
export function requestFraming(headers: Headers): Framing {
	const coding = transferCoding(headers);
	if (coding !== undefined) {
		if (coding !== 'chunked') throw new Error('the transfer coding of a request must end with chunked');
		return 'chunked';
	}
	return contentLength(headers) ?? 'none';
}

/**
 * How the body of a response is delimited, which depends on the method of its request; undefined if that is not known.
 *
 * @throws Error for a Content-Length that is no length.
 */
export function responseFraming(status: number, headers: Headers, method: string | undefined): Framing {
	const hasNone = method === 'HEAD' || status < 200 || status === 204 || status === 304;
	if (hasNone || (method === 'CONNECT' && status < 300)) return 'none';
	const coding = transferCoding(headers);
	if (coding !== undefined) return coding === 'chunked' ? 'chunked' : 'until-close';
	return contentLength(headers) ?? 'until-close';
}

/** The last transfer coding, which alone delimits; undefined if there is none, or only the old `identity`. */
function transferCoding(headers: Headers): string | undefined {
	const field = headers['transfer-encoding'];
	if (field === undefined) return undefined;
	const codings = field.split(',').map(coding => coding.trim().toLowerCase());
	return codings.findLast(coding => coding !== '' && coding !== 'identity');
}

/** The Content-Length, which may be repeated, if all say the same; undefined if there is none. */
function contentLength(headers: Headers): number | undefined {
	const field = headers['content-length'];
	if (field === undefined) return undefined;
	if (length.test(field)) return Number(field);
	const [value, ...others] = new Set(field.split(',').map(text => text.trim()));
	if (value === undefined || others.length > 0 || !length.test(value)) throw new Error(`no Content-Length: ${field.slice(0, 40)}`);
	return Number(value);
}
