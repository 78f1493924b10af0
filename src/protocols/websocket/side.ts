import type { Direction, Origin } from '../parser.js';
import { type FrameHeader, FrameHeaderReader, Opcode } from './frameHeader.js';
import { Inflater } from './inflater.js';
import { MessageDraft } from './messageDraft.js';

/** What a side has to know. */
export interface SideSettings {
	readonly direction: Direction;
	readonly maxMessageBytes: number;
	/** Whether messages may be compressed, and refer to those before; undefined if they may not. */
	readonly deflate: { readonly keepsContext: boolean } | undefined;
	readonly emit: (draft: MessageDraft) => void;
}

const CONTROL_BYTES_MAX = 125;
const COMPRESSED = 4;
const NOBODY_KNOWS = -1;

/** One direction: cuts its bytes into frames, and makes messages of them. */
export class Side {
	private readonly header = new FrameHeaderReader();
	/** Where the header began that is read. */
	private began: Origin | undefined = undefined;
	/** The frame whose payload is read, and how much of it is left. */
	private frame: FrameHeader | undefined = undefined;
	private left = 0;
	/** The message that the frame belongs to. */
	private current: MessageDraft | undefined = undefined;
	/** The message of data whose last frame has not come. */
	private data: MessageDraft | undefined = undefined;
	private readonly inflater: Inflater;
	private isOver = false;

	constructor(private readonly settings: SideSettings) {
		this.inflater = new Inflater(settings.deflate?.keepsContext ?? false);
	}

	push(bytes: Uint8Array, origin: Origin): void {
		for (let at = 0; at < bytes.length && !this.isOver; ) {
			at += this.frame === undefined ? this.takeHeader(bytes, at, origin) : this.takePayload(bytes, at);
		}
	}

	/** A gap within the payload of a frame costs that message; any other, all that follows. */
	gap(length: number, origin: Origin): void {
		if (this.isOver || length === 0) return;
		const { current } = this;
		if (current === undefined || length < 0 || length > this.left) {
			this.lose(length, 'bytes are missing, and nobody knows where the next frame begins', origin);
			return;
		}
		current.missing += length;
		if (current.compressed) this.inflater.lose();
		this.left -= length;
		if (this.left === 0) this.endFrame();
	}

	/** What had not come to its end will not. */
	end(): void {
		if (this.isOver) return;
		this.isOver = true;
		for (const draft of new Set([this.data, this.current])) if (draft !== undefined) this.emitCut(draft, 'the connection ended within it');
	}

	private takeHeader(bytes: Uint8Array, at: number, origin: Origin): number {
		if (this.header.isEmpty) this.began = origin;
		const taken = this.header.take(bytes, at);
		if (this.header.isWhole) this.beginFrame(this.header.read(), this.began ?? origin);
		return taken;
	}

	private beginFrame(frame: FrameHeader, origin: Origin): void {
		const problem = this.problemOf(frame);
		if (problem !== undefined) {
			this.lose(0, problem, origin);
			return;
		}
		this.frame = frame;
		this.left = frame.length;
		this.current = this.draftOf(frame, origin);
		this.current.frames++;
		if (this.left === 0) this.endFrame();
	}

	private draftOf({ opcode, reserved }: FrameHeader, origin: Origin): MessageDraft {
		if (opcode >= Opcode.close) return new MessageDraft(opcode, false, origin, CONTROL_BYTES_MAX);
		if (this.data !== undefined) return this.data;
		const draft = new MessageDraft(opcode, reserved === COMPRESSED, origin, this.settings.maxMessageBytes);
		if (draft.compressed && !this.inflater.begin()) draft.error = NO_CONTEXT;
		this.data = draft;
		return draft;
	}

	/** What is wrong with a frame (RFC 6455, section 5). */
	private problemOf({ isFinal, reserved, opcode, length, mask }: FrameHeader): string | undefined {
		const { direction, deflate } = this.settings;
		const mayBeCompressed = deflate !== undefined && (opcode === Opcode.text || opcode === Opcode.binary);
		if (reserved !== 0 && !(reserved === COMPRESSED && mayBeCompressed)) return 'a frame has reserved bits that mean nothing here';
		if ((mask !== undefined) !== (direction === 'client'))
			return `a frame of the ${direction} is ${mask === undefined ? 'not ' : ''}masked`;
		if (opcode >= Opcode.close) {
			if (opcode > Opcode.pong) return `there is no opcode ${opcode}`;
			return isFinal && length <= CONTROL_BYTES_MAX ? undefined : 'a control frame is too long, or a fragment';
		}
		if (opcode > Opcode.binary) return `there is no opcode ${opcode}`;
		if (!Number.isSafeInteger(length)) return 'a frame says that it is longer than can be';
		if ((opcode === Opcode.continuation) !== (this.data !== undefined)) return 'fragments of a message do not follow each other';
		return undefined;
	}

	private takePayload(bytes: Uint8Array, at: number): number {
		const { frame, current } = this;
		const count = Math.min(bytes.length - at, this.left);
		if (frame !== undefined && current !== undefined) this.add(current, unmasked(bytes.subarray(at, at + count), frame, this.left));
		this.left -= count;
		if (this.left === 0) this.endFrame();
		return count;
	}

	private add(draft: MessageDraft, bytes: Uint8Array): void {
		if (!draft.compressed) draft.add(bytes);
		else if (draft.error === null && draft.missing === 0 && !this.inflater.push(bytes, draft.add)) draft.error = NOT_DEFLATE;
	}

	private endFrame(): void {
		const { frame, current } = this;
		this.frame = undefined;
		this.current = undefined;
		if (frame === undefined || current === undefined || !frame.isFinal) return;
		if (current === this.data) this.data = undefined;
		if (current.compressed && current.error === null && current.missing === 0 && !this.inflater.end(current.add)) {
			current.error = NOT_DEFLATE;
		}
		this.settings.emit(current);
	}

	/** Nobody can say what follows. */
	private lose(missing: number, why: string, origin: Origin): void {
		this.isOver = true;
		for (const draft of new Set([this.data, this.current])) if (draft !== undefined) this.emitCut(draft, 'what follows is lost');
		const lost = new MessageDraft(LOST, false, origin, 0);
		lost.missing = missing < 0 ? NOBODY_KNOWS : missing;
		lost.error = why;
		this.settings.emit(lost);
	}

	private emitCut(draft: MessageDraft, why: string): void {
		draft.error ??= why;
		this.settings.emit(draft);
	}
}

/** No opcode. */
const LOST = -1;
const NOT_DEFLATE = 'it cannot be inflated';
const NO_CONTEXT = 'what it was compressed with is missing';

/** The payload as it was meant, of which so many bytes are left: a view if nothing was masked. */
function unmasked(bytes: Uint8Array, { mask, length }: FrameHeader, left: number): Uint8Array {
	if (mask === undefined) return bytes;
	const plain = new Uint8Array(bytes.length);
	const phase = length - left;
	for (let i = 0; i < bytes.length; i++) plain[i] = (bytes[i] as number) ^ (mask[(phase + i) & 3] as number);
	return plain;
}
