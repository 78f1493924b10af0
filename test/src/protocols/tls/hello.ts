/** Numbers as bytes: of two bytes each, of three. */
export const u16 = (...values: number[]) => values.flatMap(value => [value >> 8, value & 255]);
const u24 = (value: number) => [value >> 16, (value >> 8) & 255, value & 255];
export const text = (value: string) => [...value].map(character => character.charCodeAt(0));
/** Bytes behind their length. */
const with8 = (bytes: readonly number[]) => [bytes.length, ...bytes];
export const with16 = (bytes: readonly number[]) => [...u16(bytes.length), ...bytes];
const with24 = (bytes: readonly number[]) => [...u24(bytes.length), ...bytes];

export const random = Array.from({ length: 32 }, (_, i) => i + 100);

export function extension(type: number, body: readonly number[]): number[] {
	return [...u16(type), ...with16(body)];
}

export const sniOf = (name: string) => extension(0, with16([0, ...with16(text(name))]));
export const alpnOf = (...names: string[]) => extension(16, with16(names.flatMap(name => with8(text(name)))));
const versionsOf = (...versions: number[]) => extension(43, with8(u16(...versions)));

export interface HelloParts {
	readonly version?: number;
	readonly ciphers?: readonly number[];
	readonly extensions?: readonly number[] | undefined;
}

/** A handshake message. */
export function handshake(type: number, body: readonly number[]): number[] {
	return [type, ...with24(body)];
}

export function clientHello({ version = 0x0303, ciphers = [0x1301], extensions = [] }: HelloParts = {}): number[] {
	return handshake(1, [...u16(version), ...random, ...with8([7, 7]), ...with16(u16(...ciphers)), 1, 0, ...with16(extensions)]);
}

export function serverHello(cipher = 0xc02f, extensions: readonly number[] = [], version = 0x0303, its = random): number[] {
	return handshake(2, [...u16(version), ...its, ...with8([]), ...u16(cipher), 0, ...with16(extensions)]);
}

export function certificate(...ders: (readonly number[])[]): number[] {
	return handshake(11, with24(ders.flatMap(with24)));
}

/** A record. */
export function record(type: number, body: readonly number[], version = 0x0303): number[] {
	return [type, ...u16(version), ...with16(body)];
}

export const ccs = record(20, [1]);
/** Bytes that look like nothing. */
export const noise = (length: number, seed = 1) => Array.from({ length }, (_, i) => ((i * 89 + seed * 157 + ((i * i) >> 3)) & 255) | 128);
export const encrypted = (length: number, type = 23) => record(type, noise(length));

/** The example of FoxIO's technical details of JA4, GREASE added. */
export const chrome: HelloParts = {
	ciphers: [0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
	extensions: [
		...extension(0x3a3a, []),
		...extension(0x001b, [2, 0, 2]),
		...sniOf('example.test'),
		...extension(0x0033, with16([...u16(0x4a4a), ...with16([0]), ...u16(29), ...with16(noise(32))])),
		...alpnOf('h2', 'http/1.1'),
		...extension(0x4469, []),
		...extension(0x0017, []),
		...extension(0x002d, [1, 1]),
		...extension(0x000d, with16(u16(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601))),
		...extension(0x0005, [1, 0, 0, 0, 0]),
		...extension(0x0023, []),
		...extension(0x0012, []),
		...versionsOf(0x5a5a, 0x0304, 0x0303),
		...extension(0xff01, [0]),
		...extension(0x000b, with8([0])),
		...extension(0x000a, with16(u16(0x6a6a, 29, 23, 24))),
		...extension(0x0015, [0, 0]),
		...extension(0x7a7a, [0]),
	],
};
