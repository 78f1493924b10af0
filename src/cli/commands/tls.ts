import { filter, lastValueFrom, tap } from 'rxjs';
import { groupByConnection } from '../../../operators/groupByConnection.js';
import { mergeFlows } from '../../../operators/mergeFlows.js';
import { parseWith } from '../../../operators/parseWith.js';
import { type TlsSession, tls as tlsParser } from '../../protocols/tls.js';
import { chunksOf, type InputOptions } from '../input.js';
import type { Output } from '../output.js';
import { escaped } from '../printable.js';

/** The flags of `tls`. */
export interface TlsCommandOptions extends InputOptions {
	readonly json?: boolean;
}

/** Prints a line for every TLS connection when it has ended: of JSON, or to be read. */
export async function tls(file: string | undefined, options: TlsCommandOptions, output: Output): Promise<void> {
	const { json = false } = options;
	const chunks = await chunksOf(file, options);
	const sessions = chunks.pipe(
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(tlsParser))),
		filter(message => message.type === 'session'),
		tap(session => output.line(json ? JSON.stringify(jsonOf(session)) : textOf(session))),
	);
	await lastValueFrom(sessions, { defaultValue: undefined });
}

/** A session as a line of JSON has it. */
export function jsonOf(session: TlsSession): object {
	const { client, server, time, packet, sni, alpn, version, cipher, isRetried, ja3, ja3s, ja4 } = session;
	const { clientHello, certificates, alerts, records, encryptedBytes, missing, isDamaged } = session;
	return {
		...{ client, server, time: String(time), packet, sni, version, cipher: cipher === null ? null : cipherText(cipher), alpn },
		...{ offeredAlpn: clientHello?.alpn ?? [], isRetried, ja3, ja3s, ja4, certificates },
		alerts: alerts.map(({ from, name, code, isFatal }) => ({ from, name, code, isFatal })),
		...{ records, encryptedBytes, missing, isDamaged },
	};
}

function textOf({ time, client, server, version, cipher, sni, alpn, clientHello, ja3, ja4, alerts, isDamaged }: TlsSession): string {
	const agreed = version === null ? '(no ServerHello)' : `${version}${cipher === null ? '' : ` ${cipherText(cipher)}`}`;
	const name = sni === null ? (clientHello === null ? '(ClientHello not seen)' : '(no name)') : escaped(sni);
	return [
		`${time} ${client} → ${server} ${agreed} ${name}`,
		...(alpn === null ? [] : [`alpn ${escaped(alpn)}`]),
		...(ja3 === null ? [] : [`ja3 ${ja3}`]),
		...(ja4 === null ? [] : [`ja4 ${ja4}`]),
		...alerts.map(alert => `alert ${alert.name}`),
		...(isDamaged ? ['(incomplete)'] : []),
	].join(' ');
}

function cipherText(cipher: number): string {
	return `0x${cipher.toString(16).padStart(4, '0')}`;
}
