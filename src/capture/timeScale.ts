import { Timestamp } from '../timestamp.js';

const WORD = 2 ** 32;
/** What a Date can hold, and so what can be printed: about 270,000 years. */
const SECONDS_MAX = 8_640_000_000_000;
/** Highest powers of ten and of two for which integers of 53 bits do. */
const DECIMAL_POWER_MAX = 9;
const BINARY_POWER_MAX = 23;
const DIGITS_MAX = 9;

/**
 * How an interface of a pcapng capture counts time: units of 10^-n or 2^-n seconds, 64 bits of them, from an offset on.
 *
 * What is finer than a nanosecond is cut off. What no calendar has (the year 275,760 and on) becomes the last moment that it has.
 */
export class TimeScale {
	private readonly power: number;
	private readonly isBinary: boolean;
	private readonly unitsPerSecond: number;
	private readonly nanosecondsPerUnit: number;
	private readonly digits: number;
	private readonly isFast: boolean;
	private readonly offset: number;
	/** The second of the timestamp before, and its first unit: that of the next is mostly the same. */
	private seconds = 0;
	private high = 0;
	private low = 0;

	/**
	 * @param resolution as the option `if_tsresol` has it: a power of ten, or with the highest bit set of two, negative.
	 * @param offsetSeconds as the option `if_tsoffset` has it.
	 */
	constructor(
		resolution = 6,
		private readonly offsetSeconds = 0n,
	) {
		this.isBinary = (resolution & 0x80) !== 0;
		this.power = resolution & 0x7f;
		this.unitsPerSecond = (this.isBinary ? 2 : 10) ** this.power;
		this.nanosecondsPerUnit = 1e9 / this.unitsPerSecond;
		this.digits = Math.min(DIGITS_MAX, this.isBinary ? Math.ceil(this.power * Math.log10(2)) : this.power);
		this.offset = Number(offsetSeconds);
		this.isFast = this.power <= (this.isBinary ? BINARY_POWER_MAX : DECIMAL_POWER_MAX) && Math.abs(this.offset) <= SECONDS_MAX;
		this.seconds = this.offset;
	}

	/** The moment that lies `high * 2^32 + low` units after the offset. */
	at(high: number, low: number): Timestamp {
		if (!this.isFast) return this.exact(high, low);
		const units = (high - this.high) * WORD + (low - this.low);
		if (units >= 0 && units < this.unitsPerSecond) return this.timestamp(units);
		return this.timestamp(this.moveTo(high, low));
	}

	private timestamp(units: number): Timestamp {
		if (Math.abs(this.seconds) >= SECONDS_MAX) return latest(this.seconds, this.digits);
		// A power of two has no more than 23 binary places here, and a whole number of nanoseconds is exact.
		return new Timestamp(this.seconds, Math.floor(units * this.nanosecondsPerUnit), this.digits);
	}

	/** Makes the second in which that moment lies the present one. Returns the units that are left over. */
	private moveTo(high: number, low: number): number {
		const { unitsPerSecond } = this;
		// Division as on paper, with digits of 16 bits: none of its steps needs more than 46 bits.
		const first = Math.floor(high / unitsPerSecond);
		const upper = (high - first * unitsPerSecond) * 65_536 + (low >>> 16);
		const second = Math.floor(upper / unitsPerSecond);
		const lower = (upper - second * unitsPerSecond) * 65_536 + (low & 0xffff);
		const third = Math.floor(lower / unitsPerSecond);
		const units = lower - third * unitsPerSecond;
		this.seconds = first * WORD + second * 65_536 + third + this.offset;
		this.high = low < units ? high - 1 : high;
		this.low = low < units ? low + WORD - units : low - units;
		return units;
	}

	private exact(high: number, low: number): Timestamp {
		const perSecond = (this.isBinary ? 2n : 10n) ** BigInt(this.power);
		const units = (BigInt(high) << 32n) | BigInt(low);
		const seconds = Number(units / perSecond + this.offsetSeconds);
		if (Math.abs(seconds) >= SECONDS_MAX) return latest(seconds, this.digits);
		return new Timestamp(seconds, Number(((units % perSecond) * 1_000_000_000n) / perSecond), this.digits);
	}
}

function latest(seconds: number, digits: number): Timestamp {
	return new Timestamp(Math.sign(seconds) * SECONDS_MAX, 0, digits);
}
