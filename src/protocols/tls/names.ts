/**
 * The name of a version: `TLS 1.3`, `SSL 3.0`, or its number as `0x7f1c`.
 *
 * @example
 * ```ts
 * console.log(tlsVersionName(0x304)); // TLS 1.3
 * ```
 */
export function tlsVersionName(version: number): string {
	return versions[version] ?? `0x${version.toString(16).padStart(4, '0')}`;
}

const versions: Readonly<Record<number, string>> = {
	2: 'SSL 2.0',
	768: 'SSL 3.0',
	769: 'TLS 1.0',
	770: 'TLS 1.1',
	771: 'TLS 1.2',
	772: 'TLS 1.3',
};

/** The name of a handshake message, as the specifications have it (RFC 5246, RFC 8446), in camel case. */
export function handshakeName(code: number): string {
	return handshakes[code] ?? 'unknown';
}

const handshakes: Readonly<Record<number, string>> = {
	0: 'helloRequest',
	1: 'clientHello',
	2: 'serverHello',
	4: 'newSessionTicket',
	5: 'endOfEarlyData',
	6: 'helloRetryRequest',
	8: 'encryptedExtensions',
	11: 'certificate',
	12: 'serverKeyExchange',
	13: 'certificateRequest',
	14: 'serverHelloDone',
	15: 'certificateVerify',
	16: 'clientKeyExchange',
	20: 'finished',
	21: 'certificateUrl',
	22: 'certificateStatus',
	23: 'supplementalData',
	24: 'keyUpdate',
	25: 'compressedCertificate',
	67: 'nextProtocol',
};

/** The name of an alert (RFC 8446, section 6; RFC 5246, section 7.2; the registry of IANA). */
export function alertName(code: number): string {
	return alerts[code] ?? 'unknown';
}

const alerts: Readonly<Record<number, string>> = {
	0: 'close_notify',
	10: 'unexpected_message',
	20: 'bad_record_mac',
	21: 'decryption_failed',
	22: 'record_overflow',
	30: 'decompression_failure',
	40: 'handshake_failure',
	41: 'no_certificate',
	42: 'bad_certificate',
	43: 'unsupported_certificate',
	44: 'certificate_revoked',
	45: 'certificate_expired',
	46: 'certificate_unknown',
	47: 'illegal_parameter',
	48: 'unknown_ca',
	49: 'access_denied',
	50: 'decode_error',
	51: 'decrypt_error',
	60: 'export_restriction',
	70: 'protocol_version',
	71: 'insufficient_security',
	80: 'internal_error',
	86: 'inappropriate_fallback',
	90: 'user_canceled',
	100: 'no_renegotiation',
	109: 'missing_extension',
	110: 'unsupported_extension',
	111: 'certificate_unobtainable',
	112: 'unrecognized_name',
	113: 'bad_certificate_status_response',
	114: 'bad_certificate_hash_value',
	115: 'unknown_psk_identity',
	116: 'certificate_required',
	120: 'no_application_protocol',
	121: 'ech_required',
};
