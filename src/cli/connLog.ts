import type { SummaryLine } from './connectionSummary.js';

type Field = readonly [name: string, type: string, value: (line: SummaryLine) => string];

const UNSET = '-';

/**
 * The fields of Zeek's `conn.log` that are known here (https://docs.zeek.org/en/master/logs/conn.html), in its order. Those
 * that only Zeek knows are left unset.
 */
const fields: readonly Field[] = [
	['ts', 'time', line => secondsOf(line.start).toFixed(6)],
	['uid', 'string', line => uidOf(line)],
	['id.orig_h', 'addr', line => splitEnd(line.client).host],
	['id.orig_p', 'port', line => splitEnd(line.client).port],
	['id.resp_h', 'addr', line => splitEnd(line.server).host],
	['id.resp_p', 'port', line => splitEnd(line.server).port],
	['proto', 'enum', () => 'tcp'],
	['service', 'string', () => UNSET],
	['duration', 'interval', line => (secondsOf(line.end) - secondsOf(line.start)).toFixed(6)],
	['orig_bytes', 'count', line => String(line.bytes.client)],
	['resp_bytes', 'count', line => String(line.bytes.server)],
	['conn_state', 'string', stateOf],
	['local_orig', 'bool', () => UNSET],
	['local_resp', 'bool', () => UNSET],
	['missed_bytes', 'count', line => String(line.skipped.client + line.skipped.server)],
	['history', 'string', () => UNSET],
	['orig_pkts', 'count', line => String(line.packets.client)],
	['orig_ip_bytes', 'count', () => UNSET],
	['resp_pkts', 'count', line => String(line.packets.server)],
	['resp_ip_bytes', 'count', () => UNSET],
	['tunnel_parents', 'set[string]', () => UNSET],
];

/** The lines before the first connection. */
export const connLogHeader: readonly string[] = [
	'#separator \\x09',
	'#set_separator\t,',
	'#empty_field\t(empty)',
	`#unset_field\t${UNSET}`,
	'#path\tconn',
	['#fields', ...fields.map(([name]) => name)].join('\t'),
	['#types', ...fields.map(([, type]) => type)].join('\t'),
];

/** The line of one connection. */
export function connLogLine(line: SummaryLine): string {
	return fields.map(([, , value]) => value(line)).join('\t');
}

/** What Zeek would say of how it went, where the end of a connection tells; who sent a RST is not known here. */
function stateOf({ closed, packets }: SummaryLine): string {
	if (packets.client === 0) return 'OTH';
	if (packets.server === 0) return closed === 'rst' ? 'RSTOS0' : 'S0';
	if (closed === 'fin') return 'SF';
	return closed === 'rst' ? UNSET : 'S1';
}

/** Seconds since 1970 of an RFC 3339 time; six digits of it are right. */
function secondsOf(time: string): number {
	const [, whole = '', fraction = '0'] = /^(.{19,}?)(?:\.(\d+))?Z$/.exec(time) ?? [];
	return Date.parse(`${whole}Z`) / 1000 + Number(`0.${fraction}`);
}

function splitEnd(end: string): { readonly host: string; readonly port: string } {
	const at = end.lastIndexOf(':');
	return { host: end.slice(0, at).replace(/^\[|\]$/g, ''), port: end.slice(at + 1) };
}

/** The same for the same connection of the same capture, in the form of Zeek's. */
function uidOf({ start, client, server }: SummaryLine): string {
	const text = `${start} ${client} ${server}`;
	return `C${[FNV_OFFSET, ~FNV_OFFSET].map(seed => hash(text, seed).toString(36).padStart(7, '0')).join('')}`;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a with 32 bits. */
function hash(text: string, seed: number): number {
	let value = seed;
	for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), FNV_PRIME);
	return value >>> 0;
}
