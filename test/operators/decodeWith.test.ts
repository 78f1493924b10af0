import * as t from 'io-ts';
import { from, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { decodeWith } from '../../operators/decodeWith.js';
import { type Decoded, DecodeError, type DecodeFailure } from '../../src/codec/decode.js';
import { FailureCounter } from '../../src/codec/failureCounter.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';

const login = t.type({ user: t.string, attempt: t.number });
const items = () => [{ user: 'ann', attempt: 1 }, { user: 'bob' }, { user: 'cy', attempt: 2 }];
const print = ({ user }: t.TypeOf<typeof login>) => user;

checkOperator('decodeWith', { make: () => decodeWith(login, { failures: 'drop' }), items, print, output: ['ann', 'cy'] });

describe('decodeWith', () => {
	it('should fail at what the codec refuses, and say what is wrong with it', () => {
		expect(record(from(items()).pipe(decodeWith(login)), print).lines).toEqual(['ann', '# attempt: expected number, got undefined']);
		let error: unknown;
		from(items())
			.pipe(decodeWith(login))
			.subscribe({ error: given => (error = given) });
		expect(error).toBeInstanceOf(DecodeError);
		expect(error).toMatchObject({ reasons: ['attempt: expected number, got undefined'], value: { user: 'bob' } });
	});

	it('should give every value as an Either if it is told so', () => {
		const decoded = from(items()).pipe(decodeWith(login, { failures: 'value' }));
		const printed = record(decoded, each => (each._tag === 'Right' ? each.right.user : each.left.reasons.join()));
		expect(printed.lines).toEqual(['ann', 'attempt: expected number, got undefined', 'cy', '|']);
		expectTypeOf(decoded).toEqualTypeOf<Observable<Decoded<{ user: string; attempt: number }>>>();
		expectTypeOf(from(items()).pipe(decodeWith(login))).toEqualTypeOf<Observable<{ user: string; attempt: number }>>();
	});

	it('should tell of what it left out', () => {
		const told: DecodeFailure[] = [];
		record(from(items()).pipe(decodeWith(login, { failures: 'drop', failed: { next: failure => told.push(failure) } })), print);
		expect(told).toEqual([{ reasons: ['attempt: expected number, got undefined'], value: { user: 'bob' } }]);
	});

	it('should count what it left out, by reason, of which there are not many', () => {
		const failed = new FailureCounter();
		const refused = [...Array(150).keys()].map(user => ({ user, attempt: 1 }));
		record(from([...items(), ...refused, ...items()]).pipe(decodeWith(login as t.Type<unknown>, { failures: 'drop', failed })));
		expect(failed.total).toBe(152);
		expect(failed.reasons.get('attempt: expected number, got undefined')).toBe(2);
		expect(failed.reasons.get('user: expected string, got 7')).toBe(1);
		expect([failed.reasons.size, failed.reasons.get('other')]).toEqual([101, 51]);
	});

	it('should take a codec that makes something else of what it gets', () => {
		const length = new t.Type<number, string, Uint8Array>(
			'length',
			t.number.is,
			bytes => t.success(bytes.length),
			() => '',
		);
		expectTypeOf(from([new Uint8Array(3)]).pipe(decodeWith(length))).toEqualTypeOf<Observable<number>>();
		expect(record(from([new Uint8Array(3)]).pipe(decodeWith(length))).lines).toEqual(['3', '|']);
	});

	it('should make an error of the stream of what a codec throws', () => {
		const throwing = new t.Type<number>('throwing', t.number.is, () => expect.unreachable('thrown'), t.identity);
		expect(record(from([1]).pipe(decodeWith(throwing))).lines[0]).toMatch(/^# .*thrown/);
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => decodeWith({} as never)).toThrow('decodeWith: codec must be an io-ts codec, but is an object');
		expect(() => decodeWith(login, { failures: 'no' as 'drop' })).toThrow("option failures must be 'error' or 'drop' or 'value'");
	});
});
