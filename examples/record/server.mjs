import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** What the server serves. All of it is made up, and the same in every recording. */
const index = '<!doctype html>\n<title>Example shop</title>\n<link rel="stylesheet" href="/style.css">\n<h1>Tea</h1>\n';
const style = 'body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 40rem }\n';
const articles = JSON.stringify(['Assam', 'Ceylon', 'Darjeeling', 'Keemun'].map((name, i) => ({ id: i + 1, name, price: 4.5 + i })));
export const report = csv(3_000);

function csv(rows) {
	const lines = Array.from(
		{ length: rows },
		(_, i) => `${String(i + 1).padStart(5, '0')},item-${(i * 7919) % 1000},${(i * 31) % 97},${i % 2}`,
	);
	return `row,name,count,sold\n${lines.join('\n')}\n`;
}

/** An HTTP/1.1 server without dates, whose answers are the same every time. */
export function createShop() {
	const server = createServer({ keepAliveTimeout: 30_000 }, answer);
	server.on('checkContinue', (request, response) => {
		response.writeContinue();
		answer(request, response);
	});
	return server;
}

async function answer(request, response) {
	response.sendDate = false;
	const route = routes[`${request.method} ${request.url}`] ?? notFound;
	await route(response, request);
}

const routes = {
	'GET /': response => send(response, 200, 'text/html; charset=utf-8', index),
	'GET /style.css': (response, request) => {
		if (request.headers['if-none-match'] === '"v1"') response.writeHead(304, { ETag: '"v1"' }).end();
		else send(response, 200, 'text/css', style, { ETag: '"v1"' });
	},
	'GET /articles': response => {
		const packed = gzipSync(articles, { level: 9 });
		send(response, 200, 'application/json', packed, { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
	},
	'POST /orders': async (response, request) => {
		const { article, count } = JSON.parse(await read(request));
		send(response, 201, 'application/json', JSON.stringify({ order: 1, article, count }), { Location: '/orders/1' });
	},
	'PUT /upload': async (response, request) => {
		const text = await read(request);
		send(response, 200, 'text/plain', `${text.length} bytes\n`);
	},
	'GET /events': async response => {
		response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-Events' });
		for (let i = 1; i <= 5; i += 1) {
			response.write(`event ${i} of 5\n`);
			await turn();
		}
		response.addTrailers({ 'X-Events': '5' });
		response.end();
	},
	'HEAD /report.csv': response => {
		response.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Length': report.length }).end();
	},
	'GET /report.csv': async response => {
		response.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Length': report.length });
		// Loopback would carry all of it in one frame; small writes make segments as they are on an Ethernet.
		for (let at = 0; at < report.length; at += 1_400) {
			response.write(report.slice(at, at + 1_400));
			await turn();
		}
		response.end();
	},
	'GET /until-close': response => {
		// To a client of HTTP/1.0 that is an answer without length: it ends where the connection does.
		response.writeHead(200, { 'Content-Type': 'text/plain' });
		response.write('the body goes on ');
		response.end('until the connection closes\n');
	},
	'GET /orders/1': response => send(response, 200, 'application/json', '{"order":1,"state":"open"}'),
	'GET /orders/2': response => send(response, 200, 'application/json', '{"order":2,"state":"paid"}'),
	'GET /orders/3': response => send(response, 200, 'application/json', '{"order":3,"state":"sent"}'),
};

function notFound(response) {
	send(response, 404, 'text/plain', 'no such page\n');
}

function send(response, status, type, body, headers = {}) {
	response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers }).end(body);
}

async function read(request) {
	let text = '';
	for await (const chunk of request.setEncoding('utf8')) text += chunk;
	return text;
}
