import { type PcapRecord, pcapFile } from '../support/pcap.js';
import { Random } from '../support/random.js';

const below = (random: Random, limit: number) => Math.floor(random.fraction() * limit);
const oneOf = <T>(random: Random, choices: readonly T[]) => choices[below(random, choices.length)] as T;

/**
 * A capture of random connections that no host would make: any order, overlaps with different bytes, wraps, SYN, FIN and
 * RST anywhere, payloads of more than a page, times that go back if they may; packets of many connections in turn.
 */
export function hostileCapture(connections: number, seed: number, timesGoBack: boolean): Uint8Array {
	const random = new Random(seed);
	const records: PcapRecord[] = [];
	let micros = 1_700_000_000_000_000;
	for (let group = 0; group < connections; group += 50) {
		const live = Array.from({ length: Math.min(50, connections - group) }, (_, i) => new HostileConnection(random, group + i));
		while (live.length > 0) {
			const turn = below(random, live.length);
			const connection = live[turn] as HostileConnection;
			micros += random.fraction() < 0.05 ? below(random, 900_000) : below(random, 20_000);
			const seen = timesGoBack && random.fraction() < 0.05 ? micros - below(random, 2_000_000) : micros;
			records.push({ bytes: connection.next(), seconds: Math.floor(seen / 1e6), fraction: seen % 1e6 });
			if (connection.left === 0) live.splice(turn, 1);
		}
	}
	return pcapFile(records);
}

class HostileConnection {
	left: number;
	private readonly bases: readonly [number, number];
	private readonly reach: number;

	constructor(
		private readonly random: Random,
		private readonly index: number,
	) {
		this.left = 2 + below(random, 24);
		// Near the places where tcpassembly's arithmetic changes: the wrap, and the quarters.
		const starts = [0, 1, 2 ** 32 - 1, 2 ** 32 - 20, 2 ** 30, 2 ** 31, 3 * 2 ** 30, below(random, 2 ** 32)];
		this.bases = [oneOf(random, starts), oneOf(random, starts)];
		this.reach = oneOf(random, [12, 60, 400, 9000]);
	}

	next(): Uint8Array {
		const { random } = this;
		this.left--;
		const direction = random.fraction() < 0.75 ? 0 : 1;
		const flags = this.flags();
		const jump = random.fraction() < 0.02 ? below(random, 2 ** 32) : below(random, this.reach) - (random.fraction() < 0.15 ? 8 : 0);
		const base = this.bases[direction];
		const isSyn = (flags & 2) !== 0 && random.fraction() < 0.8;
		return frame(this.index, direction, (base + (isSyn ? 0 : 1 + jump) + 2 ** 32) % 2 ** 32, flags, this.payload());
	}

	private flags(): number {
		const { random } = this;
		const roll = random.fraction();
		if (roll < 0.12) return 0x02;
		if (roll < 0.16) return 0x12;
		if (roll < 0.21) return 0x11;
		if (roll < 0.24) return 0x04;
		if (roll < 0.26) return below(random, 256);
		return 0x10;
	}

	private payload(): Uint8Array {
		const { random } = this;
		const roll = random.fraction();
		const length =
			roll < 0.2
				? 0
				: roll < 0.95
					? 1 + below(random, Math.min(this.reach, 40))
					: oneOf(random, [1899, 1900, 1901, 3800, 3801, 5700, 6000]);
		return Uint8Array.from({ length }, () => 97 + below(random, 26));
	}
}

/** Ethernet, IPv4, TCP; nobody looks at the checksums. */
function frame(connection: number, direction: 0 | 1, seq: number, flags: number, payload: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(54 + payload.length);
	const view = new DataView(bytes.buffer);
	const ends = [
		{ address: 0x0a000000 + Math.floor(connection / 50_000), port: 1024 + (connection % 50_000) },
		{ address: 0x0a010001, port: 80 },
	] as const;
	const [from, to] = direction === 0 ? ends : [ends[1], ends[0]];
	view.setUint16(12, 0x0800);
	view.setUint16(14, 0x4500);
	view.setUint16(16, 40 + payload.length);
	view.setUint16(22, 0x4006);
	view.setUint32(26, from.address);
	view.setUint32(30, to.address);
	view.setUint16(34, from.port);
	view.setUint16(36, to.port);
	view.setUint32(38, seq);
	view.setUint16(46, 0x5000 | flags);
	bytes.set(payload, 54);
	return bytes;
}
