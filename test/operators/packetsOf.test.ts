import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { packetsOf } from '../../operators/packetsOf.js';
import { type Flow, LinkType, type Packet, packetOf } from '../../src/index.js';
import { TcpDecoder } from '../../src/wire/tcpDecoder.js';
import { bytesOf, datagramOf } from '../src/wire/packets.js';

let number = 0;
const raw = (bytes: Uint8Array, timestamp = 1000) => packetOf({ bytes, timestamp, linkType: LinkType.raw, number: ++number });
const keep = (packets: Packet[], which: Parameters<typeof packetsOf>[0]) => lastValueFrom(from(packets).pipe(packetsOf(which), toArray()));
const numbers = (packets: readonly Packet[]) => packets.map(packet => packet.number);
const flowOf = (packet: Packet) => new TcpDecoder().decode(packet)?.flow as Flow;

const text = 'long enough to be cut into fragments of eight bytes';
const line = (side: 'C' | 'S') => `${side}> P. 1000:${1000 + text.length}(${text.length}) ack 2000 "${text}"`;

/** A datagram in three fragments with that identification. */
function fragments(datagram: Uint8Array, id: number): Packet[] {
	return [0, 24, 48].map((from, i) => {
		const part = datagram.subarray(20 + from, i === 2 ? undefined : 44 + from);
		const flags = (i < 2 ? 0x2000 : 0) | (from >> 3);
		const head = bytesOf(datagram.subarray(0, 2), [0, 20 + part.length], [id >> 8, id & 255], [flags >> 8, flags & 255]);
		return raw(bytesOf(head, datagram.subarray(8, 20), part));
	});
}

function otherPort(datagram: Uint8Array): Uint8Array {
	const copy = datagram.slice();
	copy[20] = (copy[20] as number) ^ 1;
	return copy;
}

describe('packetsOf', () => {
	it('should keep both directions of the connection of a flow, and nothing else', async () => {
		const [client, server, other, noTcp] = [
			raw(datagramOf(line('C'))),
			raw(datagramOf(line('S'))),
			raw(otherPort(datagramOf(line('C')))),
			raw(Uint8Array.of(0x45, 0)),
		];
		const packets = [client, other, server, noTcp] as Packet[];
		expect(await keep(packets, flowOf(client as Packet))).toEqual([client, server]);
		expect(await keep(packets, flow => flow.source.port === 80)).toEqual([server]);
	});

	it('should bring the earlier fragments with the one that completes a datagram', async () => {
		const [a, b, c] = fragments(datagramOf(line('C')), 7) as [Packet, Packet, Packet];
		const [x, y, z] = fragments(otherPort(datagramOf(line('C'))), 8) as [Packet, Packet, Packet];
		const wanted = flowOf(raw(datagramOf(line('C'))));
		const kept = await keep([b, x, a, y, z, c], wanted);
		expect(numbers(kept)).toEqual(numbers([b, a, c]));
		expect(kept.map(({ bytes }) => Array.from(bytes))).toEqual([b, a, c].map(({ bytes }) => Array.from(bytes)));
	});

	it('should not let fragments wait for longer than their datagram does', async () => {
		const [a, b, c] = fragments(datagramOf(line('C')), 7) as [Packet, Packet, Packet];
		const late = [b, c].map(({ bytes }) => raw(bytes, 40_000));
		expect(await keep([a, ...late], () => true)).toEqual([]);
	});

	it('should refuse what is neither flow nor function', () => {
		expect(() => packetsOf('80' as unknown as Flow)).toThrow(/packetsOf: which must be a Flow or a function/);
	});
});
