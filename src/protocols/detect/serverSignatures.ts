import { all, type Beginning } from './beginning.js';
import { isDns, type Signature } from './clientSignatures.js';
import type { ProtocolName } from './names.js';

/** What a server says first, where it greets, or where nothing of the client was captured. Of two that fit, the first counts. */
export const serverSignatures: readonly (readonly [ProtocolName, Signature])[] = [
	['tls', own => all(own.has(0, 22, 3, [0, 4]), own.has(5, 2))],
	['tls', own => all(own.has(0, 21, 3, [0, 4], 0, 2), own.has(5, [1, 2]))],
	['http1', own => own.startsWith('HTTP/1.')],
	['rtsp', own => own.startsWith('RTSP/1.')],
	['sip', own => own.startsWith('SIP/2.0')],
	['ssh', own => own.startsWith('SSH-')],
	['rfb', own => own.startsWith('RFB 00')],
	['smtp', own => greeting(own, /^220[ -].*SMTP/i)],
	['ftp', own => greeting(own, /^220[ -].*FTP/i)],
	['pop3', own => own.startsWith('+OK')],
	['imap', own => greeting(own, /^\* (?:OK|PREAUTH|BYE)(?: |$)/i)],
	['mysql', isMysql],
	['amqp', own => own.startsWith('AMQP')],
	['http2', own => own.has(0, 0, 0, [0, 120], 4, 0, 0, 0, 0, 0)],
	['dns', own => isDns(own, true)],
];

/** A first line of text. */
function greeting(own: Beginning, pattern: RegExp): boolean | undefined {
	if (own.length > 0 && own.bytes[0] !== 0x32 && own.bytes[0] !== 0x2a) return false;
	const { line } = own;
	return line === undefined ? undefined : line !== null && pattern.test(line);
}

/** The handshake of protocol 10: a packet with number 0 that begins with a version as text. */
function isMysql(own: Beginning): boolean | undefined {
	return own.has(0, null, [0, 1], 0, 0, 10, [0x30, 0x39], [0x2e, 0x39]);
}
