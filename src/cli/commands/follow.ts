import { lastValueFrom, tap } from 'rxjs';
import type { Connection } from '../../assembly/connection.js';
import type { Reassembly } from '../../assembly/reassembly.js';
import type { Direction } from '../../flow.js';
import { blue, type ColorChoice, dim, red, usesColors } from '../colors.js';
import { hexdump } from '../hexdump.js';
import { chunksOf, type InputOptions } from '../input.js';
import type { Output } from '../output.js';
import { printable } from '../printable.js';

/** The flags of `follow`. */
export interface FollowOptions extends InputOptions {
	readonly hex?: boolean;
	readonly color: ColorChoice;
}

/** Prints what both sides say, in the order in which it came; a heading says where the connection changes. */
export async function follow(file: string | undefined, options: FollowOptions, output: Output): Promise<void> {
	const chunks = await chunksOf(file, options);
	const printer = new Conversations(output, options.hex === true, usesColors(options.color));
	await lastValueFrom(chunks.pipe(tap(chunk => printer.add(chunk))), { defaultValue: undefined });
	printer.end();
}

type Decoders = Readonly<Record<Direction, InstanceType<typeof TextDecoder>>>;

class Conversations {
	private connection: Connection | undefined = undefined;
	private isWithinLine = false;
	/** One a direction: a character may be cut. */
	private readonly decoders = new WeakMap<Connection, Decoders>();

	constructor(
		private readonly output: Output,
		private readonly hex: boolean,
		private readonly colors: boolean,
	) {}

	add(chunk: Reassembly): void {
		const { connection, length, skip, closed } = chunk;
		if (length === 0 && skip === 0 && closed === undefined) return;
		if (connection !== this.connection) this.turnTo(connection);
		if (skip !== 0)
			this.remark(skip > 0 ? `${skip} bytes of the ${chunk.direction} are missing` : `the start of the ${chunk.direction} is missing`);
		if (length > 0) this.say(chunk);
		if (chunk.last) this.remark(`closed: ${closed}`);
	}

	end(): void {
		this.endLine();
	}

	private turnTo(connection: Connection): void {
		this.remark(`${connection.client} (client) → ${connection.server} (server)`);
		this.connection = connection;
	}

	private say({ connection, direction, bytes, offset }: Reassembly): void {
		const paint = direction === 'client' ? red : blue;
		if (this.hex) {
			for (const line of hexdump(bytes, offset)) this.line(this.painted(paint, `${direction === 'client' ? '' : '    '}${line}`));
			return;
		}
		const text = printable(this.decoderOf(connection, direction).decode(bytes, { stream: true }));
		if (text === '') return;
		this.output.write(this.painted(paint, text));
		this.isWithinLine = !text.endsWith('\n');
	}

	private decoderOf(connection: Connection, direction: Direction): Decoders[Direction] {
		let decoders = this.decoders.get(connection);
		if (decoders === undefined) {
			decoders = { client: new TextDecoder(), server: new TextDecoder() };
			this.decoders.set(connection, decoders);
		}
		return decoders[direction];
	}

	private remark(text: string): void {
		this.endLine();
		this.line(this.painted(dim, `── ${text}`));
	}

	private line(text: string): void {
		this.output.line(text);
	}

	private endLine(): void {
		if (this.isWithinLine) this.output.line('');
		this.isWithinLine = false;
	}

	private painted(paint: (text: string) => string, text: string): string {
		return this.colors ? paint(text) : text;
	}
}
