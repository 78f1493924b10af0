const spare = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzαβγδεζηθικλμνξοπρστυφχψω'];

/** A value of an expectation, and the letter that the marbles show it by. */
export class Lettered {
	constructor(
		readonly letter: string,
		readonly value: unknown,
		/** All letters that the test has given a meaning to. */
		readonly legend: Readonly<Record<string, unknown>>,
	) {}
}

/** Which letter stands for which text, in one diagram: those of the expectation, and new ones for what it did not expect. */
export class Letters {
	private readonly lettersByText = new Map<string, string[]>();
	private readonly used = new Set<string>();

	/** Notes a letter of the expectation. */
	add(letter: string, text: string): void {
		this.used.add(letter);
		const known = this.lettersByText.get(text);
		if (known === undefined) this.lettersByText.set(text, [letter]);
		else known.push(letter);
	}

	/**
	 * The letter for a text: `preferred` if it stands for it too, else its first one, else a new one, which is the value
	 * itself where that is a letter.
	 */
	of(text: string, preferred: string | undefined, value: unknown): string {
		const known = this.lettersByText.get(text);
		if (known !== undefined) return preferred !== undefined && known.includes(preferred) ? preferred : (known[0] as string);
		const letter = [...spare.filter(candidate => candidate === value), ...spare].find(candidate => !this.used.has(candidate)) ?? '?';
		this.add(letter, text);
		return letter;
	}
}
