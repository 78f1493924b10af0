import type { Timestamp } from '../../timestamp.js';
import type { MessageDraft } from './draft.js';
import type { Framing } from './framing.js';

/** What one direction asks, and tells. */
export interface SideEvents {
	/** Whether what comes now may be looked at. `full`: no more of it may wait, what is said now counts. */
	mayLook(full: boolean): boolean;
	/** Whether the message that began then may be read; if not, its bytes wait. */
	mayBegin(began: Timestamp, full: boolean): boolean;
	/** A head is known, of which a part may be missing; answers how the body is delimited, or throws if that cannot be told. */
	head(draft: MessageDraft): Framing;
	/** Whether the body may be left out that the head announces. */
	mayOmitBody(draft: MessageDraft): boolean;
	/** Whether it is left out where another message seems to begin; undefined as long as the other direction may tell. */
	isBodyOmitted(full: boolean): boolean | undefined;
	/** A message is over, whole or not; its head is known. */
	end(draft: MessageDraft): void;
	/** The boundaries of messages were lost: nobody knows how many are missing. */
	lost(): void;
	/** Bytes behind what the connection was handed over with; the view may be kept. */
	opaque(bytes: Uint8Array): void;
	/** Bytes are missing there. */
	opaqueGap(length: number): void;
	/** Nothing more will come. */
	over(): void;
}
