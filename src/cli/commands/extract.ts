import { lastValueFrom, tap } from 'rxjs';
import { complain } from '../complain.js';
import { FlowFiles, type HoleStyle } from '../flowFiles.js';
import { chunksOf, type InputOptions } from '../input.js';

/** The flags of `extract`. */
export interface ExtractOptions extends InputOptions {
	readonly output: string;
	readonly holes: HoleStyle;
}

/** Writes the bytes of every flow to a file of its own, and says how many those were. */
export async function extract(file: string | undefined, options: ExtractOptions): Promise<void> {
	const chunks = await chunksOf(file, options);
	const files = new FlowFiles(options.output, options.holes);
	try {
		await lastValueFrom(chunks.pipe(tap(chunk => files.add(chunk))), { defaultValue: undefined });
	} finally {
		files.end();
		const missing = files.missing > 0 ? `; ${files.missing} bytes are missing` : '';
		complain(`${files.bytes} bytes in ${files.files} files of ${options.output}${missing}`);
	}
}
