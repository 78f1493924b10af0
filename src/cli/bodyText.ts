const textual = /^text\/|[/+](?:json|xml|javascript|ecmascript|x-www-form-urlencoded|graphql|yaml|x-ndjson)\b|^application\/(?:x-)?sh\b/i;

/** A body as text, if its type says that it is some and its bytes are in that charset, UTF-8 if none is named. */
export function textIn(bytes: Uint8Array, mimeType: string): string | undefined {
	if (!textual.test(mimeType)) return undefined;
	const [, charset = 'utf-8'] = /;\s*charset="?([^\s";]+)/i.exec(mimeType) ?? [];
	try {
		return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return undefined;
	}
}
