// gopacket's `statsassembly` in our words: counts what goes by, keeps none of it. Run it with a capture file, or without
// one for that of the demo, after `npm run build`.
import { fileURLToPath } from 'node:url';
import { fromFile } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, RejectCounter, reassemble } from 'rx-reassembly/operators';

const capture = process.argv[2] ?? fileURLToPath(new URL('captures/http.pcap', import.meta.url));
const rejected = new RejectCounter();
let last; // What the assembler has counted, at its last mark or at the end.
let chunks = 0;
let bytes = 0;
let skipped = 0;

fromFile(capture)
	.pipe(
		decodeTcp({ rejected }),
		flushOlderThan(120_000, { clock: 'packet' }),
		reassemble({
			counters: {
				next: counters => {
					last = counters;
				},
			},
		}),
	)
	.subscribe({
		next: chunk => {
			chunks++;
			bytes += chunk.bytes.length;
			skipped += Math.max(0, chunk.skip); // -1: nobody knows how many.
		},
		error: ({ message }) => {
			console.error(message);
			process.exitCode = 1;
		},
		complete: () => {
			const { connections, evicted, closed, anomalies } = last;
			console.log({ connections, chunks, bytes, skipped, evicted, rejected: seen(rejected.counts) });
			console.log('flows that have ended', seen(closed));
			console.log('anomalies', seen(anomalies));
		},
	});

function seen(counts) {
	return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
