// No capture file: an Observable of your own packets, from wherever you have them (a socket, a database, a test). Here they
// are made by hand, in the wrong order and one of them twice. Run it after `npm run build`.
import { LinkType, packetOf } from 'rx-reassembly';
import { decodeTcp, groupByConnection, mergeFlows, reassemble, splitLines } from 'rx-reassembly/operators';
import { from, map } from 'rxjs';

const SYN = 2;
const ACK = 16;
const FIN = 1;

/** An IPv4 packet of TCP; its checksums are left empty, since nobody asks for them. */
function ipv4({ source, target, sequence, flags, text = '' }) {
	const payload = new TextEncoder().encode(text);
	const bytes = new Uint8Array(40 + payload.length);
	const view = new DataView(bytes.buffer);
	view.setUint8(0, 0x45); // Version 4, a header of 20 bytes.
	view.setUint16(2, bytes.length);
	view.setUint8(8, 64); // Time to live.
	view.setUint8(9, 6); // TCP.
	bytes.set(source.address, 12);
	bytes.set(target.address, 16);
	view.setUint16(20, source.port);
	view.setUint16(22, target.port);
	view.setUint32(24, sequence);
	view.setUint8(32, 5 << 4); // A header of 20 bytes.
	view.setUint8(33, flags);
	bytes.set(payload, 40);
	return bytes;
}

const client = { address: [10, 0, 0, 1], port: 40000 };
const server = { address: [10, 0, 0, 2], port: 25 };
const said = (sequence, flags, text) => ipv4({ source: client, target: server, sequence, flags, text });
const wire = [
	said(999, SYN),
	said(1018, ACK, 'MAIL FROM:<a@b'), // Comes too early, and is held.
	said(1000, ACK, 'EHLO example.org\r\n'),
	said(1000, ACK, 'EHLO example.org\r\n'), // Once more.
	said(1032, ACK, '.example>\r\nQUIT\r\n'),
	said(1049, FIN | ACK),
];

from(wire)
	.pipe(
		map((bytes, index) => packetOf({ bytes, timestamp: 1_700_000_000_000 + index, linkType: LinkType.raw, number: index + 1 })),
		decodeTcp(),
		reassemble(),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(splitLines())),
	)
	.subscribe(line => console.log(`${line.flow}: ${line.text}`));
