import type { RowTable } from './flowTable.js';

/** Few enough that a row that somebody keeps does not keep much else. */
const ROWS_PER_BLOCK = 64;

/** Rows of a table that was left by their owners: copies, many in one block, which lives as long as any of them is wanted. */
class ArchiveBlock implements RowTable {
	readonly words: Int32Array;
	readonly doubles: Float64Array;
	/** How many rows it has. */
	used = 0;

	constructor(
		readonly width: number,
		readonly keyWords: number,
	) {
		this.words = new Int32Array(ROWS_PER_BLOCK * width);
		this.doubles = new Float64Array(this.words.buffer);
	}
}

/** Where rows are copied to when their places in a table are needed for others. */
export class RowArchive {
	private block: ArchiveBlock;

	constructor(private readonly table: RowTable) {
		this.block = new ArchiveBlock(table.width, table.keyWords);
	}

	/** Copies a row; answers where the copy is. */
	add(row: number): { readonly table: RowTable; readonly row: number } {
		const { table } = this;
		if (this.block.used === ROWS_PER_BLOCK) this.block = new ArchiveBlock(table.width, table.keyWords);
		const { block } = this;
		const copy = block.used++;
		const half = table.width / 2;
		for (let i = 0; i < half; i++) block.doubles[copy * half + i] = table.doubles[row * half + i] as number;
		return { table: block, row: copy };
	}
}
