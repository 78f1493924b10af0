import type { Direction } from '../parser.js';
import type { Beginning } from './beginning.js';
import { clientSignatures, type Signature } from './clientSignatures.js';
import type { ProtocolName } from './names.js';
import { serverSignatures } from './serverSignatures.js';

/**
 * The protocol that a connection begins with; `unknown` if it is none of those, undefined as long as that cannot be told.
 *
 * The first direction whose bytes are enough decides. A direction without bytes says nothing, so that a client need not wait for
 * the greeting of a server, nor a server for the client.
 */
export function choose(beginnings: Readonly<Record<Direction, Beginning>>): ProtocolName | 'unknown' | undefined {
	const { client, server } = beginnings;
	const verdicts = [judge(clientSignatures, client, server), judge(serverSignatures, server, client)];
	const chosen = verdicts.find(verdict => verdict !== undefined && verdict !== 'unknown');
	return chosen ?? (verdicts.includes(undefined) ? undefined : 'unknown');
}

/** The first that fits, as long as none before it may. */
function judge(
	signatures: readonly (readonly [ProtocolName, Signature])[],
	own: Beginning,
	other: Beginning,
): ProtocolName | 'unknown' | undefined {
	if (own.length === 0) return own.isWhole ? 'unknown' : undefined;
	for (const [name, signature] of signatures) {
		const verdict = signature(own, other) ?? (own.isWhole && other.isWhole ? false : undefined);
		if (verdict === undefined) return undefined;
		if (verdict) return name;
	}
	return 'unknown';
}
