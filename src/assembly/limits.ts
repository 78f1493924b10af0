import type { OverlapPolicy } from './overlap.js';

/** What the engine can be told. Each limit has a default, so that memory is bounded; `Infinity` takes one away. */
export interface AssemblerOptions {
	/** Bytes that one flow may hold behind a hole. Beyond it, its lowest hole is skipped. Default 4 MiB. */
	readonly maxHeldBytesPerFlow?: number | undefined;
	/** The same, counted in pieces of segments. Default 4096. */
	readonly maxHeldSegmentsPerFlow?: number | undefined;
	/** Bytes that all flows may hold together. Beyond it, the flow that has waited longest skips a hole. Default 256 MiB. */
	readonly maxHeldBytes?: number | undefined;
	/** The same, counted in pieces of segments: what bounds the cost of many tiny ones. Default 524,288. */
	readonly maxHeldSegments?: number | undefined;
	/** Flows (directions) that may be open. Beyond it, the idlest connection is closed; half-open ones first. Default 1,048,576. */
	readonly maxFlows?: number | undefined;
	/** Bytes beyond what was delivered that a hole may have; what lies further is dropped and counted. Default 16 MiB, at most 512 MiB. */
	readonly maxGap?: number | undefined;
	/** Closed connections that are remembered, so that late packets open no ghosts. Default 65,536. */
	readonly maxLingering?: number | undefined;
	/** For how long they are remembered, in ms of packet time. Default 60,000. */
	readonly lingerMs?: number | undefined;
	/** Whose bytes stay where two held segments overlap. Default `'bsd'`, as gopacket, Windows and macOS do. */
	readonly overlap?: OverlapPolicy | undefined;
	/**
	 * A flow whose SYN was not seen: `'wait'` holds everything until a SYN, a limit or a flush; `'pickup'` delivers at
	 * once; a number waits that many ms of packet time for what may have been reordered. Default `'wait'`.
	 */
	readonly midstream?: 'wait' | 'pickup' | number | undefined;
	/**
	 * Which RST ends a connection: `'strict'` only one whose sequence number is exactly the next (RFC 5961, section 3.2),
	 * `'window'` also those that lie up to `maxGap` beyond. Default `'strict'`.
	 */
	readonly rst?: 'strict' | 'window' | undefined;
	/**
	 * Urgent data (RFC 6093): `'inline'` leaves the urgent byte in the stream, `'drop'` takes it out; it is counted as
	 * dropped, and no skip is said. Default `'inline'`.
	 */
	readonly urgent?: 'inline' | 'drop' | undefined;
	/** Whether the VLAN is part of what a connection is; not, if the two directions are on different VLANs. Default true. */
	readonly separateVlans?: boolean | undefined;
	/**
	 * Whether the tunnel is part of what a connection is; not, if the two directions take different tunnels, or one takes none.
	 * Default true.
	 */
	readonly separateTunnels?: boolean | undefined;
}

/** The options with nothing left out. */
export type AssemblerSettings = { readonly [Name in keyof AssemblerOptions]-?: NonNullable<AssemblerOptions[Name]> };

/** What holds where nothing was said. */
export const defaultSettings: AssemblerSettings = {
	maxHeldBytesPerFlow: 4 * 2 ** 20,
	maxHeldSegmentsPerFlow: 4096,
	maxHeldBytes: 256 * 2 ** 20,
	maxHeldSegments: 512 * 2 ** 10,
	maxFlows: 2 ** 20,
	maxGap: 16 * 2 ** 20,
	maxLingering: 2 ** 16,
	lingerMs: 60_000,
	overlap: 'bsd',
	midstream: 'wait',
	rst: 'strict',
	urgent: 'inline',
	separateVlans: true,
	separateTunnels: true,
};

/** All that one flow holds lies within a few gaps, where the distance of two sequence numbers must have a meaning. */
const GAP_MAX = 2 ** 29;

/** Fills in what was left out, or given as undefined. */
export function settingsOf(options: AssemblerOptions): AssemblerSettings {
	const given = Object.entries(options).filter(([, value]) => value !== undefined);
	const settings: AssemblerSettings = { ...defaultSettings, ...Object.fromEntries(given) };
	return { ...settings, maxGap: Math.min(settings.maxGap, GAP_MAX) };
}
