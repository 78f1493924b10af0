import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Har } from 'har-format';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';
import { openCorpus } from '../../support/corpus.js';
import { captureOf, temporaryFolder } from './captures.js';

const require = createRequire(import.meta.url);
const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
for (const schema of Object.values(require('har-schema') as Record<string, object>)) ajv.addSchema(schema);

const folder = temporaryFolder();
afterAll(() => folder.remove());

const example = join(import.meta.dirname, '../../../examples/captures/http.pcap');
let made = 0;

/** A capture of a client and a server that say this in turn; `null` is a segment that was lost. */
function talk(...said: readonly (readonly [who: 'C' | 'S', text: string | Uint8Array | null, lost?: number])[]): string {
	const at = { C: 1, S: 1 };
	const lines = ['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:1(0) ack 1'];
	for (const [who, text, lost = 0] of said) {
		const bytes = text === null ? Buffer.alloc(0) : Buffer.from(text as string, 'latin1');
		const end = at[who] + bytes.length;
		const other = who === 'C' ? at.S : at.C;
		if (bytes.length > 0) lines.push(`${who}> P. ${at[who]}:${end}(${bytes.length}) ack ${other} hex:${bytes.toString('hex')}`);
		at[who] = end + lost;
	}
	lines.push(`C> F. ${at.C}:${at.C}(0) ack ${at.S}`, `S> F. ${at.S}:${at.S}(0) ack ${at.C + 1}`);
	return folder.write(`talk${made++}.pcap`, captureOf(lines));
}

const crlf = (text: string) => text.replaceAll('\n', '\r\n');

/** The file of HAR that comes of it, which must be one, and what was said. */
async function harOf(path: string, ...flags: readonly string[]): Promise<{ entries: Har['log']['entries']; stderr: string }> {
	const out = folder.path(`${made++}.har`);
	const { code, stderr } = await runCli(['http', path, '--har', out, ...flags]);
	expect(code).toBe(0);
	const har = JSON.parse(readFileSync(out, 'utf8')) as Har;
	const validate = ajv.getSchema('har.json');
	expect(validate?.(har), ajv.errorsText(validate?.errors)).toBe(true);
	return { entries: har.log.entries, stderr };
}

/** The files of bodies that come of it, as text. */
async function bodiesOf(path: string): Promise<{ files: Record<string, string>; stderr: string; inside: string }> {
	const inside = folder.path(`bodies${made++}`);
	const { code, stderr } = await runCli(['http', path, '--bodies', inside]);
	expect(code).toBe(0);
	const files = readdirSync(inside).map(name => [name, readFileSync(join(inside, name), 'latin1')]);
	return { files: Object.fromEntries(files), stderr, inside };
}

describe.concurrent('http --har', () => {
	it('should have an entry for every exchange', async () => {
		const { entries, stderr } = await harOf(example);
		expect(entries.map(({ request, response }) => `${request.method} ${request.url} ${response.status}`)).toContain(
			'GET http://shop.example/report.csv 200',
		);
		expect(stderr).toMatch(/^rx-reassembly: 15 exchanges in .*\.har\n$/);
		expect(entries).toHaveLength(15);
	});

	it('should have bodies decoded, with what that saved', async () => {
		const body = gzipSync('hällo '.repeat(50));
		const { entries } = await harOf(
			talk(
				['C', crlf('GET /a?x=1&y=%20z HTTP/1.1\nHost: a.test\nCookie: k=v; other=2\n\n')],
				['S', crlf(`HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Encoding: gzip\nContent-Length: ${body.length}\n\n`)],
				['S', body],
			),
		);
		expect(entries).toMatchObject([
			{
				request: {
					url: 'http://a.test/a?x=1&y=%20z',
					queryString: [
						{ name: 'x', value: '1' },
						{ name: 'y', value: ' z' },
					],
					cookies: [
						{ name: 'k', value: 'v' },
						{ name: 'other', value: '2' },
					],
				},
				response: {
					bodySize: body.length,
					content: { size: 350, compression: 350 - body.length, text: 'hällo '.repeat(50) },
				},
				serverIPAddress: '10.0.0.2',
			},
		]);
		expect(entries[0]).not.toHaveProperty('comment');
	});

	it('should have what is no text as Base64', async () => {
		const bytes = Uint8Array.of(0, 255, 254, 10);
		const head = (type: string) => `Content-Type: ${type}\nContent-Length: 4\n\n`;
		const { entries } = await harOf(
			talk(
				['C', crlf(`POST /a HTTP/1.1\nHost: a.test\n${head('image/png')}`)],
				['C', bytes],
				['S', crlf(`HTTP/1.1 200 OK\nSet-Cookie: a=b; Path=/; HttpOnly\nSet-Cookie: c=d; Secure\n${head('text/plain')}`)],
				['S', bytes],
			),
		);
		const text = Buffer.from(bytes).toString('base64');
		expect(entries).toMatchObject([
			{
				request: { postData: { mimeType: 'image/png', text, _encoding: 'base64' }, bodySize: 4 },
				response: {
					content: { text, encoding: 'base64' },
					cookies: [
						{ name: 'a', value: 'b', path: '/', httpOnly: true },
						{ name: 'c', value: 'd', secure: true },
					],
				},
			},
		]);
	});

	it('should say what is missing', async () => {
		const { entries, stderr } = await harOf(
			talk(
				['C', crlf('GET /1 HTTP/1.1\nHost: a.test\n\n')],
				['S', crlf('HTTP/1.1 200 OK\nContent-Length: 10\n\nabc'), 4],
				['S', 'hij'],
				['C', crlf('GET /2 HTTP/1.1\nHost: a.test\n\n')],
			),
		);
		expect(entries.map(({ comment }) => comment)).toEqual([
			'the response is not complete; 4 bytes of the response are missing',
			'no response was seen',
		]);
		expect(entries.map(({ response }) => response.status)).toEqual([200, 0]);
		expect(stderr).toMatch(/: 2 exchanges in/);
	});

	it('should leave out responses that nobody asked for, and say so', async () => {
		const { entries, stderr } = await harOf(talk(['S', crlf('HTTP/1.1 408 Timeout\nContent-Length: 0\n\n')]));
		expect(entries).toEqual([]);
		expect(stderr).toContain('0 exchanges in');
		expect(stderr).toContain('; 1 responses without a request are left out');
	});

	it.each([
		['GET', 'http://other.test/a b', 'http://other.test/a%20b'],
		['OPTIONS', '*', 'http://a.test/*'],
		['CONNECT', 'far.test:443', 'http://far.test:443/'],
		['GET', '/\xff"<', 'http://a.test/%C3%BF%22%3C'],
	])('should make a URL of %s %s', async (method, target, url) => {
		const { entries } = await harOf(talk(['C', crlf(`${method} ${target.replace(' ', '%20')} HTTP/1.1\nHost: a.test\n\n`)]));
		expect(entries[0]?.request.url).toBe(url);
	});

	it('should keep so much of a body, and say how much it was', async () => {
		const path = talk(['C', crlf('GET / HTTP/1.1\nHost: a\n\n')], ['S', crlf('HTTP/1.1 200 OK\nContent-Length: 6\n\nabcdef')]);
		const { entries } = await harOf(path, '--max-body-bytes', '4');
		expect(entries[0]).toMatchObject({ comment: 'of the body of the response, 4 of 6 bytes are kept', response: { content: { size: 4 } } });
	});

	it('should not go with what makes lines elsewhere, nor where nothing can be written', async () => {
		for (const flags of [
			['--shards', '2'],
			['--to', 'nats://127.0.0.1/a'],
		]) {
			const { code, stderr } = await runCli(['http', example, '--har', folder.path('no.har'), ...flags]);
			expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: --har and --bodies go neither with --shards nor with --to\n' });
		}
		const { code, stderr } = await runCli(['http', example, '--har', '/nowhere/x.har']);
		expect({ code, stderr }).toEqual({
			code: 1,
			stderr: "rx-reassembly: /nowhere/x.har: ENOENT: no such file or directory, open '/nowhere/x.har'\n",
		});
	});
});

describe.concurrent('http --bodies', () => {
	it('should write each body to a file, decoded', async () => {
		const { files, stderr } = await bodiesOf(example);
		expect(Object.keys(files)).toHaveLength(15);
		expect(Object.keys(files)).toContain('000004-response-shop.example_style.css');
		expect(stderr).toMatch(/ bytes in 15 files of /);
	});

	it('should write nothing elsewhere, whatever a target is', async () => {
		const ask = (target: string) => ['C', crlf(`GET ${target} HTTP/1.1\nHost: ../..\n\n`)] as const;
		const answer = ['S', crlf('HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 3\n\nabc')] as const;
		const targets = ['/../../../etc/passwd', '/..%2f..%2fx', `/${'a'.repeat(300)}`, '/\\..\\..\\y', '/a\x01\x1b[31m', '/?q=1'];
		const { files } = await bodiesOf(talk(...targets.flatMap(target => [ask(target), answer])));
		expect(Object.values(files)).toEqual(targets.map(() => 'abc'));
		for (const name of Object.keys(files)) expect(name).toMatch(/^\d{6}-response-[A-Za-z0-9._-]{0,60}\.html$/);
	});

	it('should keep what cannot be decoded as it came, and say what is not complete', async () => {
		const bad = 'HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 3\n\nabc';
		const cut = 'HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 9\n\nabc';
		const { files, stderr } = await bodiesOf(
			talk(['C', crlf('GET /1 HTTP/1.1\nHost: a\n\n')], ['S', crlf(bad)], ['C', crlf('GET /2 HTTP/1.1\nHost: a\n\n')], ['S', crlf(cut)]),
		);
		expect(files).toEqual({ '000001-response-a_1.bin.gzip': 'abc', '000002-response-a_2.txt': 'abc' });
		expect(stderr).toContain('; 1 bodies are not complete');
	});
});

const corpus = openCorpus('HAR of real captures');

describe.skipIf(corpus === undefined)('http --har, on real captures', () => {
	if (corpus === undefined) return;

	it('should be HAR, and have the bodies that the programs saw', { timeout: 240_000 }, async () => {
		const truths = new Map(corpus.truths().map(({ capture, truth }) => [capture.path, truth]));
		let [count, digests] = [0, 0];
		for (const capture of corpus.captures) {
			const flags = capture.checksums === undefined ? [] : ['--checksums', capture.checksums];
			const { entries } = await harOf(corpus.pathOf(capture), ...flags);
			count += entries.length;
			const truth = truths.get(capture.path);
			if (truth === undefined) continue;
			const ours = new Set(
				entries.map(({ request, response: { status, content } }) => {
					const bytes = Buffer.from(content.text ?? '', content.encoding === 'base64' ? 'base64' : 'utf8');
					return `${request.method} ${status} ${createHash('sha256').update(bytes).digest('hex')}`;
				}),
			);
			for (const { method, status, resp_body_sha256: digest } of truth.connections.flatMap(({ http = [], tls }) => (tls ? [] : http))) {
				if (status === undefined || digest === null || digest === undefined || truth.frames_removed !== undefined) continue;
				expect(ours, `${capture.path} ${method}`).toContain(`${method} ${status} ${digest}`);
				digests++;
			}
		}
		console.log(`${count} entries of HAR; ${digests} bodies are those that the programs saw`);
		expect(count).toBeGreaterThan(0);
	});
});
