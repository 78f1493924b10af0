import type { Origin, Parser } from '../parser.js';
import { choose, type signaturesWith } from './choose.js';
import { HeldEvents } from './heldEvents.js';

/** Holds what comes until the protocol is known, then hands all of it over. */
export class Detector implements Parser {
	private held: HeldEvents | undefined;
	private parser: Parser | undefined = undefined;

	constructor(
		private readonly parserFor: (protocol: string) => Parser | undefined,
		private readonly signatures: ReturnType<typeof signaturesWith>,
		maxBytes: number,
	) {
		this.held = new HeldEvents(maxBytes);
	}

	push(bytes: Uint8Array, origin: Origin): void {
		if (this.held !== undefined && !this.held.goesOn(origin)) this.makeRoom(this.held);
		if (this.held === undefined) this.parser?.push(bytes, origin);
		else if (bytes.length > 0) {
			this.held.push(bytes, origin);
			this.decide(this.held);
		}
	}

	gap(length: number, origin: Origin): void {
		if (this.held !== undefined) this.makeRoom(this.held);
		if (this.held === undefined) this.parser?.gap(length, origin);
		else if (length !== 0) {
			this.held.gap(length, origin);
			this.decide(this.held);
		}
	}

	end(origin: Origin): void {
		if (this.held !== undefined) this.makeRoom(this.held);
		if (this.held === undefined) this.parser?.end(origin);
		else {
			this.held.end(origin);
			this.decide(this.held);
		}
	}

	finish(): void {
		const { held } = this;
		if (held !== undefined) {
			held.close('client');
			held.close('server');
			this.decide(held);
		}
		this.parser?.finish?.();
	}

	private decide(held: HeldEvents): void {
		const protocol = choose(held.begun, this.signatures) ?? (held.isOverfull ? 'unknown' : undefined);
		if (protocol === undefined) held.keep();
		else this.handOver(held, protocol);
	}

	private makeRoom(held: HeldEvents): void {
		if (held.isFull) this.handOver(held, 'unknown');
	}

	/** The parser is told what came so far, in order; what comes meanwhile is none of it. */
	private handOver(held: HeldEvents, protocol: string): void {
		this.held = undefined;
		this.parser = this.parserFor(protocol);
		if (this.parser !== undefined) held.replay(this.parser);
	}
}
