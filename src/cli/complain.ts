import { ProgressBar } from './progressBar.js';

/** Says on standard error what went wrong, in one line. */
export function complain(message: string): void {
	ProgressBar.giveWay();
	process.stderr.write(`rx-reassembly: ${message.split('\n').join('; ')}\n`);
}
