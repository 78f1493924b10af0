import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { reassemble } from '../../../operators/reassemble.js';
import { Flush } from '../../../src/assembly/flush.js';
import { Reassembly } from '../../../src/assembly/reassembly.js';
import { Endpoint, Flow } from '../../../src/flow.js';
import { Packer } from '../../../src/shards/packer.js';
import { Unpacker } from '../../../src/shards/unpacker.js';
import { Timestamp } from '../../../src/timestamp.js';
import { Tunnel } from '../../../src/tunnel.js';
import { Segment } from '../../../src/wire/segment.js';
import { collected } from '../../support/operatorsMemory.js';
import { chunksOf, segmentsOf } from '../../support/operatorsTraffic.js';

/** A way from a shard to the main thread: what is sent in one parcel, as it arrives. */
function way(shard = 0, shards = 1): (...values: unknown[]) => unknown[] {
	const packer = new Packer();
	const unpacker = new Unpacker(shard, shards);
	return (...values) => {
		for (const value of values) packer.add(value);
		const parcel = packer.take();
		const transfer = [parcel.tape.buffer, parcel.bytes.buffer] as ArrayBuffer[];
		return [...unpacker.unpack(structuredClone(parcel, { transfer }))];
	};
}

const travel = <T>(value: T): T => way()(value)[0] as T;

const handshake = ['C> S 1000:1000(0)', 'S> S. 5000:5000(0) ack 1001', 'C> . 1001:1001(0) ack 5001'];
const talk = [...handshake, 'C> P. 1001:1006(5) ack 5001 "hello"', 'S> P. 5001:5003(2) ack 1006 "hi"'];

/** All that can be asked of a chunk. */
function told(chunk: Reassembly): object {
	const { flow, direction, offset, skip, start, end, seen, packet, closed, last, bytes, connection } = chunk;
	const { client, server, guessed } = connection;
	const statistics = [connection.statistics('client'), connection.statistics('server')];
	const plain = statistics.map(each => ({ ...each, flow: String(each.flow) }));
	const ends = { flow: String(flow), client: String(client), server: String(server), guessed };
	return { ...ends, direction, offset, skip, start, end, seen: String(seen), packet, closed, last, bytes: [...bytes], plain };
}

describe('a parcel', () => {
	it('should bring plain values as they are', () => {
		const values = [
			1,
			'two',
			null,
			undefined,
			true,
			3n,
			[4, [5]],
			{ six: { seven: 8 } },
			new Date(9),
			new Map([[1, 2]]),
			new Uint8Array(3),
		];
		expect(way()(...values)).toEqual(values);
	});

	it('should bring instances of our classes as such, wherever they stand', () => {
		const time = new Timestamp(1_700_000_000, 123_456_789, 9);
		const flow = new Flow([0x0a000001, 0x0a000002], 1024, 80, 7);
		const given = { time, list: [flow, { deep: new Endpoint('::1', 443) }], mark: new Flush(1, 2, 3, 'fin'), plain: 1 };
		const arrived = travel(given);
		expect(String(arrived.time)).toBe('2023-11-14T22:13:20.123456789Z');
		expect(JSON.stringify(arrived)).toBe(JSON.stringify(given));
		expect(arrived.time).toBeInstanceOf(Timestamp);
		expect(arrived.list[0]).toBeInstanceOf(Flow);
		expect((arrived.list[0] as Flow).vlan).toBe(7);
		expect((arrived.list[1] as { deep: Endpoint }).deep).toBeInstanceOf(Endpoint);
		expect(arrived.mark).toEqual(new Flush(1, 2, 3, 'fin'));
	});

	it('should not change what it was given', () => {
		const time = new Timestamp(1, 2, 3);
		const given = { time, list: [time], inner: { bytes: new Uint8Array(10).subarray(2, 4) } };
		const before = { ...given, list: [...given.list], inner: { ...given.inner } };
		travel(given);
		expect(given).toEqual(before);
		expect(given.time).toBe(time);
		expect(given.list[0]).toBe(time);
	});

	it('should keep objects without a prototype that way, also with a time inside', () => {
		const given = { headers: Object.assign(Object.create(null), { host: 'a', time: new Timestamp(1, 0, 3) }) };
		const { headers } = travel(given);
		expect(Object.getPrototypeOf(headers)).toBe(null);
		expect({ ...headers }).toEqual({ host: 'a', time: new Timestamp(1, 0, 3) });
	});

	it('should bring of a view no more than its bytes', () => {
		const block = Uint8Array.from({ length: 100_000 }, (_, i) => i);
		const packer = new Packer();
		packer.add({ bytes: block.subarray(5, 8) });
		const parcel = packer.take();
		expect(parcel.bytes).toEqual(Uint8Array.of(5, 6, 7));
		expect(structuredClone(parcel).values).toEqual([{ bytes: 0 }]);
		expect(travel({ bytes: block.subarray(5, 8) })).toEqual({ bytes: Uint8Array.of(5, 6, 7) });
		expect(travel(Buffer.from('ab'))).toEqual(Uint8Array.of(97, 98));
	});

	it('should bring what holds itself', () => {
		const given: { self?: unknown; list: unknown[] } = { list: [1] };
		given.self = given;
		given.list.push(given.list);
		const arrived = travel(given);
		expect(arrived.self).toBe(arrived);
		expect(arrived.list[1]).toBe(arrived.list);
	});

	it('should bring segments and marks', () => {
		const [segment] = segmentsOf('C> SP 1:4(3) <mss 1460> ip6 vlan 9 "abc"') as [Segment];
		const arrived = travel(segment);
		expect(arrived).toBeInstanceOf(Segment);
		expect(String(arrived.flow)).toBe(String(segment.flow));
		expect([arrived.payload, arrived.options]).toEqual([new Uint8Array(segment.payload), new Uint8Array(segment.options)]);
		const numbers = ({ version, length, missing, vlan, seq, ack, flags, packet, timestamp }: Segment) => [
			...[version, length, missing, vlan, seq, ack, flags, packet],
			String(timestamp),
		];
		expect(numbers(arrived)).toEqual(numbers(segment));
	});
});

describe('a tunnel in a parcel', () => {
	it('should be the same, by itself, with a segment and with a flow', () => {
		const tunnel = new Tunnel('gre', 7, [1, 2], new Tunnel('vxlan', 42, []));
		const [plain] = segmentsOf('C> S 0:0(0)') as [Segment];
		const { block, version, addressAt, headerAt, payloadAt, timestamp } = plain;
		const segment = new Segment(block, version, addressAt, headerAt, payloadAt, 0, 0, 0, 0, 0, 2, timestamp, 1, tunnel);
		const arrived = travel({ tunnel, segment, flow: segment.flow, plain });
		expect(arrived.tunnel).toBeInstanceOf(Tunnel);
		for (const one of [arrived.tunnel, arrived.segment.tunnel, arrived.flow.tunnel]) expect(one?.equals(tunnel)).toBe(true);
		expect([arrived.plain.tunnel, arrived.plain.flow.tunnel]).toEqual([null, null]);
	});
});

describe('chunks in a parcel', () => {
	it('should be the same chunks', () => {
		const chunks = chunksOf(...talk, 'C> F. 1006:1006(0) ack 5003', 'S> . 5010:5012(2) ack 1007 "ab"', 'S> R 5012:5012(0)');
		const wanted = chunks.map(told);
		const arrived = way()(...chunks) as Reassembly[];
		for (const chunk of arrived) expect(chunk).toBeInstanceOf(Reassembly);
		expect(arrived.map(told)).toEqual(wanted);
	});

	it('should know what was known when they were made, also when they come in one parcel', () => {
		const packer = new Packer();
		const unpacker = new Unpacker(0, 1);
		const bytesOf = ({ connection, direction }: Reassembly) => connection.statistics(direction).bytes;
		const wanted: number[] = [];
		from(segmentsOf(...talk, 'C> P. 1006:1008(2) ack 5003 "ab"'))
			.pipe(reassemble())
			.subscribe(chunk => {
				wanted.push(bytesOf(chunk));
				packer.add(chunk);
			});
		const found: number[] = [];
		for (const chunk of unpacker.unpack(structuredClone(packer.take()))) found.push(bytesOf(chunk as Reassembly));
		expect(found).toEqual(wanted);
		expect(found).toEqual([0, 0, 5, 2, 7, 7, 2]);
	});

	it('should share the connection and the flows, over parcels', () => {
		const chunks = chunksOf(...talk);
		const send = way();
		const arrived = [...send(...chunks.slice(0, 2)), ...send(...chunks.slice(2))] as Reassembly[];
		expect(new Set(arrived.map(({ connection }) => connection)).size).toBe(1);
		expect(new Set(arrived.map(({ flow }) => flow)).size).toBe(2);
	});

	it('should have ids that no chunk of another shard has, also where a shard has two engines', () => {
		const [a, b] = [way(0, 2), way(1, 2)];
		const ids = [a, a, b, b].map(send => (send(chunksOf(...talk)[0])[0] as Reassembly).connection.id);
		expect(ids).toEqual([1, 3, 2, 4]);
	});

	it('should bring a connection by itself, and anything beside it', () => {
		const [chunk] = chunksOf(...talk) as [Reassembly];
		const arrived = travel({ connection: chunk.connection, flow: chunk.flow, count: 3 });
		expect(String(arrived.connection.client)).toBe(String(chunk.connection.client));
		expect(arrived.connection.statistics('server').bytes).toBe(2);
		expect(String(arrived.flow)).toBe(String(chunk.flow));
	});
});

describe('connections that travelled', () => {
	it('should be forgotten on the main thread when the shard has forgotten them', async () => {
		const packer = new Packer();
		const unpacker = new Unpacker(0, 1);
		const unpackAll = () => [...unpacker.unpack(structuredClone(packer.take()))];
		for (let i = 0; i < 100; i++) packer.add(chunksOf(...talk)[0]);
		unpackAll();
		expect(unpacker.known).toBe(100);
		for (let i = 0; i < 10 && unpacker.known > 0; i++) {
			await collected([]);
			await new Promise(resolve => setTimeout(resolve, 10));
			packer.add(i);
			unpackAll();
		}
		expect(unpacker.known).toBeLessThan(5);
	});
});
