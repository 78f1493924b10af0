import { formatAddress } from './address.js';
import { Tunnel } from './tunnel.js';

/** One side of a connection: who sent the bytes. */
export type Direction = 'client' | 'server';

/** One end of a conversation. */
export class Endpoint {
	constructor(
		/** IPv4 or IPv6 address as text (RFC 5952 for IPv6). */
		readonly address: string,
		readonly port: number,
	) {}

	/** `10.0.0.1:1234`, or `[::1]:80` for IPv6. */
	toString(): string {
		return this.address.includes(':') ? `[${this.address}]:${this.port}` : `${this.address}:${this.port}`;
	}

	toJSON(): string {
		return this.toString();
	}
}

/**
 * One direction of a connection: source address:port -> destination address:port.
 *
 * Within one `reassemble()` every chunk of a flow carries the same Flow object, so that it can be the key of a Map.
 * The text is only made when it is asked for.
 */
export class Flow {
	#source: Endpoint | undefined = undefined;
	#destination: Endpoint | undefined = undefined;

	constructor(
		/** Address words, source first: 1 + 1 for IPv4, 4 + 4 for IPv6, each as it stands on the wire. */
		private readonly words: readonly number[],
		private readonly sourcePort: number,
		private readonly destinationPort: number,
		/** VLAN ids, the inner one in the low 12 bits; 0 for none. */
		readonly vlan: number,
		/** The innermost tunnel that it is in; null for none. */
		readonly tunnel: Tunnel | null = null,
	) {}

	get source(): Endpoint {
		this.#source ??= new Endpoint(formatAddress(this.words, 0), this.sourcePort);
		return this.#source;
	}

	get destination(): Endpoint {
		this.#destination ??= new Endpoint(formatAddress(this.words, this.words.length / 2), this.destinationPort);
		return this.#destination;
	}

	/** The other direction; a new object at every call. */
	reverse(): Flow {
		const half = this.words.length / 2;
		const words = [...this.words.slice(half), ...this.words.slice(0, half)];
		return new Flow(words, this.destinationPort, this.sourcePort, this.vlan, this.tunnel);
	}

	/** All that it is, as numbers: to be sent somewhere, and made again there by {@link Flow.fromNumbers}. */
	toNumbers(): readonly number[] {
		const { vlan, sourcePort, destinationPort, words, tunnel } = this;
		return [vlan, sourcePort, destinationPort, words.length, ...words, ...(tunnel?.toNumbers() ?? [])];
	}

	/** The flow that gave these numbers. */
	static fromNumbers([vlan = 0, sourcePort = 0, destinationPort = 0, count = 0, ...rest]: readonly number[]): Flow {
		return new Flow(rest.slice(0, count), sourcePort, destinationPort, vlan, Tunnel.fromNumbers(rest.slice(count)));
	}

	/** `10.0.0.1:1234->10.0.0.2:80` */
	toString(): string {
		return `${this.source}->${this.destination}`;
	}

	toJSON(): string {
		return this.toString();
	}
}
