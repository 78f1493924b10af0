import { isatty } from 'node:tty';

/** When to use colours. */
export type ColorChoice = 'auto' | 'always' | 'never';

const STDOUT = 1;

/** Whether what is printed is coloured: on a terminal, unless NO_COLOR (https://no-color.org) is set and not empty. */
export function usesColors(choice: ColorChoice): boolean {
	if (choice !== 'auto') return choice === 'always';
	return isatty(STDOUT) && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
}

/** Puts a text in a colour. */
export const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;
export const blue = (text: string): string => `\x1b[34m${text}\x1b[39m`;
export const dim = (text: string): string => `\x1b[2m${text}\x1b[22m`;
