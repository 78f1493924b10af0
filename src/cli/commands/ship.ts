import { basename } from 'node:path';
import { fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import { ensurePacketStream } from '../../nats/streams.js';
import { toJetStream } from '../../nats/toJetStream.js';
import { Valve } from '../../valve.js';
import { packetsOf } from '../input.js';
import { type NatsOptions, withNats } from '../natsOptions.js';
import type { Output } from '../output.js';

/** The flags of `ship`. */
export interface ShipOptions extends NatsOptions {
	readonly stream: string;
	readonly shards: number;
	readonly sensor?: string;
	readonly run?: number;
	readonly interface?: string;
	readonly filter?: string;
	readonly json?: boolean;
}

/** Ships packets to NATS, and says what was shipped. */
export async function ship(file: string | undefined, options: ShipOptions, output: Output): Promise<void> {
	const { stream, shards, run, interface: device, json } = options;
	const { sensor = await sensorOf(file, device) } = options;
	// A device cannot wait.
	const valve = device === undefined ? new Valve() : undefined;
	const packets = await packetsOf(file, { ...options, checksums: 'ignore', closeIdle: 0, progress: true }, valve);
	const shipped = await withNats(options, async connection => {
		await ensurePacketStream(connection, stream, shards);
		const shipping = toJetStream({ connection, stream, shards, sensor, run, valve });
		return lastValueFrom(packets.pipe(takeUntil(fromEvent(process, 'SIGTERM')), shipping));
	});
	if (json) output.json({ sensor, ...shipped });
	else {
		const { packets: all, shipped: count, dropped, withoutShard, batches, bytes, resent } = shipped;
		output.line(`${sensor}: ${count} of ${all} packets shipped in ${batches} batches, ${bytes} bytes, ${resent} sent again`);
		output.line(`${withoutShard} packets without TCP, ${dropped} dropped`);
	}
}

async function sensorOf(file: string | undefined, device: string | undefined): Promise<string> {
	const { hostname } = await import('node:os');
	return `${hostname()}:${device ?? basename(file ?? '-')}`;
}
