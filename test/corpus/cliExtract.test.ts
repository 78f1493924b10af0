import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of extracted files with those of tcpflow');
const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-extract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What tcpflow has in a file of its own behind a FIN: the zeros that fill an Ethernet frame up, which are no payload. */
const padding = createHash('sha256').update(new Uint8Array(6)).digest('hex');

/** Why the files are not those of tcpflow; the programs that were recorded say that they are right. */
const others: Readonly<Record<string, string>> = {
	'netem/d10-v4-corrupt-client.pcap': 'frames are corrupted, and tcpflow looks at no checksums',
	'netem/d9-v4-capture-holes.pcap': 'behind holes, tcpflow loses the last 86 bytes of a flow',
};

/** Each file of a folder with the digest of what is in it. */
function filesIn(path: string): Record<string, string> {
	const names = readdirSync(path).filter(name => name !== 'report.xml');
	const files = names.map(
		name =>
			[
				name,
				createHash('sha256')
					.update(readFileSync(join(path, name)))
					.digest('hex'),
			] as const,
	);
	return Object.fromEntries(files.filter(([name, digest]) => !(digest === padding && /c\d+$/.test(name))).sort());
}

describe.skipIf(corpus === undefined || !hasTool('tcpflow', 'its files'))('extract, on real captures', () => {
	if (corpus === undefined) return;

	it('should write the files of tcpflow where tools agree', { timeout: 240_000 }, async () => {
		let [captures, files] = [0, 0];
		for (const capture of corpus.captures.filter(({ agreed, path }) => agreed && others[path] === undefined)) {
			const path = corpus.pathOf(capture);
			const [mine, theirs] = [join(folder, `${captures}-ours`), join(folder, `${captures}-theirs`)];
			expect(spawnSync('tcpflow', ['-q', '-r', path, '-o', theirs]).status).toBe(0);
			// tcpflow leaves zeros where bytes are missing.
			await runCli(['extract', path, '-o', mine, '--holes', 'zero']);
			const written = filesIn(mine);
			expect(written, capture.path).toEqual(filesIn(theirs));
			captures++;
			files += Object.keys(written).length;
		}
		console.log(`${files} files of ${captures} captures are those of tcpflow`);
		expect(captures).toBeGreaterThan(0);
	});
});
