import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { HttpExchange } from '../protocols/http1.js';
import { BodyFiles } from './bodyFiles.js';
import { complain } from './complain.js';
import { HarFile } from './harFile.js';

/** Where exchanges are to be saved. */
export interface SavingOptions {
	readonly har?: string;
	readonly bodies?: string;
}

/**
 * Writes exchanges to a file of HAR, and their bodies to a folder, as they pass; says at the end how many those were.
 *
 * @throws CaptureError with the words of the system.
 */
export function savedExchanges({ har, bodies }: SavingOptions): MonoTypeOperatorFunction<HttpExchange> {
	const file = har === undefined ? undefined : new HarFile(har);
	const files = bodies === undefined ? undefined : new BodyFiles(bodies);
	const done = () => {
		file?.end();
		if (file !== undefined) complain(`${file.entries} exchanges in ${har}${leftOut(file.unasked)}`);
		if (files !== undefined) complain(`${files.bytes} bytes in ${files.files} files of ${bodies}${incomplete(files.incomplete)}`);
	};
	return tap({
		next(exchange) {
			file?.add(exchange);
			files?.add(exchange);
		},
		complete: done,
		// What there was before it is saved.
		error: done,
	});
}

const leftOut = (count: number) => (count === 0 ? '' : `; ${count} responses without a request are left out`);
const incomplete = (count: number) => (count === 0 ? '' : `; ${count} bodies are not complete`);
