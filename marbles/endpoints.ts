import { type Direction, Endpoint } from '../src/flow.js';
import type { LineReader } from './lineReader.js';

/** Who sent a packet or a chunk: the start of every line. */
export interface Speaker {
	/** `''` for the default connection, `A` to `Z` for more; in a chunk line also the client's `address:port`. */
	readonly connection: string;
	readonly direction: Direction;
}

/** Addresses as they stand on the wire, by version of IP: 10.0.0.1 and .2, 2001:db8::1 and ::2 (RFC 3849). */
export const addresses = {
	4: { client: [10, 0, 0, 1], server: [10, 0, 0, 2] },
	6: {
		client: [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
		server: [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
	},
} as const;

export const SERVER_PORT = 80;
/** The client's port on the default connection; A has the next one, and so on. */
const CLIENT_PORT = 1024;

const servers: readonly string[] = [`10.0.0.2:${SERVER_PORT}`, `[2001:db8::2]:${SERVER_PORT}`];
const clients: readonly string[] = ['10.0.0.1', '2001:db8::1'];

/** The client's port of a connection: 1024 for the default one, 1025 for `A`, to 1050 for `Z`. */
export function clientPort(connection: string): number {
	if (connection === '') return CLIENT_PORT;
	if (!/^[A-Z]$/.test(connection)) throw new TypeError(`connection: expected '' or a letter from A to Z, found '${connection}'`);
	return CLIENT_PORT + connection.charCodeAt(0) - 64;
}

/** The name of a connection by its ends: `''`, `A` to `Z`, or the client's `address:port` if it is none of these. */
export function connectionBetween(client: Endpoint, server: Endpoint): string {
	const index = client.port - CLIENT_PORT;
	const isOurs = clients.includes(client.address) && servers.includes(server.toString());
	if (!isOurs || index < 0 || index > 26) return new Endpoint(client.address, client.port).toString();
	return index === 0 ? '' : String.fromCharCode(64 + index);
}

/** Reads `C>`, `S>` or `A:C>`; with `anyClient` also `192.0.2.1:5555:C>`. */
export function readSpeaker(reader: LineReader, anyClient: boolean): Speaker {
	const expected = anyClient ? 'C> or S>, A:C> to Z:S>, or CLIENT:PORT:C>' : 'C> or S>, or A:C> to Z:S>';
	const word = reader.next(expected);
	const [, name = '', side] = /^(?:(.+):)?([CS])>$/.exec(word.text) ?? [];
	const isKnown = name === '' || /^[A-Z]$/.test(name) || (anyClient && /^(?:[\d.]+|\[[\da-f:.]+\]):\d+$/.test(name));
	if (side === undefined || !isKnown) throw reader.error(word, expected);
	return { connection: name, direction: side === 'C' ? 'client' : 'server' };
}

/** Prints what {@link readSpeaker} reads. */
export function printSpeaker({ connection, direction }: Speaker): string {
	const side = direction === 'client' ? 'C>' : 'S>';
	return connection === '' ? side : `${connection}:${side}`;
}
