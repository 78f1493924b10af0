import { deadSubject } from './names.js';
import type { Outgoing } from './publisher.js';

/** A message that is no batch, as it goes to the dead letters; once, however often it is read. */
export function deadLetter(stream: string, shard: number, sequence: number, payload: Uint8Array, reason: string): Outgoing {
	const headers = { 'Rx-Reason': oneLine(reason), 'Rx-Sequence': String(sequence) };
	return { subject: deadSubject(stream, shard), payload, id: `dead-${shard}-${sequence}`, headers };
}

/** Headers are lines of ASCII. */
function oneLine(text: string): string {
	return text.replaceAll(/[^ -~]+/g, '?').slice(0, 500);
}
