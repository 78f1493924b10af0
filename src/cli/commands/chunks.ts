import { lastValueFrom, tap } from 'rxjs';
import type { Reassembly } from '../../assembly/reassembly.js';
import { hexdump } from '../hexdump.js';
import { chunksOf, type InputOptions } from '../input.js';
import type { Output } from '../output.js';

/** Prints every chunk: as a line of JSON, or to be read. */
export async function chunks(file: string | undefined, options: InputOptions & { readonly json?: boolean }, output: Output): Promise<void> {
	const print = options.json ? (chunk: Reassembly) => output.json(jsonOf(chunk)) : (chunk: Reassembly) => printText(chunk, output);
	const all = await chunksOf(file, options);
	await lastValueFrom(all.pipe(tap(print)), { defaultValue: undefined });
}

function jsonOf(chunk: Reassembly): object {
	const { flow, skip, start, end, seen, length, bytes, closed } = chunk;
	const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
	return { flow: String(flow), skip, start, end, seen: String(seen), length, bytes: base64, ...(closed === undefined ? {} : { closed }) };
}

function printText(chunk: Reassembly, output: Output): void {
	const { flow, skip, start, end, seen, length, closed } = chunk;
	const marks = [
		...(start ? ['start'] : []),
		...(skip > 0 ? [`${skip} bytes missing before`] : []),
		...(skip < 0 ? ['start not seen'] : []),
		...(length > 0 ? [`${length} bytes`] : []),
		...(end ? ['end'] : []),
		...(closed === undefined ? [] : [`closed: ${closed}`]),
	];
	output.line(`${seen} ${flow}  ${marks.join(', ')}`);
	for (const line of hexdump(chunk.bytes)) output.line(line);
}
