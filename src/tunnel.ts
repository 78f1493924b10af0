import { formatAddress } from './address.js';

/** The kinds of tunnels that are looked into. */
export const tunnelKinds = [
	'gre',
	'nvgre',
	'pptp',
	'erspan',
	'ipip',
	'6in4',
	'4in6',
	'6in6',
	'mpls-in-ip',
	'etherip',
	'vxlan',
	'vxlan-gpe',
	'geneve',
	'gtp-u',
	'teredo',
	'l2tp',
] as const;

export type TunnelKind = (typeof tunnelKinds)[number];

/** Nobody who writes packets knows it, so nobody can choose tunnels whose hashes are alike. */
const SEED = (Math.random() * 0x1_0000_0000) | 0;

/** The hash of a tunnel; the same in all of one thread, another in every other. */
export function hashTunnel(kind: TunnelKind, id: number, words: ArrayLike<number>, count: number, outer: Tunnel | null): number {
	let hash = mix(mix(SEED, tunnelKinds.indexOf(kind)), id);
	if (outer !== null) hash = mix(hash, outer.hash);
	for (let i = 0; i < count; i++) hash = mix(hash, words[i] as number);
	return hash ^ (hash >>> 16);
}

function mix(hash: number, word: number): number {
	const product = Math.imul(hash ^ word, 0x9e3779b1);
	return Math.imul(product ^ (product >>> 15), 0x85ebca6b);
}

/**
 * A tunnel that a segment came through: what tells it from others, the same for both directions.
 *
 * That is its number where both directions have the same one, which names a network (`vxlan`, `vxlan-gpe`, `geneve`, `nvgre`;
 * between which hosts such a network is carried may differ by direction); else the two ends of it, in no order, and for `gre`
 * its key. A tunnel in a tunnel has that as `outer`.
 *
 * @example
 * ```ts
 * segments.subscribe(({ flow }) => console.log(String(flow), flow.tunnel === null ? 'plain' : String(flow.tunnel)));
 * // 10.0.0.1:1234->10.0.0.2:80 vxlan 42
 * ```
 */
export class Tunnel {
	/** For the key of a flow; it means nothing outside of this thread. */
	readonly hash: number;

	constructor(
		readonly kind: TunnelKind,
		/** Network identifier or GRE key, unsigned; 0 for none. */
		readonly id: number,
		/** Address words of its ends, the lower end first: none, 1 + 1 for IPv4, 4 + 4 for IPv6. */
		private readonly words: readonly number[],
		/** The tunnel that this one is in. */
		readonly outer: Tunnel | null = null,
	) {
		this.hash = hashTunnel(kind, id, words, words.length, outer);
	}

	/** The addresses of its ends, the lower one first; none where its number says it all. */
	get endpoints(): readonly string[] {
		const { words } = this;
		return words.length === 0 ? [] : [formatAddress(words, 0), formatAddress(words, words.length / 2)];
	}

	/** How many tunnels, this one and those around it. */
	get depth(): number {
		return this.outer === null ? 1 : this.outer.depth + 1;
	}

	/** Whether it is the tunnel that has these words. */
	is(kind: TunnelKind, id: number, words: ArrayLike<number>, count: number, outer: Tunnel | null): boolean {
		if (this.kind !== kind || this.id !== id || this.words.length !== count) return false;
		for (let i = 0; i < count; i++) if (this.words[i] !== words[i]) return false;
		return this.outer === outer || (this.outer !== null && outer !== null && this.outer.equals(outer));
	}

	/** Whether another one is the same tunnel. */
	equals({ kind, id, words, outer }: Tunnel): boolean {
		return this.is(kind, id, words, words.length, outer);
	}

	/** All that it is, as numbers: to be sent somewhere, and made again there by {@link Tunnel.fromNumbers}. */
	toNumbers(): number[] {
		const { kind, id, words, outer } = this;
		return [tunnelKinds.indexOf(kind), id, words.length, ...words, ...(outer?.toNumbers() ?? [])];
	}

	/** The tunnel that gave these numbers; null if there are none. */
	static fromNumbers(numbers: readonly number[]): Tunnel | null {
		const [kind, id = 0, count = 0, ...rest] = numbers;
		if (kind === undefined) return null;
		return new Tunnel(tunnelKinds[kind] as TunnelKind, id, rest.slice(0, count), Tunnel.fromNumbers(rest.slice(count)));
	}

	/** `vxlan 42`, `gre 10.0.0.1-10.0.0.2`, `gre 7 10.0.0.1-10.0.0.2`; one in another as `gtp-u 10.0.0.1-10.0.0.2 in vxlan 42`. */
	toString(): string {
		const { kind, id, words, outer } = this;
		const parts: (string | number)[] = [kind];
		if (words.length === 0 || id !== 0) parts.push(id);
		if (words.length > 0) parts.push(this.endpoints.join('-'));
		if (outer !== null) parts.push(`in ${outer}`);
		return parts.join(' ');
	}

	toJSON(): string {
		return this.toString();
	}
}
