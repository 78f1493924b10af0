import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/** The host name that clients ask for; nobody looks it up. */
const shop = 'shop.example';
const common = { Host: shop, 'User-Agent': 'example/1.0' };

/**
 * All conversations at once, each on a connection of its own, from a port of its own. Settles when all are closed.
 */
export async function talk(port) {
	await Promise.all([
		keepAlive(port, 50_001),
		single(port, 50_002, { method: 'POST', path: '/orders', body: JSON.stringify({ article: 3, count: 2 }), type: 'application/json' }),
		single(port, 50_003, { path: '/events' }),
		pipelined(port, 50_004),
		upload(port, 50_005),
		single(port, 50_006, { path: '/articles', headers: { 'Accept-Encoding': 'gzip' } }),
		single(port, 50_007, { path: '/report.csv' }),
		single(port, 50_008, { path: '/', host: '::1' }),
		oldClient(port, 50_009),
	]);
}

/** Several requests on one connection, one after the other. */
async function keepAlive(port, localPort) {
	const agent = oneConnection();
	await ask(agent, port, localPort, { path: '/' });
	await ask(agent, port, localPort, { path: '/style.css' });
	await ask(agent, port, localPort, { path: '/style.css', headers: { 'If-None-Match': '"v1"' } });
	await ask(agent, port, localPort, { path: '/favicon.ico' });
	await ask(agent, port, localPort, { method: 'HEAD', path: '/report.csv' });
	agent.destroy();
}

async function single(port, localPort, what) {
	const agent = oneConnection();
	await ask(agent, port, localPort, what);
	agent.destroy();
}

/** A body of 20 KB that is only sent once the server has said `100 Continue`. */
async function upload(port, localPort) {
	const agent = oneConnection();
	const headers = { Expect: '100-continue', 'Content-Type': 'text/plain', 'Content-Length': 20_000 };
	const asked = request({ ...target(agent, port, localPort), method: 'PUT', path: '/upload', headers: { ...common, ...headers } });
	asked.flushHeaders();
	await once(asked, 'continue');
	asked.end('upload\n'.repeat(2_858).slice(0, 20_000));
	await finish(asked);
	agent.destroy();
}

/** Three requests in one write, before the first answer. */
async function pipelined(port, localPort) {
	const paths = ['/orders/1', '/orders/2', '/orders/3'];
	const last = 'Connection: close\r\n';
	const text = paths.map((path, i) => `GET ${path} HTTP/1.1\r\nHost: ${shop}\r\n${i === paths.length - 1 ? last : ''}\r\n`).join('');
	await speak(port, localPort, text);
}

/** A client of HTTP/1.0, which gets a body without a length. */
async function oldClient(port, localPort) {
	await speak(port, localPort, `GET /until-close HTTP/1.0\r\nHost: ${shop}\r\n\r\n`);
}

async function speak(port, localPort, text) {
	const socket = connect({ host: '127.0.0.1', port, localPort });
	socket.write(text);
	socket.resume();
	await once(socket, 'close');
}

function oneConnection() {
	return new Agent({ keepAlive: true, maxSockets: 1 });
}

function target(agent, port, localPort, host = '127.0.0.1') {
	return { agent, host, port, localPort };
}

async function ask(agent, port, localPort, { method = 'GET', path, host, headers = {}, body = '', type }) {
	const own = body === '' ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) };
	const asked = request({ ...target(agent, port, localPort, host), method, path, headers: { ...common, ...headers, ...own } });
	asked.end(body);
	await finish(asked);
}

async function finish(asked) {
	const [response] = await once(asked, 'response');
	response.resume();
	await once(response, 'end');
}
