import { execFileSync, spawnSync } from 'node:child_process';
import type { Packet } from '../../src/packet.js';

/** Whether a program is installed; says what is left out if it is not. */
export function hasTool(name: string, leftOut: string): boolean {
	const found = spawnSync(name, ['--version']).error === undefined;
	if (!found) console.log(`${name} is not installed; left out: ${leftOut}`);
	return found;
}

const fields = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.interface_id'];

/** What tshark says of each frame, a line each: number, seconds since 1970, captured and original length, interface. */
export function tsharkFrames(path: string): string[] {
	const args = ['-n', '-r', path, '-T', 'fields', ...fields.flatMap(field => ['-e', field])];
	const output = execFileSync('tshark', args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });
	return output.trimEnd() === '' ? [] : output.trimEnd().split('\n').map(likeOurs);
}

/** The same of one of our packets. */
export function frameOf({ number, timestamp, start, end, originalLength, source }: Packet): string {
	const time = `${timestamp.seconds}.${String(timestamp.nanoseconds).padStart(9, '0')}`;
	return [number, time, end - start, originalLength, source.id].join('\t');
}

/** tshark knows no interfaces in classic pcap, where we say 0; and leaves a length on the wire that cannot be as it is. */
function likeOurs(line: string): string {
	const [number, time, captured, original, id] = line.split('\t');
	return [number, time, captured, Math.max(Number(original), Number(captured)), id || 0].join('\t');
}
