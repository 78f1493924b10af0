import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The command of a Chromium, where there is one. */
export const chromium = names.find(name => {
	try {
		execFileSync(name, ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
});

type Answer = { readonly id?: number; readonly result?: Record<string, unknown>; readonly error?: { readonly message: string } };

/** A page in a Chromium without a window, over its protocol for developers. */
export class Page {
	/** What went wrong in the page: errors nobody caught, and requests that failed. */
	readonly complaints: string[] = [];
	private asked = 0;
	private readonly waiting = new Map<number, (answer: Answer) => void>();

	private constructor(
		private readonly browser: ChildProcess,
		private readonly profile: string,
		private readonly socket: WebSocket,
	) {
		socket.on('message', data => this.take(JSON.parse(String(data))));
	}

	static async open(url: string): Promise<Page> {
		const profile = mkdtempSync(join(tmpdir(), 'rx-reassembly-chromium-'));
		const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-port=0'];
		const browser = spawn(chromium ?? '', [...flags, `--user-data-dir=${profile}`, '--window-size=1000,700', 'about:blank'], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		const port = await portOf(browser);
		const [tab] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as [{ webSocketDebuggerUrl: string }];
		const socket = new WebSocket(tab.webSocketDebuggerUrl);
		await once(socket, 'open');
		const page = new Page(browser, profile, socket);
		for (const domain of ['Page', 'Runtime', 'Log']) await page.ask(`${domain}.enable`);
		await page.ask('Page.navigate', { url });
		return page;
	}

	/** The value of an expression in the page. */
	async evaluate<T>(expression: string): Promise<T> {
		const { result } = await this.ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
		return (result as { value: T }).value;
	}

	/** Waits for what must come within `seconds`. */
	async until(expression: string, seconds = 20): Promise<void> {
		const late = Date.now() + seconds * 1000;
		while (!(await this.evaluate<boolean>(expression))) {
			if (Date.now() > late)
				throw new Error(`not in ${seconds} s: ${expression}\n${await this.evaluate('document.body.innerText')}\n${this.complaints}`);
			await new Promise(resolve => setTimeout(resolve, 50));
		}
	}

	/** Drops a file where the middle of an element is. */
	async drop(selector: string, file: string): Promise<void> {
		const box = `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(document.querySelector('${selector}').getBoundingClientRect())`;
		const place = await this.evaluate<{ x: number; y: number }>(box);
		const data = { items: [], files: [file], dragOperationsMask: 1 };
		for (const type of ['dragEnter', 'dragOver', 'drop']) await this.ask('Input.dispatchDragEvent', { type, ...place, data });
	}

	/** What it looks like, as PNG. */
	async picture(): Promise<Buffer> {
		return Buffer.from((await this.ask('Page.captureScreenshot')).data as string, 'base64');
	}

	async close(): Promise<void> {
		const gone = once(this.browser, 'exit');
		this.socket.close();
		this.browser.kill();
		await gone;
		rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
	}

	private ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
		const id = ++this.asked;
		this.socket.send(JSON.stringify({ id, method, params }));
		return new Promise((resolve, reject) => {
			this.waiting.set(id, ({ result = {}, error }) => (error === undefined ? resolve(result) : reject(new Error(error.message))));
		});
	}

	private take(message: Answer & { readonly method?: string; readonly params?: unknown }): void {
		if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded') {
			this.complaints.push(JSON.stringify(message.params));
		}
		if (message.id === undefined) return;
		this.waiting.get(message.id)?.(message);
		this.waiting.delete(message.id);
	}
}

/** Chromium says on stderr where it listens. */
async function portOf(browser: ChildProcess): Promise<string> {
	if (browser.stderr === null) throw new Error('nothing is heard of Chromium');
	for await (const line of createInterface({ input: browser.stderr })) {
		const port = /^DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(line)?.[1];
		if (port !== undefined) return port;
	}
	throw new Error('Chromium ended before it listened');
}
