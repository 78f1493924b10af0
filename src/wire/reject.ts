/**
 * Why a packet gave no TCP segment:
 * - `not-ip`, `not-tcp`: it is something else; so is what is in a tunnel, with `tunnels: false`;
 * - `truncated`: the capture cut it inside its headers;
 * - `bad-header`: a version, length or offset that cannot be, or no room for the header;
 * - `bad-length`: with `checksums: 'verify'`, IP says more bytes than were on the wire;
 * - `bad-checksum`: with `checksums: 'verify'`, IP's or TCP's checksum is wrong;
 * - `fragment`: a part of an IP datagram that is not whole yet, or never will be; a part of an 802.11 frame;
 * - `fragment-overlap`: a part of an IP datagram whose parts overlap, or contradict each other about where it ends; all of it is refused;
 * - `too-deep`: more than eight tunnels, PPPoE headers, label stacks and frames in frames, one in the other;
 * - `encrypted`: an 802.11 frame under protection;
 * - `aggregated`: several datagrams in one 802.11 frame (A-MSDU), which are not taken apart;
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
	| 'fragment-overlap'
	| 'too-deep'
	| 'encrypted'
	| 'aggregated'
	| 'unsupported-link';
