import { writeFileSync } from 'node:fs';
import { lastValueFrom, tap } from 'rxjs';
import { TEST_BYTES, TEST_PACKETS, testOf } from '../../../marbles/captureToMarbles.js';
import type { DrawSettings } from '../../../marbles/drawing.js';
import { pictureOf, textLines } from '../../../marbles/drawingPicture.js';
import { drawSvg } from '../../../marbles/drawingSvg.js';
import type { DrawnLine } from '../../../marbles/drawingText.js';
import { DRAWN_BYTES_MAX } from '../../../marbles/drawMarbles.js';
import { KEYS_MAX } from '../../../marbles/keyGiver.js';
import { testSource } from '../../../marbles/testSource.js';
import { Flush } from '../../assembly/flush.js';
import { CaptureError } from '../../errors.js';
import { blue, type ColorChoice, dim, red, usesColors } from '../colors.js';
import { complain } from '../complain.js';
import { FLUSH_OLDER_THAN_MS } from '../defaults.js';
import { behaviourOf, type InputOptions, segmentsOf } from '../input.js';
import type { Output } from '../output.js';
import { RecordedConnections } from '../recordedConnections.js';

/** The flags of `marbles`. */
export interface MarblesOptions extends InputOptions {
	readonly svg?: boolean;
	readonly test?: boolean;
	readonly runner?: 'vitest' | 'node' | 'jest';
	readonly output?: string;
	readonly packets?: number;
	readonly width?: number;
	readonly color: ColorChoice;
}

/** Connections that are drawn at most: more are no picture that anybody looks at. */
const CONNECTIONS_MAX = 100;
const PACKETS = 60;
const COLUMNS_MIN = 40;
const COLUMNS = 80;

/** Draws connections, or writes tests of them; what came before an error too. */
export async function marbles(file: string | undefined, options: MarblesOptions, output: Output): Promise<void> {
	const { test = false, packets = test ? TEST_PACKETS : PACKETS } = options;
	const bytes = test ? TEST_BYTES : DRAWN_BYTES_MAX;
	const connections = new RecordedConnections(CONNECTIONS_MAX, Math.min(packets, KEYS_MAX), bytes);
	try {
		const segments = await segmentsOf(file, options);
		const recorded = segments.pipe(tap(segment => segment instanceof Flush || connections.add(segment)));
		await lastValueFrom(recorded, { defaultValue: undefined });
	} finally {
		print(connections, options, output);
	}
}

function print(connections: RecordedConnections, options: MarblesOptions, output: Output): void {
	const { length } = connections.records;
	if (length === 0) return;
	const text = textOf(connections, options);
	if (options.output === undefined) output.write(text);
	else {
		write(options.output, text);
		complain(`${length === 1 ? '1 connection' : `${length} connections`} in ${options.output}`);
	}
	if (connections.rest !== '') complain(connections.rest);
}

function textOf({ records }: RecordedConnections, options: MarblesOptions): string {
	const { svg = false, test = false, runner = 'vitest', output, color } = options;
	if (test) {
		return testSource(
			runner === 'node' ? 'node:test' : runner,
			records.map(record => testOf(record)),
		);
	}
	const pictures = records.map(record => pictureOf(record, settingsOf(options)));
	const width = Math.max(COLUMNS_MIN, options.width ?? process.stdout.columns ?? COLUMNS);
	if (svg) return drawSvg(pictures, width);
	const isColored = usesColors(output === undefined || color !== 'auto' ? color : 'never');
	return pictures.map(picture => `${printed(textLines(picture, width), isColored)}\n`).join('\n');
}

/** As the other commands put connections together. */
function settingsOf(options: MarblesOptions): DrawSettings {
	const { flushOlderThan: flushMs = FLUSH_OLDER_THAN_MS, closeIdle: closeIdleMs } = options;
	return { flushMs, closeIdleMs, midstream: behaviourOf(options).midstream };
}

function printed(lines: readonly DrawnLine[], isColored: boolean): string {
	const paints = { client: red, server: blue, note: dim } as const;
	return lines.map(({ text, about }) => (isColored && about !== undefined ? paints[about](text) : text)).join('\n');
}

function write(path: string, text: string): void {
	try {
		writeFileSync(path, text);
	} catch (cause) {
		throw new CaptureError('io', `${path}: ${(cause as Error).message}`, { cause });
	}
}
