import { readFileSync } from 'node:fs';
import { lastValueFrom, Observable, tap } from 'rxjs';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import { CaptureReader } from '../../src/capture/captureReader.js';
import type { Packet } from '../../src/packet.js';
import { add, chunkText, type Events, type Setup } from './reference.js';

/** What our compat mode says of a capture, in the words of the reference. */
export async function runOurs(capture: string, { flushAgeMs, ...limits }: Setup): Promise<Events> {
	const events: Events = new Map();
	// The reference takes the outermost transport, and puts no fragments together.
	const segments = packetsOf(capture).pipe(decodeTcp({ defragment: false, tunnels: false }));
	const marked = flushAgeMs === 0 ? segments : segments.pipe(flushOlderThan(flushAgeMs, { clock: 'packet' }));
	const chunks = marked.pipe(
		reassemble({ compat: 'tcpassembly', ...limits }),
		tap(chunk => addChunk(events, chunk)),
	);
	await lastValueFrom(chunks, { defaultValue: undefined });
	return events;
}

function packetsOf(capture: string): Observable<Packet> {
	return new Observable(out => {
		const reader = new CaptureReader();
		reader.feed(readFileSync(capture));
		for (let packet = reader.next(); packet !== null; packet = reader.next()) out.next(packet);
		out.complete();
	});
}

function addChunk(events: Events, chunk: Reassembly): void {
	const { flow, skip, start, end, seen, bytes, closed } = chunk;
	const micros = seen.seconds * 1_000_000 + Math.floor(seen.nanoseconds / 1000);
	// A stream that ends without an end is closed by a chunk that says nothing else.
	const saysOnlyThat = closed !== undefined && !end;
	if (!saysOnlyThat) add(events, String(flow), chunkText(skip, start, end, micros, Buffer.from(bytes).toString('base64')));
	if (closed !== undefined) add(events, String(flow), 'complete');
}
