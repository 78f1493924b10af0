import { Extension } from './extensions.js';
import { withoutGrease } from './grease.js';
import { asciiBytes, hex16, hexOf } from './hex.js';
import type { TlsClientHello, TlsServerHello } from './message.js';
import { sha256 } from './sha256.js';

/** What the fingerprints of a ClientHello are made of. */
export type ClientTraits = Pick<
	TlsClientHello,
	'legacyVersion' | 'supportedVersions' | 'ciphers' | 'extensions' | 'groups' | 'pointFormats' | 'signatureAlgorithms' | 'alpn'
>;

/** The text whose MD5 is the JA3 fingerprint: version, ciphers, extensions, groups and point formats, in decimal, without GREASE. */
export function ja3Text({ legacyVersion, ciphers, extensions, groups, pointFormats }: ClientTraits): string {
	const lists = [withoutGrease(ciphers), withoutGrease(extensions), withoutGrease(groups), pointFormats];
	return [legacyVersion, ...lists.map(list => list.join('-'))].join(',');
}

/** The same of a ServerHello: version, cipher and extensions. */
export function ja3sText({ legacyVersion, cipher, extensions }: Pick<TlsServerHello, 'legacyVersion' | 'cipher' | 'extensions'>): string {
	return [legacyVersion, cipher, extensions.join('-')].join(',');
}

const NOTHING = '000000000000';
const versionMarks: Readonly<Record<number, string>> = { 2: 's2', 768: 's3', 769: '10', 770: '11', 771: '12', 772: '13' };

/**
 * The JA4 fingerprint of a ClientHello over TCP, as FoxIO's technical details have it: sorted, so that it does not change with
 * the order of the extensions. JA4 is BSD 3-Clause; the others of that family are not, and are not here.
 */
export function ja4(hello: ClientTraits): string {
	const ciphers = withoutGrease(hello.ciphers);
	const extensions = withoutGrease(hello.extensions);
	const start = [
		't',
		versionMarks[highestVersion(hello)] ?? '00',
		extensions.includes(Extension.serverName) ? 'd' : 'i',
		countMark(ciphers.length),
		countMark(extensions.length),
		alpnMark(hello.alpn[0] ?? ''),
	].join('');
	return [start, cut(sorted(ciphers)), cut(extensionText(hello, extensions))].join('_');
}

function highestVersion({ legacyVersion, supportedVersions }: ClientTraits): number {
	const versions = withoutGrease(supportedVersions);
	return versions.length === 0 ? legacyVersion : versions.reduce((highest, version) => Math.max(highest, version));
}

function countMark(count: number): string {
	return String(Math.min(count, 99)).padStart(2, '0');
}

/** The first and the last character of the first protocol; of its hexadecimal digits, if either is no letter and no digit. */
function alpnMark(protocol: string): string {
	if (protocol === '') return '00';
	const ends = (text: string) => `${text[0]}${text.at(-1)}`;
	return /^[0-9A-Za-z]{2}$/.test(ends(protocol)) ? ends(protocol) : ends(hexOf(asciiBytes(protocol)));
}

function extensionText({ signatureAlgorithms }: ClientTraits, extensions: readonly number[]): string {
	const told: readonly number[] = [Extension.serverName, Extension.alpn];
	const list = sorted(extensions.filter(type => !told.includes(type)));
	const signatures = withoutGrease(signatureAlgorithms).map(hex16).join(',');
	return list === '' || signatures === '' ? list : `${list}_${signatures}`;
}

function sorted(values: readonly number[]): string {
	return values.map(hex16).sort().join(',');
}

function cut(text: string): string {
	return text === '' ? NOTHING : sha256(asciiBytes(text)).slice(0, NOTHING.length);
}
