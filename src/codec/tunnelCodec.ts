import { oneOf, text, wholeNumber } from '../codec.js';
import { parseAddress } from '../parseAddress.js';
import { Tunnel, type TunnelKind, tunnelKinds } from '../tunnel.js';
import { type JsonCodec, listOf, mapped, object, optional, usually } from './shape.js';

/** Tunnels in tunnels that are read: more than anybody decodes, and few enough to be made one in the other. */
const DEPTH_MAX = 32;

interface TunnelFields {
	readonly kind: TunnelKind;
	readonly id: number;
	/** Addresses of its ends, the lower one first; none where its number says it all. */
	readonly ends: readonly string[] | undefined;
}

const tunnelFields = object('a tunnel', {
	kind: oneOf<TunnelKind>(...tunnelKinds),
	id: usually(0, wholeNumber),
	ends: optional(listOf(text)),
});

/** A {@link Tunnel} with those around it, the innermost first; left out where there is none. */
export const tunnelsCodec: JsonCodec<Tunnel | null> = mapped('tunnels, innermost first', optional(listOf(tunnelFields)), {
	is: (value): value is Tunnel | null => value === null || value instanceof Tunnel,
	read: (fields = []) => (fields.length > DEPTH_MAX ? undefined : fields.reduceRight<Tunnel | null | undefined>(tunnelIn, null)),
	write: tunnel => (tunnel === null ? undefined : fieldsOf(tunnel)),
});

/** The tunnel that is in `outer`; undefined if it cannot be. */
function tunnelIn(outer: Tunnel | null | undefined, { kind, id, ends = [] }: TunnelFields): Tunnel | undefined {
	const addresses = ends.map(parseAddress);
	const words = addresses.flatMap(address => address ?? []);
	const areEnds = ends.length === 0 || (ends.length === 2 && addresses.every(address => address?.length === words.length / 2));
	return outer === undefined || !areEnds ? undefined : new Tunnel(kind, id, words, outer);
}

function fieldsOf(tunnel: Tunnel): TunnelFields[] {
	const fields: TunnelFields[] = [];
	for (let each: Tunnel | null = tunnel; each !== null; each = each.outer) {
		fields.push({ kind: each.kind, id: each.id, ends: each.endpoints.length === 0 ? undefined : each.endpoints });
	}
	return fields;
}
