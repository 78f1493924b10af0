const text = (value: string) => [...Buffer.from(value), 0];
const u16 = (value: number) => [value >> 8, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** A message with its type and its length. */
export function message(type: string, ...body: readonly (readonly number[] | string)[]): Uint8Array {
	const bytes = body.flatMap(part => (typeof part === 'string' ? text(part) : part));
	return Uint8Array.from([...Buffer.from(type), ...u32(bytes.length + 4), ...bytes]);
}

export const untyped = (code: number, ...body: readonly string[]): Uint8Array =>
	message('', u32(code), ...body, ...(body.length > 0 ? [[0]] : []));

export const startup = untyped(196_608, 'user', 'ann', 'database', 'shop');
export const sslRequest = untyped(80_877_103);
export const query = (sql: string) => message('Q', sql);
export const ready = message('Z', [73]);
export const complete = (tag: string) => message('C', tag);
export const row = message('D', u16(1), u32(1), [49]);
export const columns = (...names: readonly string[]) =>
	message('T', u16(names.length), ...names.flatMap(name => [name, new Array<number>(18).fill(0)]));
export const error = (words: string) => message('E', [83], 'ERROR', [86], 'ERROR', [67], '42P01', [77], words, [0]);
export const parse = (name: string, sql: string) => message('P', name, sql, u16(0));
export const bind = (name: string, values = 0) =>
	message('B', '', name, u16(0), u16(values), ...Array.from({ length: values }, () => [...u32(1), 49]), u16(0));
export const describe = message('D', [80], '');
export const execute = message('E', '', u32(0));
export const sync = message('S');
export const parsed = message('1');
export const bound = message('2');
export const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]));
