import type { FuzzResult } from '../../test/support/fuzzLaws.js';

/** What came of all cases. */
export class FuzzTally {
	cases = 0;
	private packets = 0;
	private segments = 0;
	private chunks = 0;
	private messages = 0;
	private readonly ends = new Map<string, number>();

	add({ end, packets, segments, chunks, messages }: FuzzResult): void {
		this.cases++;
		this.packets += packets;
		this.segments += segments;
		this.chunks += chunks;
		this.messages += messages;
		this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
	}

	fail(): void {
		this.cases++;
	}

	toString(): string {
		const ends = [...this.ends].sort((a, b) => b[1] - a[1]).map(([end, count]) => `${count} ${end}`);
		const { cases, packets, segments, chunks, messages } = this;
		return `${cases} cases (${ends.join(', ')}): ${packets} packets, ${segments} segments, ${chunks} chunks, ${messages} HTTP exchanges`;
	}
}
