import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '../../support/corpus.js';

/** What tcpflow wrote of one direction. */
export interface TcpflowResult {
	/** `10.0.0.1:1024->10.0.0.2:80` */
	readonly flow: string;
	readonly bytes: number;
	readonly sha256: string;
}

/** `010.000.000.001.01024-010.000.000.002.00080`; `--6` behind it on VLAN 6, and `c1` where ports were used again. */
const NAME = /^(.+)\.(\d{5})-(.+)\.(\d{5})(?:--\d+)?(?:c\d+)?$/;

/** The streams that tcpflow finds in a capture; undefined where there is no tcpflow, or it cannot read it, as pcapng of several link types. */
export function tcpflowOf(capture: string): TcpflowResult[] | undefined {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-tcpflow-'));
	try {
		execFileSync('tcpflow', ['-r', capture, '-o', folder], { stdio: 'ignore' });
		return readdirSync(folder)
			.sort()
			.flatMap(name => resultOf(folder, name));
	} catch {
		return undefined;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function resultOf(folder: string, name: string): TcpflowResult[] {
	const [, source, sourcePort, destination, destinationPort] = NAME.exec(name) ?? [];
	if (source === undefined || destination === undefined) return [];
	const bytes = readFileSync(join(folder, name));
	const flow = `${endOf(source, sourcePort)}->${endOf(destination, destinationPort)}`;
	return [{ flow, bytes: bytes.length, sha256: sha256Of(bytes) }];
}

function endOf(address: string, port = ''): string {
	const short = address.includes(':') ? `[${address}]` : address.split('.').map(Number).join('.');
	return `${short}:${Number(port)}`;
}
