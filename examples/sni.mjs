// Who asks for which host: the names in the hellos of TLS, as they come. Run it with a capture file, or `-i eth0` for what
// goes by now (as root, with the package cap), or without either for a small recording, after `npm run build`.
import { fileURLToPath } from 'node:url';
import { fromFile, fromInterface } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, groupByConnection, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import { tls, tlsVersionName } from 'rx-reassembly/protocols';
import { filter } from 'rxjs';

const [first, device] = process.argv.slice(2);
const packets =
	first === '-i'
		? fromInterface({ device, filter: 'tcp port 443' })
		: fromFile(first ?? fileURLToPath(new URL('captures/tls.pcap', import.meta.url)));

packets
	.pipe(
		decodeTcp(),
		flushOlderThan(30_000, { clock: first === '-i' ? 'both' : 'packet' }),
		reassemble(),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(tls))),
		filter(message => message.type === 'clientHello'),
	)
	.subscribe({
		next: ({ client, server, sni, supportedVersions, legacyVersion, ja4 }) => {
			const best = supportedVersions.length === 0 ? legacyVersion : Math.max(...supportedVersions);
			console.log(`${client} -> ${server}: ${sni ?? '(no name)'}, up to ${tlsVersionName(best)}, ${ja4}`);
		},
		error: ({ message }) => {
			console.error(message);
			process.exitCode = 1;
		},
	});
