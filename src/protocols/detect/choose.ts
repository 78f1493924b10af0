import type { Direction } from '../parser.js';
import type { Beginning } from './beginning.js';
import { clientSignatures, type Signature } from './clientSignatures.js';
import { serverSignatures } from './serverSignatures.js';

/** Names of protocols, and what one side of them says first. Of two that fit, the first counts. */
type Signatures = readonly (readonly [string, Signature])[];

/** What a protocol begins with. Either is enough; the one without bytes is not asked. */
export interface ProtocolSignature {
	/** What the client says first. */
	readonly client?: Signature | undefined;
	/** What the server says first, where it greets, or where nothing of the client was captured. */
	readonly server?: Signature | undefined;
}

/** The signatures of each side: those that somebody brought, before those that are known here. */
export function signaturesWith(more: Readonly<Record<string, ProtocolSignature>>): Readonly<Record<Direction, Signatures>> {
	const of = (direction: Direction) =>
		Object.entries(more).flatMap(([name, { [direction]: signature }]) => (signature === undefined ? [] : [[name, signature] as const]));
	return { client: [...of('client'), ...clientSignatures], server: [...of('server'), ...serverSignatures] };
}

/**
 * The protocol that a connection begins with; `unknown` if it is none of those, undefined as long as that cannot be told.
 *
 * The first direction whose bytes are enough decides. A direction without bytes says nothing, so that a client need not wait for
 * the greeting of a server, nor a server for the client.
 */
export function choose(
	beginnings: Readonly<Record<Direction, Beginning>>,
	signatures: Readonly<Record<Direction, Signatures>>,
): string | undefined {
	const { client, server } = beginnings;
	const verdicts = [judge(signatures.client, client, server), judge(signatures.server, server, client)];
	const chosen = verdicts.find(verdict => verdict !== undefined && verdict !== 'unknown');
	return chosen ?? (verdicts.includes(undefined) ? undefined : 'unknown');
}

/** The first that fits, as long as none before it may. */
function judge(signatures: Signatures, own: Beginning, other: Beginning): string | undefined {
	if (own.length === 0) return own.isWhole ? 'unknown' : undefined;
	for (const [name, signature] of signatures) {
		const verdict = signature(own, other) ?? (own.isWhole && other.isWhole ? false : undefined);
		if (verdict === undefined) return undefined;
		if (verdict) return name;
	}
	return 'unknown';
}
