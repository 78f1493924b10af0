import { complain } from './complain.js';
import { StandardOutput } from './standardOutput.js';

/** Characters that are gathered before they are written, so that a line costs no system call of its own. */
const GATHERED_MAX = 64 * 1024;

/**
 * Standard output, in lines. They are written when there are many, and when the turn ends.
 *
 * A reader that has gone (`| head`) is no error: the process ends quietly. A full disk is one.
 */
export class Output {
	private gathered = '';
	private scheduled = false;

	private readonly out = new StandardOutput(error => {
		if (error.code === 'EPIPE') process.exit(0);
		complain(`standard output: ${error.message}`);
		process.exit(1);
	});

	line(text: string): void {
		this.write(`${text}\n`);
	}

	write(text: string): void {
		this.gathered += text;
		if (this.gathered.length >= GATHERED_MAX) this.flush();
		else if (!this.scheduled) {
			this.scheduled = true;
			setImmediate(() => {
				this.scheduled = false;
				this.flush();
			});
		}
	}

	json(value: unknown): void {
		this.line(JSON.stringify(value));
	}

	flush(): void {
		if (this.gathered === '') return;
		const text = this.gathered;
		this.gathered = '';
		this.out.write(text);
	}
}
