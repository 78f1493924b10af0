// gopacket's `httpassembly` in our words: a plain generator reads the requests of each flow. Run it with a capture file,
// or without one for that of the demo, after `npm run build`.
import { fileURLToPath } from 'node:url';
import { Valve } from 'rx-reassembly';
import { fromFile } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, groupByFlow, mergeFlows, parseAsync, reassemble } from 'rx-reassembly/operators';
import { map } from 'rxjs';

const capture = process.argv[2] ?? fileURLToPath(new URL('captures/http.pcap', import.meta.url));
const HEAD_BYTES_MAX = 64 * 1024;

/** The HTTP/1 requests in the bytes of one flow. What is none, or comes behind a gap, is left unread. */
async function* requestsIn(bytes) {
	let waiting = Buffer.alloc(0);
	let bodyBytes = 0; // Of the last request, still to come.
	for await (const piece of bytes) {
		if (bytes.gap !== undefined) return;
		waiting = Buffer.concat([waiting, piece]);
		while (true) {
			const passed = Math.min(bodyBytes, waiting.length);
			bodyBytes -= passed;
			waiting = waiting.subarray(passed);
			const end = waiting.indexOf('\r\n\r\n');
			if (end < 0 && waiting.length > HEAD_BYTES_MAX) throw new Error('the head of a request does not end');
			if (end < 0) break;
			const head = waiting.toString('latin1', 0, end);
			const [, method, url] = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r\n/.exec(`${head}\r\n`) ?? [];
			if (method === undefined) return;
			bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
			waiting = waiting.subarray(end + 4);
			yield { method, url, bodyBytes };
		}
	}
}

const valve = new Valve(); // The file waits while the generators are busy.

fromFile(capture, { valve })
	.pipe(
		decodeTcp(),
		flushOlderThan(120_000, { clock: 'packet' }),
		reassemble(),
		groupByFlow(),
		mergeFlows(flow =>
			flow.pipe(
				parseAsync(requestsIn, { valve }),
				map(request => ({ flow: flow.key, ...request })),
			),
		),
	)
	.subscribe({
		next: ({ flow, method, url, bodyBytes }) => console.log(`${flow}: ${method} ${url}, ${bodyBytes} bytes in its body`),
		error: ({ message }) => console.error(message),
	});
