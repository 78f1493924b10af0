import type { Ends, Origin, Parser } from '../parser.js';
import { columnsOf, Fields, faultOf, parametersOf } from './fields.js';
import type { PostgresEvent, PostgresMessage } from './message.js';
import { Asked, QueryDraft } from './queryDraft.js';
import { Statements } from './statements.js';
import { Wire, type WireMessage } from './wire.js';

/** What a connection may keep. */
export interface PostgresLimits {
	readonly maxQueryBytes: number;
	readonly maxPendingQueries: number;
	readonly maxStatementBytes: number;
}

const PROTOCOL_3 = 3;
const requests: Readonly<Record<number, 'tls' | 'gss' | 'cancel'>> = { 80877103: 'tls', 80877104: 'gss', 80877102: 'cancel' };
const TLS_ACCEPTED = 0x53;
const GSS_ACCEPTED = 0x47;

/** One connection: reads both directions, and pairs what they say. */
export class Conversation implements Parser {
	private readonly wire: Wire;
	/** What is waited for, the next to be answered first. */
	private asked: Asked[] = [];
	private readonly statements: Statements;
	/** Which statement each portal has, and how many values. */
	private readonly portals = new Map<string, { readonly query: string | null; readonly parameters: number }>();
	/** What reads on, once all is encrypted. */
	private successor: Parser | undefined = undefined;

	constructor(
		private readonly emit: (message: PostgresMessage) => void,
		private readonly ends: Ends,
		private readonly limits: PostgresLimits,
		private readonly succeed: () => Parser | undefined,
	) {
		this.statements = new Statements(limits.maxStatementBytes);
		const client = (message: WireMessage) => this.onClient(message);
		const server = (message: WireMessage) => this.onServer(message);
		const answer = (byte: number, origin: Origin) => this.onAnswer(byte, origin);
		const lost = (reason: string, origin: Origin) => this.lose(reason, origin);
		this.wire = new Wire({ client, server, answer, lost }, limits.maxQueryBytes);
	}

	push(bytes: Uint8Array, origin: Origin): void {
		const read = this.wire.push(bytes, origin);
		if (read < bytes.length) this.successor?.push(read === 0 ? bytes : bytes.subarray(read), origin);
	}

	gap(length: number, origin: Origin): void {
		this.wire.gap(length, origin);
		this.successor?.gap(length, origin);
	}

	end(origin: Origin): void {
		this.successor?.end(origin);
	}

	finish(): void {
		this.giveUp();
		this.successor?.finish?.();
	}

	private onClient({ type, body, length, missing, origin }: WireMessage): void {
		if (type === '') this.onBeginning(body, origin);
		else if (type === 'd') this.copied(length);
		else this.ask(type, new Fields(body), body, missing, origin);
		const query = this.asked.at(-1)?.draft;
		if (missing > 0 && query !== undefined) query.missing += missing;
		while (this.asked.length > this.limits.maxPendingQueries) this.tell(this.asked.shift());
	}

	private onBeginning(body: Uint8Array, origin: Origin): void {
		const fields = new Fields(body);
		const code = fields.u16() * 65_536 + fields.u16();
		const request = requests[code];
		if (request === 'cancel') this.event('cancel', null, origin);
		else if (request !== undefined) this.wire.isNegotiating = true;
		else if (code >>> 16 === PROTOCOL_3) {
			const parameters = parametersOf(body.subarray(4));
			this.wire.isTyped = true;
			const { user = null, database = null } = parameters;
			this.emit({ ...this.told(origin), kind: 'startup', user, database, parameters });
		} else this.lose('it is no protocol of version 3', origin);
	}

	/** A byte that answers the wish to encrypt. */
	private onAnswer(byte: number, origin: Origin): void {
		if (byte !== TLS_ACCEPTED && byte !== GSS_ACCEPTED) return;
		this.wire.stop();
		this.event('encrypted', null, origin);
		if (byte === TLS_ACCEPTED) this.successor = this.succeed();
	}

	private ask(type: string, fields: Fields, body: Uint8Array, missing: number, origin: Origin): void {
		// What is missing may be anywhere in it, so nothing that it says is right.
		const isWhole = missing === 0;
		switch (type) {
			case 'Q':
				this.asked.push(new Asked('query', new QueryDraft('query', isWhole ? fields.text() : null, null, origin)));
				return;
			case 'P': {
				const [name, query] = [fields.text(), fields.text()];
				if (isWhole) this.statements.set(name, query);
				this.asked.push(new Asked('parse', new QueryDraft('prepare', isWhole ? query : null, null, origin)));
				return;
			}
			case 'B':
				this.bind(fields, isWhole);
				this.asked.push(new Asked('bind'));
				return;
			case 'E': {
				const { query = null, parameters = null } = (isWhole && this.portals.get(fields.text())) || {};
				this.asked.push(new Asked('execute', new QueryDraft('execute', query, parameters, origin)));
				return;
			}
			case 'C':
				if (isWhole && body[0] === 0x53) this.statements.delete(new Fields(body.subarray(1)).text());
				this.asked.push(new Asked('close'));
				return;
			case 'D':
				this.asked.push(new Asked('describe'));
				return;
			case 'S':
				this.asked.push(new Asked('sync'));
				return;
			case 'F':
				this.asked.push(new Asked('function'));
				return;
		}
	}

	private bind(fields: Fields, isWhole: boolean): void {
		if (!isWhole) return;
		const [portal, statement] = [fields.text(), fields.text()];
		fields.skip(2 * fields.u16());
		if (this.portals.size >= this.limits.maxPendingQueries) this.portals.clear();
		this.portals.set(portal, { query: this.statements.get(statement) ?? null, parameters: fields.u16() });
	}

	private onServer(message: WireMessage): void {
		const draft = this.answering;
		if (draft !== undefined) {
			draft.missing += message.missing;
			draft.last = message.last;
		}
		this.answers[message.type]?.(message);
	}

	/** What is done about each message of the server; the others say nothing that is told. */
	private readonly answers: Readonly<Record<string, (message: WireMessage) => void>> = {
		'1': () => this.answered('parse'),
		'2': () => this.answered('bind'),
		'3': () => this.answered('close'),
		A: message => this.onNotification(message),
		C: ({ body, missing }) => this.onResult(missing === 0 ? new Fields(body).text() : null),
		D: () => this.answering?.addRow(),
		E: message => this.onError(message),
		I: () => this.onResult(null),
		N: message => this.onNotice(message),
		T: ({ body }) => this.onColumns(columnsOf(body)),
		V: () => this.answered('function'),
		Z: () => this.onReady(),
		d: ({ length }) => this.copied(length),
		n: () => this.answered('describe'),
		s: () => this.onResult(null),
	};

	/** The query that the server is at, or that comes next. */
	private get answering(): QueryDraft | undefined {
		return this.asked.find(({ step }) => step === 'query' || step === 'execute')?.draft;
	}

	private answered(step: Asked['step']): void {
		if (this.asked[0]?.step === step) this.asked.shift();
	}

	private onColumns(columns: readonly string[]): void {
		this.answered('describe');
		this.answering?.describe(columns);
	}

	private onNotice({ body, origin }: WireMessage): void {
		this.emit({ ...this.told(origin), kind: 'notice', notice: faultOf(body) });
	}

	private copied(bytes: number): void {
		const { answering } = this;
		if (answering !== undefined) answering.copied += bytes;
	}

	private onResult(tag: string | null): void {
		const first = this.asked[0];
		first?.draft?.endResult(tag);
		if (first?.step !== 'execute' || first.draft === undefined) return;
		first.draft.isAnswered = true;
		this.tell(this.asked.shift());
	}

	/** What was to be done up to the next sync is not: the server passes over it. */
	private onError(message: WireMessage): void {
		const { body, last } = message;
		const first = this.asked[0];
		// Nobody has asked for anything yet: it is the connection that is refused.
		if (first === undefined) this.onNotice(message);
		const error = faultOf(body);
		if (first?.step === 'query' && first.draft !== undefined) {
			first.draft.error = error;
			return;
		}
		const sync = this.asked.findIndex(({ step }) => step === 'sync');
		const failed = this.asked.splice(0, sync < 0 ? this.asked.length : sync);
		const draft = (failed.find(({ step }) => step === 'execute') ?? failed[0])?.draft;
		if (draft !== undefined) {
			draft.error = error;
			draft.isAnswered = true;
			draft.last = last;
		}
		for (const asked of failed) if (asked.step === 'execute' || asked.draft === draft) this.tell(asked);
	}

	/** The server has done all up to here. */
	private onReady(): void {
		const at = this.asked.findIndex(({ step }) => step === 'sync' || step === 'query' || step === 'function');
		for (const asked of this.asked.splice(0, at + 1)) {
			if (asked.step === 'query' && asked.draft !== undefined) asked.draft.isAnswered = true;
			if (asked.step !== 'parse') this.tell(asked);
		}
	}

	private onNotification({ body, origin, missing }: WireMessage): void {
		if (missing > 0) return;
		const fields = new Fields(body);
		fields.skip(4);
		this.emit({ ...this.told(origin), kind: 'notification', channel: fields.text(), payload: fields.text() });
	}

	private lose(reason: string, origin: Origin): void {
		this.giveUp();
		this.wire.stop();
		this.event('lost', reason, origin);
	}

	/** Nothing that waits will be answered any more. */
	private giveUp(): void {
		for (const asked of this.asked.splice(0)) if (asked.step !== 'parse') this.tell(asked);
	}

	private tell(asked: Asked | undefined): void {
		if (asked?.draft !== undefined) this.emit(asked.draft.finish(this.ends));
	}

	private event(kind: PostgresEvent['kind'], reason: string | null, origin: Origin): void {
		this.emit({ ...this.told(origin), kind, reason });
	}

	private told({ seen: time, packet }: Origin) {
		const { client, server } = this.ends;
		return { type: 'postgres', client, server, time, packet } as const;
	}
}
