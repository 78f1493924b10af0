import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** An option that bounds something, as its docstring has it. */
export interface LimitOption {
	readonly file: string;
	readonly name: string;
	/** The words behind `Default`. */
	readonly byDefault: string;
}

/** All options of the library whose names begin with `max`, and others that bound memory. */
export function limitOptions(): LimitOption[] {
	return ['src', 'operators'].flatMap(part => {
		const files = readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).sort();
		return files.filter(file => file.endsWith('.ts') && !file.startsWith('cli/')).flatMap(file => optionsIn(join(part, file)));
	});
}

function optionsIn(file: string): LimitOption[] {
	const code = readFileSync(join(root, file), 'utf8');
	const fields = code.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (max\w+|lingerMs|highWaterMark|batchBytes|batchesInFlight)\?:/g);
	return [...fields].flatMap(([, comment = '', name = '']) => {
		const text = comment.replaceAll(/\s*\n\s*\* ?/g, ' ');
		const byDefault = /\bDefault:? (.*?)(?:\. |\.$|, at (?:most|least)|\.\s*$|;)/.exec(text.trim())?.[1];
		return byDefault === undefined ? [] : [{ file, name, byDefault: byDefault.replaceAll('`', '') }];
	});
}
