import type { MessageDraft } from './draft.js';

/** Whether a request waits for a word of the server before it sends its body. */
export function expectsContinue({ headers }: MessageDraft): boolean {
	return headers.expect !== undefined && /(?:^|[ ,])100-continue(?:[ ,]|$)/i.test(headers.expect);
}

/** Whether a request asks to speak something else on the connection (RFC 9110, sections 7.8 and 9.3.6). */
export function asksForOther({ start, headers }: MessageDraft): boolean {
	if (start.method === 'CONNECT') return true;
	return headers.upgrade !== undefined && /(?:^|[ ,\t])upgrade(?:[ ,\t]|$)/i.test(headers.connection ?? '');
}

/** What a response hands the connection over to; null: nothing, it goes on with HTTP. */
export function upgradeOf({ start, headers }: MessageDraft, method: string | undefined): string | null {
	if (start.status === 101) return headers.upgrade ?? 'unknown';
	return method === 'CONNECT' && start.status >= 200 && start.status < 300 ? 'CONNECT' : null;
}
