import type { Direction, Ends, Origin, Parser } from '../parser.js';
import type { RedisCommand, RedisMessage } from './message.js';
import { type RespLimits, RespReader } from './respReader.js';
import type { RespValue } from './respValue.js';

/** What a connection may keep. */
export interface RedisLimits extends RespLimits {
	readonly maxPendingCommands: number;
}

/** A command that waits for its reply. */
interface Asked {
	readonly command: RedisCommand;
	readonly first: Origin;
}

/** Answered by pushes, one a channel, in place of a reply. */
const subscribing = /^[PS]?(?:UN)?SUBSCRIBE$/;
/** What such a push, or one that nobody asked for, begins with. */
const unasked = /^(?:[ps]?(?:un)?subscribe|[ps]?message|invalidate)$/;
/** What MONITOR shows. */
const monitored = /^\d+\.\d+ \[/;

/** One connection: reads both directions, and pairs what they say. */
export class Conversation implements Parser {
	private readonly readers: Readonly<Record<Direction, RespReader>>;
	private asked: Asked[] = [];
	private isMonitoring = false;
	private hasSubscribed = false;
	/** CLIENT REPLY: how many of the next commands have no reply. */
	private silent = 0;
	private isOver = false;

	constructor(
		private readonly emit: (message: RedisMessage) => void,
		private readonly ends: Ends,
		private readonly limits: RedisLimits,
	) {
		const lost = (reason: string, origin: Origin) => this.lose(reason, origin);
		this.readers = {
			client: new RespReader({ takesInline: true, value: (value, first) => this.onCommand(value, first), lost }, limits),
			server: new RespReader({ takesInline: false, value: (value, first, last) => this.onReply(value, first, last), lost }, limits),
		};
	}

	push(bytes: Uint8Array, origin: Origin): void {
		if (!this.isOver) this.readers[origin.direction].push(bytes, origin);
	}

	gap(length: number, origin: Origin): void {
		// A connection that was running before may well be between two commands.
		const reader = this.readers[origin.direction];
		const isStart = length < 0 && reader.isFresh;
		if (!this.isOver && length !== 0 && !isStart) reader.gap(length, origin);
	}

	end(): void {
		// What was sent before may still be answered.
	}

	finish(): void {
		this.giveUp();
	}

	private onCommand(value: RespValue, first: Origin): void {
		const words = value.items.map(item => item.text ?? '');
		const command: RedisCommand = { name: (words[0] ?? '').toUpperCase(), args: words.slice(1), value };
		const asked: Asked = { command, first };
		if (this.isSilent(command)) this.tell(asked, null, undefined);
		else this.asked.push(asked);
		if (command.name === 'MONITOR') this.isMonitoring = true;
		if (subscribing.test(command.name)) this.hasSubscribed = true;
		if (this.asked.length > this.limits.maxPendingCommands) this.tell(this.asked.shift() as Asked, null, undefined);
	}

	/** Whether a command has no reply, since the client wants none. */
	private isSilent({ name, args }: RedisCommand): boolean {
		const wish = name === 'CLIENT' && args[0]?.toUpperCase() === 'REPLY' ? args[1]?.toUpperCase() : undefined;
		if (wish === 'ON') this.silent = 0;
		else if (wish === 'OFF') this.silent = Number.POSITIVE_INFINITY;
		else if (wish === 'SKIP') this.silent = 2;
		if (this.silent === 0) return false;
		this.silent--;
		return true;
	}

	private onReply(value: RespValue, first: Origin, last: Origin): void {
		const asked = this.asked[0];
		if (this.isPush(value)) {
			if (asked !== undefined && subscribing.test(asked.command.name)) this.tell(this.asked.shift() as Asked, value, last);
			else this.emit({ ...this.told(first), kind: 'push', reply: value });
			return;
		}
		// It came before the command was sent, so that is another's.
		const isEarlier = asked !== undefined && last.seen.ms < asked.first.seen.ms;
		if (asked === undefined || isEarlier) this.emit({ ...this.told(first), kind: 'exchange', reply: value });
		else this.tell(this.asked.shift() as Asked, value, last);
	}

	private isPush(value: RespValue): boolean {
		if (value.kind === 'push') return true;
		if (this.isMonitoring && value.kind === 'string') return monitored.test(value.text ?? '');
		return this.hasSubscribed && value.kind === 'array' && unasked.test(value.items[0]?.text ?? '');
	}

	private lose(reason: string, origin: Origin): void {
		this.isOver = true;
		this.giveUp();
		this.emit({ ...this.told(origin), kind: 'lost', reason });
	}

	private giveUp(): void {
		for (const asked of this.asked.splice(0)) this.tell(asked, null, undefined);
	}

	private tell({ command, first }: Asked, reply: RespValue | null, last: Origin | undefined): void {
		const durationMs = last === undefined ? null : last.seen.ms - first.seen.ms;
		this.emit({ ...this.told(first), kind: 'exchange', durationMs, command, reply });
	}

	private told({ seen: time, packet }: Origin) {
		const { client, server } = this.ends;
		return { type: 'redis', client, server, time, packet, durationMs: null, command: null, reply: null, reason: null } as const;
	}
}
