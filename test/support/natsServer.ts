import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether there is a `nats-server` to test with. */
export const hasNatsServer = (() => {
	try {
		execFileSync('nats-server', ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
})();

/** What the tests that need it are called where it is not. */
export const natsName = (name: string): string => (hasNatsServer ? name : `${name} (skipped: there is no nats-server)`);

/** A server of its own, with its files in a folder of its own. */
export class NatsServer {
	private child: ChildProcess | undefined = undefined;
	private readonly folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-nats-'));

	private constructor(
		readonly port: number,
		private readonly flags: readonly string[],
	) {}

	static async start(...flags: readonly string[]): Promise<NatsServer> {
		const server = new NatsServer(await freePort(), flags);
		await server.restart();
		return server;
	}

	get url(): string {
		return `nats://127.0.0.1:${this.port}`;
	}

	async restart(): Promise<void> {
		const child = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', String(this.port), '-sd', this.folder, ...this.flags]);
		this.child = child;
		await new Promise<void>((resolve, reject) => {
			let log = '';
			child.stderr.setEncoding('utf8').on('data', (text: string) => {
				log = (log + text).slice(-10_000);
				if (log.includes('Server is ready')) resolve();
			});
			child.on('exit', () => reject(new Error(`nats-server has ended: ${log}`)));
		});
	}

	/** Ends it at once, as a power failure of the program would. */
	async kill(): Promise<void> {
		const { child } = this;
		if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise(resolve => child.once('exit', resolve));
		child.kill('SIGKILL');
		await gone;
	}

	async remove(): Promise<void> {
		await this.kill();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise(resolve => server.once('listening', resolve));
	const { port } = server.address() as { port: number };
	await new Promise(resolve => server.close(resolve));
	return port;
}
