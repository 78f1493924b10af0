import { type Direction, type Endpoint, Flow } from '../flow.js';
import type { Connection, FlowStatistics } from './connection.js';
import type { Engine } from './engine.js';
import { HalfConnection } from './halfConnection.js';

/** How well it is known who the client is: by a SYN, by a SYN-ACK, or not at all. */
export const Evidence = { none: 0, synAck: 1, syn: 2 } as const;

/** A connection as the assembler keeps it: two halves, and who of them is the client. */
export class TrackedConnection implements Connection {
	/** The direction from the lower end to the higher, as its key has them. */
	readonly forward: HalfConnection;
	readonly backward: HalfConnection;
	/** When it was last seen, in ms of the engine's time. */
	lastSeenMs: number;
	/** Which list of the table it is in. */
	state: 'half-open' | 'open' | 'lingering' | 'gone' = 'half-open';
	/** It is being closed: who was never seen will not be waited for. */
	closing = false;
	/** The half that reset it. */
	resetBy: HalfConnection | undefined;
	heapIndex = -1;
	private clientHalf: HalfConnection | undefined;
	private evidence: number = Evidence.none;
	private rolesSettled = false;

	constructor(
		engine: Engine,
		readonly id: number,
		/** As {@link writeConnectionKey} made it. */
		readonly key: readonly number[],
		/** 4 or 6. */
		readonly version: number,
		private readonly vlan: number,
	) {
		this.lastSeenMs = engine.now;
		this.forward = new HalfConnection(engine, this, 2 * id, false);
		this.backward = new HalfConnection(engine, this, 2 * id + 1, true);
	}

	half(reversed: boolean): HalfConnection {
		return reversed ? this.backward : this.forward;
	}

	opposite(half: HalfConnection): HalfConnection {
		return half === this.forward ? this.backward : this.forward;
	}

	/** How many of its directions were seen. */
	get flows(): number {
		return (this.forward.packets > 0 ? 1 : 0) + (this.backward.packets > 0 ? 1 : 0);
	}

	/** Whether nothing more will come of either half. */
	get isOver(): boolean {
		return [this.forward, this.backward].every(half => half.closed || (this.closing && !half.isKnown));
	}

	/** Goes on where another connection between the same ends was when it was ended too early. */
	resume(ended: TrackedConnection): void {
		for (const reversed of [false, true]) {
			const { started, next } = ended.half(reversed);
			if (started) this.half(reversed).resume(next);
		}
		this.decideClient(this.half(ended.clientSide === ended.backward), ended.evidence);
	}

	/** Takes note of who the client is, unless that is known better, or was said already. */
	decideClient(half: HalfConnection, evidence: number): void {
		if (this.rolesSettled || evidence <= this.evidence) return;
		this.clientHalf = half;
		this.evidence = evidence;
	}

	/** From here on, who is the client does not change any more. */
	settleRoles(): void {
		if (this.rolesSettled) return;
		this.rolesSettled = true;
		this.clientHalf ??= this.guessClient();
	}

	private guessClient(): HalfConnection {
		const { forward, backward } = this;
		const { source, destination } = forward.flow;
		if (source.port !== destination.port) return source.port > destination.port ? forward : backward;
		return forward.packets > 0 ? forward : backward;
	}

	get guessed(): boolean {
		return this.evidence === Evidence.none;
	}

	/** The half that the client sends. */
	get clientSide(): HalfConnection {
		this.settleRoles();
		return this.clientHalf as HalfConnection;
	}

	get client(): Endpoint {
		return this.clientSide.flow.source;
	}

	get server(): Endpoint {
		return this.clientSide.flow.destination;
	}

	directionOf(half: HalfConnection): Direction {
		return half === this.clientSide ? 'client' : 'server';
	}

	statistics(direction: Direction): FlowStatistics {
		const client = this.clientSide;
		return (direction === 'client' ? client : this.opposite(client)).statistics();
	}

	flowOf(reversed: boolean): Flow {
		const words = this.key.slice(0, this.version === 4 ? 2 : 8);
		const ports = this.key[words.length] as number;
		const [low, high] = [ports >>> 16, ports & 0xffff];
		if (!reversed) return new Flow(words, low, high, this.vlan);
		const half = words.length / 2;
		return new Flow([...words.slice(half), ...words.slice(0, half)], high, low, this.vlan);
	}
}
