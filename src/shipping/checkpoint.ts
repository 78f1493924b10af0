import type { Exclusion } from './liveConnections.js';
import type { SensorState } from './sensorQueue.js';

/** Where the next worker of a shard begins, and what it has to know. */
export interface Checkpoint {
	readonly version: 1;
	/** The message to begin with: the oldest that a connection needs which is still open. */
	readonly from: number;
	/** All results up to this message are in the results stream. */
	readonly processed: number;
	/** Whether all sensors have ended, so that nothing is left to do. */
	readonly done: boolean;
	/** Packet time before {@link Checkpoint.from}, in ms; null if there was none. */
	readonly newestMs: number | null;
	/** Where the sensors stood before it. */
	readonly sensors: readonly SensorState[];
	readonly excluded: readonly Exclusion[];
	/** The lease under which it was written. */
	readonly fence: number;
}

/** The checkpoint before anything was read. */
export const beginning: Checkpoint = {
	version: 1,
	from: 1,
	processed: 0,
	done: false,
	newestMs: null,
	sensors: [],
	excluded: [],
	fence: 0,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function writeCheckpoint(checkpoint: Checkpoint): Uint8Array {
	const sensors = checkpoint.sensors.map(state => ({ ...state, newestMs: Number.isFinite(state.newestMs) ? state.newestMs : null }));
	return encoder.encode(JSON.stringify({ ...checkpoint, sensors }));
}

/** The checkpoint in these bytes; undefined if there is none. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint | undefined {
	let value: unknown;
	try {
		value = JSON.parse(decoder.decode(bytes));
	} catch {
		return undefined;
	}
	if (!isCheckpoint(value)) return undefined;
	return { ...value, sensors: value.sensors.map(state => ({ ...state, newestMs: state.newestMs ?? Number.NEGATIVE_INFINITY })) };
}

function isCheckpoint(value: unknown): value is Checkpoint {
	if (typeof value !== 'object' || value === null) return false;
	const { version, from, processed, done, newestMs, sensors, excluded, fence } = value as Record<string, unknown>;
	const numbers = [from, processed, fence].every(number => Number.isSafeInteger(number) && (number as number) >= 0);
	const hasTime = newestMs === null || typeof newestMs === 'number';
	return version === 1 && numbers && typeof done === 'boolean' && hasTime && areSensors(sensors) && areExclusions(excluded);
}

function areSensors(value: unknown): boolean {
	return Array.isArray(value) && value.every(isSensor);
}

function isSensor(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const { name, run, number, newestMs, ended } = value as Record<string, unknown>;
	const isTime = newestMs === null || typeof newestMs === 'number';
	return typeof name === 'string' && Number.isInteger(run) && Number.isInteger(number) && isTime && typeof ended === 'boolean';
}

function areExclusions(value: unknown): boolean {
	return Array.isArray(value) && value.every(isExclusion);
}

function isExclusion(value: unknown): boolean {
	if (!Array.isArray(value)) return false;
	const [key, last] = value as unknown[];
	return typeof key === 'string' && Array.isArray(last) && last.every(Number.isInteger);
}
