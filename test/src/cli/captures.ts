import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frame } from '../../../marbles/frame.js';
import { parsePacketLine } from '../../../marbles/packetLine.js';
import { joined, type PcapLayout, pcapFile, pcapRecord } from '../../support/pcap.js';

/** 2023-11-14T22:13:20Z */
const SECONDS = 1_700_000_000;

/** A capture of these packets, one every 10 ms, or as many seconds behind the first one as they say (`@5`). */
export function captureOf(lines: readonly string[], layout: PcapLayout = {}): Uint8Array {
	const perMs = layout.unit === 'ns' ? 1e6 : 1000;
	const records = lines.map((text, i) => {
		const line = parsePacketLine(text);
		const ms = Math.round(line.timestamp?.ms ?? i * 10);
		return { bytes: frame(line), seconds: SECONDS + Math.floor(ms / 1000), fraction: (ms % 1000) * perMs };
	});
	return pcapFile(records, layout);
}

/** The SYNs of so many clients. */
export function synsOf(clients: number): Uint8Array {
	const portAt = 34;
	const syn = frame(parsePacketLine('C> S 0:0(0)'));
	const records = Array.from({ length: clients }, (_, i) => {
		const bytes = syn.slice();
		bytes.set([(i + 1024) >> 8, (i + 1024) & 255], portAt);
		return { bytes, seconds: SECONDS };
	});
	return pcapFile(records);
}

/** So many bytes of packets that are not TCP. */
export function noise(length: number): Uint8Array {
	const record = pcapRecord({ bytes: new Uint8Array(1000), seconds: SECONDS });
	return joined(Array.from({ length: Math.ceil(length / record.length) }, () => record));
}

const quoted = (text: string) => JSON.stringify(text);

export const request = 'GET /a HTTP/1.1\r\nHost: example.test\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n';
export const response = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

/** A connection from SYN to the last ACK: one exchange over HTTP, the response in two segments. */
export function conversation(suffix = '', order: 'in order' | 'reordered' = 'reordered'): string[] {
	const [q, r, cut] = [request.length, response.length, 20];
	const answer = [
		`S> P. 5001:${5001 + cut}(${cut}) ack ${1001 + q}${suffix} ${quoted(response.slice(0, cut))}`,
		`S> P. ${5001 + cut}:${5001 + r}(${r - cut}) ack ${1001 + q}${suffix} ${quoted(response.slice(cut))}`,
	];
	return [
		`C> S 1000:1000(0)${suffix}`,
		`S> S. 5000:5000(0) ack 1001${suffix}`,
		`C> . 1001:1001(0) ack 5001${suffix}`,
		`C> P. 1001:${1001 + q}(${q}) ack 5001${suffix} ${quoted(request)}`,
		...(order === 'in order' ? answer : answer.toReversed()),
		`C> F. ${1001 + q}:${1001 + q}(0) ack ${5001 + r}${suffix}`,
		`S> F. ${5001 + r}:${5001 + r}(0) ack ${1002 + q}${suffix}`,
		`C> . ${1002 + q}:${1002 + q}(0) ack ${5002 + r}${suffix}`,
	];
}

/** A folder for the files of a test. */
export function temporaryFolder(): { write(name: string, bytes: Uint8Array | string): string; path(name: string): string; remove(): void } {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-'));
	const path = (name: string) => join(folder, name);
	return {
		path,
		write(name, bytes) {
			writeFileSync(path(name), bytes);
			return path(name);
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}
