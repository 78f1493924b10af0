import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What gopacket says, flow by flow: each chunk and the completion as text. */
export type Events = Map<string, string[]>;

/** How tcpassembly is set up. */
export interface Setup {
	readonly maxBufferedPagesPerConnection: number;
	readonly maxBufferedPagesTotal: number;
	/** Flush what is older than this, in ms, every second of packet time; 0: never. */
	readonly flushAgeMs: number;
}

const program = resolve(import.meta.dirname, '../../dist/compat/reference');

/** Builds the reference program with Go and gopacket's Debian package; answers why that cannot be done, if so. */
export function buildReference(): string | undefined {
	mkdirSync(resolve(program, '..'), { recursive: true });
	const env = { GOPATH: '/usr/share/gocode', GOCACHE: join(program, '../cache'), ...process.env, GO111MODULE: 'off' };
	try {
		execFileSync('go', ['build', '-o', program, './reference'], { cwd: import.meta.dirname, env, stdio: ['ignore', 'ignore', 'pipe'] });
		return undefined;
	} catch (error) {
		return String(error).split('\n').slice(0, 2).join(' ');
	}
}

/** Runs gopacket on a capture; undefined if it cannot read it. */
export function runReference(capture: string, setup: Setup): Events | undefined {
	const flags = [setup.maxBufferedPagesPerConnection, setup.maxBufferedPagesTotal, setup.flushAgeMs].map(String);
	let printed: string;
	try {
		printed = execFileSync(program, [capture, ...flags], { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] });
	} catch {
		return undefined;
	}
	const events: Events = new Map();
	for (const line of printed.split('\n')) {
		if (line === '') continue;
		const { flow, complete, skip, start, end, seen, bytes } = JSON.parse(line);
		add(events, flow, complete ? 'complete' : chunkText(skip, start, end, seen, bytes));
	}
	return events;
}

/** One chunk, in a form that can be compared. */
export function chunkText(skip: number, start: boolean, end: boolean, micros: number, base64: string): string {
	return `k${skip}${start ? ' start' : ''}${end ? ' end' : ''} ${micros} ${base64}`;
}

export function add(events: Events, flow: string, event: string): void {
	const known = events.get(flow);
	if (known === undefined) events.set(flow, [event]);
	else known.push(event);
}
