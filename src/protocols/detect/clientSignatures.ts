import { methods } from '../http1/methods.js';
import { all, any, type Beginning } from './beginning.js';
import type { ProtocolName } from './names.js';

/** Whether bytes are the beginning of a protocol: undefined as long as they may. What is said once does not change with more bytes. */
export type Signature = (own: Beginning, other: Beginning) => boolean | undefined;

/** What a client says first. Of two that fit, the first counts. */
export const clientSignatures: readonly (readonly [ProtocolName, Signature])[] = [
	['tls', own => any(all(own.has(0, 22, 3, [0, 4]), own.has(5, 1)), all(own.has(0, [0x80, 0xff], null, 1), isSsl2Version(own)))],
	['http2', own => own.startsWith('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
	['http1', own => requestLine(own, /^HTTP\/1\.\d$/)],
	['rtsp', own => requestLine(own, /^RTSP\/1\.\d$/)],
	['sip', own => requestLine(own, /^SIP\/2\.0$/)],
	['ssh', own => own.startsWith('SSH-')],
	['redis', isRedis],
	['postgres', isPostgres],
	['mqtt', isMqtt],
	['amqp', own => own.startsWith('AMQP')],
	['bittorrent', own => own.startsWith('\x13BitTorrent protocol')],
	['xmpp', isXmpp],
	['smb', isSmb],
	['smtp', own => command(own, /^(?:EHLO|HELO|LHLO) /i)],
	['ftp', (own, other) => all(command(own, /^(?:USER |AUTH (?:TLS|SSL)$|FEAT$)/i), other.startsWith('220'))],
	['pop3', (own, other) => all(command(own, /^(?:USER |CAPA$|STLS$|APOP )/i), other.startsWith('+OK'))],
	['imap', own => command(own, /^[A-Za-z0-9.]{1,16} (?:CAPABILITY|LOGIN|STARTTLS|AUTHENTICATE|ID|NOOP)(?: |$)/i)],
	['dns', own => isDns(own, false)],
];

function isSsl2Version(own: Beginning): boolean | undefined {
	return any(own.has(3, 3, [0, 4]), own.has(3, 0, 2));
}

/** A method, and the version at the end of the line. A line too long to be seen whole is one of HTTP/1 if the method is known. */
function requestLine(own: Beginning, version: RegExp): boolean | undefined {
	const start = own.text(32);
	if (!/^[A-Z-]+(?: |$)/.test(start)) return own.length === 0 ? own.unless(false) : false;
	const { line } = own;
	if (line === undefined) return undefined;
	if (line === null) return version.test('HTTP/1.1') && methods.includes(start.slice(0, Math.max(start.indexOf(' '), 0)));
	return version.test(line.slice(line.lastIndexOf(' ') + 1));
}

/** A first line that is a command. */
function command(own: Beginning, pattern: RegExp): boolean | undefined {
	if (own.length > 0 && !/^[A-Za-z0-9.]+(?: |\r|\n|$)/.test(own.text(18))) return false;
	const { line } = own;
	return line === undefined ? undefined : line !== null && pattern.test(line);
}

/** An array of bulk strings, or an inline PING (the Redis serialization protocol). */
function isRedis(own: Beginning): boolean | undefined {
	if (own.length > 0 && own.bytes[0] === 0x2a) {
		if (!/^\*[1-9]?\d{0,6}(?:\r|$)/.test(own.text(9))) return false;
		const { line } = own;
		if (line === undefined) return undefined;
		return line !== null && /^\*[1-9]\d{0,6}$/.test(line) && own.has(line.length + 2, 0x24);
	}
	return own.startsWith('PING\r\n');
}

/** A startup packet of protocol 3, or a request for TLS, GSSAPI or to cancel, each with its own length. */
function isPostgres(own: Beginning): boolean | undefined {
	const startup = all(own.has(0, 0, 0, [0, 0x27]), own.has(4, 0, 3, 0, [0, 9]), own.length < 4 ? undefined : own.number(0, 4) >= 9);
	const request = all(own.has(0, 0, 0, 0, 8, 4, 0xd2, 0x16), own.has(7, [0x2f, 0x30]));
	return any(startup, request, own.has(0, 0, 0, 0, 16, 4, 0xd2, 0x16, 0x2e)) ?? own.unless(false);
}

/** CONNECT: a length of one to four bytes, and the name of the protocol (MQTT 3.1, 3.1.1 and 5). */
function isMqtt(own: Beginning): boolean | undefined {
	const first = own.has(0, 0x10);
	if (first !== true) return first;
	let at = 1;
	while (at < 4 && (own.bytes[at] ?? 0) >= 0x80) at++;
	const name = (text: string) => own.has(at + 1, 0, text.length, ...[...text].map(character => character.charCodeAt(0)));
	return any(name('MQTT'), name('MQIsdp'));
}

/** The opening of a stream, with or without a declaration (RFC 6120, section 4.2). */
function isXmpp(own: Beginning): boolean | undefined {
	const isXml = any(own.startsWith('<?xml'), own.startsWith('<stream:stream'));
	if (isXml !== true) return isXml;
	return /<stream:stream[\s>]/.test(own.text(512)) || (own.length < 512 ? own.unless(false) : false);
}

/** A message of SMB 1 to 3 behind the length that TCP needs, or the request of a NetBIOS session. */
function isSmb(own: Beginning): boolean | undefined {
	return any(own.has(0, 0, null, null, null, [0xfd, 0xff], 0x53, 0x4d, 0x42), own.has(0, 0x81, 0, 0, 68, 32));
}

/**
 * A message of DNS behind its length: one question, at most a few other records, and a name that begins with a label.
 * A guess, since nothing marks it; so it comes last.
 */
export function isDns(own: Beginning, isResponse: boolean): boolean | undefined {
	const flags = own.has(4, isResponse ? [0x80, 0x87] : [0, 0x07], isResponse ? null : [0, 0x3f]);
	const counts = all(own.has(6, 0, 1), isResponse ? own.has(10, [0, 1]) : own.has(8, 0, 0, 0, 0, 0, [0, 3]));
	const isLongEnough = own.length < 2 ? own.unless(false) : own.number(0, 2) >= 17;
	return all(isLongEnough, flags, counts, own.has(14, [0, 63]));
}
