import { copyOf } from '../copyOf.js';
import { Fields } from './fields.js';
import type { TlsCertificate, TlsCertificates, TlsEvent } from './message.js';
import { sha256 } from './sha256.js';

/** Reads a Certificate message up to TLS 1.2 (RFC 5246, section 7.4.2). */
export function readCertificates(event: TlsEvent, body: Uint8Array): TlsCertificates {
	const fields = new Fields(body);
	const list = fields.vector(3);
	const certificates: TlsCertificate[] = [];
	while (list.rest > 0 && !list.isShort) {
		const der = copyOf(list.vector(3).all());
		if (!list.isShort) certificates.push({ der, sha256: sha256(der) });
	}
	return { type: 'certificates', ...event, certificates, malformed: list.isShort || !fields.isWhole };
}
