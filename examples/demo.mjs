// The main job, on a real capture: packets in, HTTP exchanges out. Run it with `npm run demo`.
import { fileURLToPath } from 'node:url';
import { fromFile } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, groupByConnection, mergeFlows, parseWith, RejectCounter, reassemble } from 'rx-reassembly/operators';
import { http1 } from 'rx-reassembly/protocols';
import { count, share, zip } from 'rxjs';

const capture = fileURLToPath(new URL('captures/http.pcap', import.meta.url));
const rejected = new RejectCounter();

console.log('examples/captures/http.pcap: real connections on loopback, recorded by examples/record/record.mjs\n');

const connections = fromFile(capture).pipe(
	decodeTcp({ rejected }),
	flushOlderThan(120_000, { clock: 'packet' }),
	reassemble(),
	groupByConnection(),
	share(),
);
const exchanges = connections.pipe(
	mergeFlows(connection => connection.pipe(parseWith(http1))),
	share(),
);

exchanges.subscribe(({ client, server, durationMs, request, response }) => {
	const duration = durationMs === null ? '' : `${durationMs.toFixed(1)} ms`;
	const asked = `${request?.method} ${request?.url}`.padEnd(20);
	console.log(
		`${client.padEnd(15)} → ${server.padEnd(14)}  ${asked} ${response?.status}  ${String(response?.bodyLength).padStart(6)} bytes  ${duration}`,
	);
});

zip(connections.pipe(count()), exchanges.pipe(count())).subscribe(([connectionCount, exchangeCount]) => {
	console.log(`\n${exchangeCount} exchanges on ${connectionCount} connections; packets left out:`, rejected.counts);
});
