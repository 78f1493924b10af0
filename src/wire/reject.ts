/**
 * Why a packet gave no TCP segment:
 * - `not-ip`, `not-tcp`: it is something else;
 * - `truncated`: the capture cut it inside its headers;
 * - `bad-header`: a version, length or offset that cannot be, or no room for the header;
 * - `bad-length`: with `checksums: 'verify'`, IP says more bytes than were on the wire;
 * - `bad-checksum`: with `checksums: 'verify'`, IP's or TCP's checksum is wrong;
 * - `fragment`: a part of an IP datagram that is not whole yet, or never will be;
 * - `unsupported-link`: a link layer that is not decoded.
 */
export type RejectReason =
	| 'not-ip'
	| 'not-tcp'
	| 'truncated'
	| 'bad-header'
	| 'bad-length'
	| 'bad-checksum'
	| 'fragment'
	| 'unsupported-link';
