import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../src/assembly/limits.js';
import { limitOptions } from './support/limitOptions.js';

const root = resolve(import.meta.dirname, '..');
const page = (name: string) => readFileSync(resolve(root, name), 'utf8');

/** The cells of the rows whose first cell is code. */
function rowsOf(text: string): string[][] {
	const rows = [...text.matchAll(/^\| `(.*) \|$/gm)];
	return rows.map(([, row = '']) =>
		row
			.replaceAll('`', '')
			.split('|')
			.map(cell => cell.trim()),
	);
}

describe('the pages about limits', () => {
	const options = limitOptions();
	const rows = rowsOf(page('docs/memory.md'));

	it('should know the limits of the code', () => {
		expect(options.length).toBeGreaterThan(30);
	});

	it.each(options)('docs/memory.md should have $name of $file', ({ file, name, byDefault }) => {
		expect(rows.map(cells => cells.slice(0, 3))).toContainEqual([name, byDefault, file]);
	});

	it('should name no limit that there is not', () => {
		const known = options.map(({ name, file }) => `${name} ${file}`);
		expect(
			rows
				.filter(cells => cells.length > 2)
				.map(([name, , file]) => `${name} ${file}`)
				.filter(row => !known.includes(row)),
		).toEqual([]);
	});

	it.each(Object.entries(defaultSettings).filter(([, value]) => typeof value === 'number'))(
		'the docstring of %s should have its default',
		(name, value) => {
			const [, number = '', unit = ''] = /^([\d,]+)( [MK]iB)?$/.exec(options.find(option => option.name === name)?.byDefault ?? '') ?? [];
			const factor = { ' MiB': 2 ** 20, ' KiB': 2 ** 10 }[unit] ?? 1;
			expect(Number(number.replaceAll(',', '')) * factor).toBe(value);
		},
	);

	it('docs/security.md should name options that there are', () => {
		const named = [...page('docs/security.md').matchAll(/`(max\w+)`/g)].map(([, name]) => name);
		expect(named.length).toBeGreaterThan(10);
		expect(named.filter(name => !options.some(option => option.name === name))).toEqual([]);
	});
});
