import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadCap, tryOpen } from '../../src/sources/cap.js';

const project = resolve(import.meta.dirname, '../..');

/** Why nothing can be captured in a network of its own, undefined if it can. */
export function obstacleToOwnNetwork(): string | undefined {
	if (process.platform !== 'linux') return 'it is not Linux';
	if (!existsSync(join(project, 'dist/src/index.js'))) return 'dist/ is not built';
	if (spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up', 'mtu', '65519']).status !== 0) return 'unshare -n is not possible';
	try {
		tryOpen(loadCap(), 'lo', '');
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

/** A folder with the built package and these programs, which run where nobody else talks. */
export class OwnNetwork {
	private readonly folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-live-'));

	constructor(programs: Readonly<Record<string, string>>) {
		chmodSync(this.folder, 0o755);
		cpSync(join(project, 'dist'), join(this.folder, 'dist'), { recursive: true });
		symlinkSync(join(project, 'node_modules'), join(this.folder, 'node_modules'));
		writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
		for (const [name, code] of Object.entries(programs)) writeFileSync(join(this.folder, name), code);
	}

	/** Runs a program; frames of its loopback are no larger than cap can capture. */
	run(program: string, ...args: readonly string[]): { stdout: string; stderr: string } {
		const command = ['-n', 'sh', '-c', 'ip link set lo up mtu 65519 && exec "$@"', 'sh', process.execPath];
		return spawnSync('unshare', [...command, join(this.folder, program), ...args], { encoding: 'utf8', timeout: 50_000 });
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
