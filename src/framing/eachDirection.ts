import type { Direction } from '../flow.js';
import type { Origin, ParserFactory } from '../protocols/parser.js';
import type { Frame } from './frame.js';
import type { Framer, FramerFactory } from './framer.js';

/**
 * Makes a parser of a framer: of a connection each direction is framed by itself, and the frames of both come out in the
 * order in which they end.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(eachDirection(lineFramer()))).subscribe(({ direction, text }) => console.log(direction, text));
 * ```
 */
export function eachDirection<F extends Frame>(framer: FramerFactory<F>): ParserFactory<F> {
	return emit => {
		const framers: Partial<Record<Direction, Framer<F>>> = {};
		const of = ({ direction }: Origin) => {
			framers[direction] ??= framer(emit);
			return framers[direction];
		};
		return {
			push: (bytes, origin) => of(origin).push(bytes, origin),
			gap: (length, origin) => of(origin).gap(length, origin),
			end: origin => of(origin).end(origin),
		};
	};
}
