import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium, Page } from './support/chromium.js';

const root = resolve(import.meta.dirname, '..');
const redisCapture = 'test/fixtures/redis.pcap.gz';
const inDemo = 'examples/captures/http.pcap';

async function run(example: string, ...words: string[]): Promise<string[]> {
	const command = [join('examples', example), ...words];
	const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: root, timeout: 30_000 });
	expect(stderr).toBe('');
	return stdout.trimEnd().split('\n');
}

describe('examples', () => {
	it('stats.mjs should count what the README of the capture says', async () => {
		const text = (await run('stats.mjs')).join('\n');
		expect(text).toContain('connections: 9');
		expect(text).toContain('bytes: 83273');
		expect(text).toContain('{ fin: 18 }');
	});

	it('sni.mjs should list who asks for which host', async () => {
		const lines = await run('sni.mjs');
		expect(lines.map(line => line.replace(/^.*?8443: /, '').replace(/, t1\w+$/, ''))).toEqual([
			'shop.example, up to TLS 1.3',
			'api.example, up to TLS 1.2',
			'(no name), up to TLS 1.3',
		]);
	});

	it('redisSlowLog.mjs should name the commands that took long, and no others', async () => {
		const [slow, all] = await Promise.all(['4', '0'].map(ms => run('redisSlowLog.mjs', redisCapture, ms)));
		expect(slow).toEqual([expect.stringMatching(/ 127\.0\.0\.1:\d+ 5\.\d{3} ms COMMAND DOCS$/)]);
		expect(all?.length).toBeGreaterThan(10);
	});

	it('redisSlowLog.mjs should say how it is used', async () => {
		await expect(run('redisSlowLog.mjs')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
	});

	it('ownPackets.mjs should put them in order, each once', async () => {
		const from = '10.0.0.1:40000->10.0.0.2:25';
		expect(await run('ownPackets.mjs')).toEqual([`${from}: EHLO example.org`, `${from}: MAIL FROM:<a@b.example>`, `${from}: QUIT`]);
	});

	it.each(['stats.mjs', 'sni.mjs', 'redisSlowLog.mjs'])('%s should say what is wrong with a file that is none', async example => {
		await expect(run(example, 'README.md')).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^.{10,300}\n$/) });
	});
});

describe('the page in a browser', () => {
	let server: Server;
	let page: Page | undefined;

	beforeAll(async () => {
		await promisify(execFile)(process.execPath, ['examples/browser/build.mjs'], { cwd: root, timeout: 30_000 });
		server = createServer((request, response) => {
			const name = request.url === '/page.js' ? 'page.js' : 'index.html';
			response.setHeader('content-type', name === 'page.js' ? 'text/javascript' : 'text/html');
			response.end(readFileSync(join(root, 'dist/browser', name)));
		});
		await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
		if (chromium === undefined) console.warn('left out: no Chromium, so the page of examples/browser is only bundled');
		else {
			page = await Page.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).catch((error: unknown) => {
				console.warn(`left out: Chromium does not start here, so the page of examples/browser is only bundled: ${error}`);
				return undefined;
			});
		}
	}, 60_000);
	afterAll(async () => {
		await page?.close();
		server.close();
	});

	it('should be bundled without anything of Node', () => {
		const bundle = readFileSync(join(root, 'dist/browser/page.js'), 'utf8');
		expect(bundle).not.toMatch(/\brequire\(|from\s*["']node:|\bBuffer\.(?:from|alloc)\b.*process\.versions/);
		expect(bundle.length).toBeGreaterThan(10_000);
	});

	it('should list the connections of a capture that is dropped on it', async ({ skip }) => {
		const opened = page ?? skip();
		await opened.until("document.readyState === 'complete' && document.querySelector('#drop') !== null");
		await opened.drop('#drop', join(root, inDemo));
		await opened.until("/connections|^http.pcap: /.test(document.querySelector('#status').textContent)");
		expect(opened.complaints).toEqual([]);
		expect(await opened.evaluate("document.querySelector('#status').textContent")).toBe('http.pcap: 9 connections');
		const rows = await opened.evaluate<string[][]>(
			"[...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))",
		);
		expect(rows).toHaveLength(9);
		expect(rows).toContainEqual(['127.0.0.1:50007', '127.0.0.1:8080', '97', '59,496', '0', 'GET /report.csv']);
		if (process.env.PICTURE !== undefined) writeFileSync(process.env.PICTURE, await opened.picture());
	});

	it('should say what is wrong with a file that is no capture', async ({ skip }) => {
		const opened = page ?? skip();
		await opened.drop('#drop', join(root, 'README.md'));
		await opened.until("document.querySelector('#status').className === 'error'");
		expect(await opened.evaluate("document.querySelector('#status').textContent")).toMatch(/^README\.md: .*pcap/);
		expect(await opened.evaluate("document.querySelectorAll('tbody tr').length")).toBe(0);
	});
});
