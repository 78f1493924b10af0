/** What one takes beside its text. */
const OVERHEAD = 100;

/** A statement that was prepared: its SQL. Names of statements, and of what is bound to them, last as long as a connection, so there is a limit. */
export class Statements {
	private readonly texts = new Map<string, string>();
	private characters = 0;

	constructor(private readonly charactersMax: number) {}

	get(name: string): string | undefined {
		return this.texts.get(name);
	}

	/** Beyond the limit those are forgotten that were set first. */
	set(name: string, text: string): void {
		this.delete(name);
		this.texts.set(name, text);
		this.characters += OVERHEAD + name.length + text.length;
		for (const oldest of this.texts.keys()) {
			if (this.characters <= this.charactersMax) break;
			this.delete(oldest);
		}
	}

	delete(name: string): void {
		const text = this.texts.get(name);
		if (text === undefined) return;
		this.texts.delete(name);
		this.characters -= OVERHEAD + name.length + text.length;
	}
}
