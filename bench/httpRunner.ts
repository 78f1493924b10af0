/**
 * One parser on one mix in a process of its own, since two users of http-parser-js in one process spoil each other's code:
 * `httpRunner MODULE MIX [MAX_BODY_BYTES]`, or `alone` for MODULE. Told a number of exchanges, it parses so many, and answers the nanoseconds that took.
 */
import { readFileSync } from 'node:fs';
import type { createHttp1 } from 'rx-reassembly/protocols';
import { type HttpMix, httpMixes } from './httpMixes.js';
import { ParserAlone } from './parserAlone.js';

const [name = '', title, maxBodyBytes] = process.argv.slice(2);
const mix = httpMixes.find(one => one.name === title);
if (mix === undefined) throw new TypeError(`no mix ${title}`);
let emitted = 0;
const turn = name === 'alone' ? alone(mix) : await ours(mix);

process.on('message', (exchanges: number) => {
	const before = emitted;
	const startedAt = busyNs();
	for (let made = 0; made < exchanges; made += mix.exchanges) turn();
	const ns = busyNs() - startedAt;
	const wanted = Math.ceil(exchanges / mix.exchanges) * mix.exchanges;
	if (emitted - before !== wanted) throw new Error(`${emitted - before} exchanges instead of ${wanted}`);
	process.send?.(ns / wanted);
});
process.send?.('ready');

function alone({ pieces }: HttpMix): () => void {
	let messages = 0;
	const parser = new ParserAlone(({ bodyLength }) => {
		if (bodyLength >= 0 && ++messages % 2 === 0) emitted++;
	});
	const all = pieces.map(({ bytes, origin }) => ({
		bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
		isServer: origin.direction === 'server',
	}));
	return () => {
		for (const { bytes, isServer } of all) parser.push(bytes, isServer);
	};
}

async function ours({ pieces }: HttpMix): Promise<() => void> {
	const module = (await import(name)) as { createHttp1: typeof createHttp1 };
	const factory = module.createHttp1(maxBodyBytes === undefined ? {} : { maxBodyBytes: Number(maxBodyBytes) });
	const parser = factory(
		({ response }) => {
			if (response?.complete) emitted++;
		},
		{ client: '10.0.0.1:1', server: '10.0.0.2:80' },
	);
	return () => {
		for (const { bytes, origin } of pieces) parser.push(bytes, origin);
	};
}

/** Time that the main thread was on a processor; where there is no /proc, the time that passed. */
function busyNs(): number {
	try {
		return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[0]);
	} catch {
		return Number(process.hrtime.bigint());
	}
}
