/**
 * Records ../captures/http.pcap: a real HTTP server and real clients on loopback, and tcpdump beside them.
 *
 *     sudo node examples/record/record.mjs
 *
 * Linux, with tcpdump, and the right to capture. The port 8080 and the ports 50001 to 50009 must be free.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { talk } from './clients.mjs';
import { createShop } from './server.mjs';

const port = 8080;
const file = fileURLToPath(new URL('../captures/http.pcap', import.meta.url));

const servers = await Promise.all(['127.0.0.1', '::1'].map(listen));
const recorder = await startTcpdump();
await talk(port);
for (const server of servers) server.close();
await Promise.all(servers.map(server => once(server, 'close')));
// The last FIN is acknowledged after both sides have closed.
await sleep(500);
console.log(await recorder.stop());
console.log(`${statSync(file).size} bytes`);

async function listen(host) {
	const server = createShop().listen(port, host);
	await once(server, 'listening');
	return server;
}

/** Starts tcpdump, and waits until it listens. It writes to a descriptor, since as root it gives up its rights to files. */
async function startTcpdump() {
	const output = openSync(file, 'w');
	const options = ['-i', 'lo', '-s', '0', '-U', '--immediate-mode', '-B', '16384', '--time-stamp-precision=micro', '-w', '-'];
	const child = spawn('tcpdump', [...options, `tcp port ${port}`], { stdio: ['ignore', output, 'pipe'] });
	let words = '';
	child.stderr.setEncoding('utf8').on('data', text => {
		words += text;
	});
	const exit = once(child, 'exit');
	while (!words.includes('listening on')) {
		await Promise.race([once(child.stderr, 'data'), exit]);
		if (child.exitCode !== null) throw new Error(`tcpdump does not start: ${words}`);
	}
	const stop = async () => {
		child.kill('SIGINT');
		await exit;
		closeSync(output);
		if (!/^0 packets dropped by kernel/m.test(words)) throw new Error(`tcpdump lost packets: ${words}`);
		return words.trim();
	};
	return { stop };
}
