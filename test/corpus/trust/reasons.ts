/** Why tools do not say the same of a flow, and whether we are right. */
export interface Reason {
	/** The heading under which it is told. */
	readonly group: string;
	readonly why: string;
}

const rst: Reason = {
	group: 'A reset ends the connection',
	why: 'Ours is right: the client sends a RST with exactly the next sequence number, and reads nothing more; what the server had under way is counted as `data-after-close`. tshark and tcpflow go on to collect it, tcpflow in further files.',
};
const unacknowledged: Reason = {
	group: 'Bytes behind a hole that nobody acknowledged',
	why: 'Ours is right: what was captured is given, with the hole before it as a number. tshark keeps back what lies behind the last hole, and tcpflow fills holes with NULs, so that its length is our bytes and our skips together.',
};
const overlap: Reason = {
	group: 'Two versions of the same bytes',
	why: 'Ours is as tshark: bytes that were delivered never change, so that the first version counts. tcpflow writes the later one over it.',
};
const cut: Reason = {
	group: 'Bytes that the capture cut off',
	why: 'Ours is right: the bytes that are there, and the missing tail as a skip. tshark leaves the tail out without a word, tcpflow fills it with NULs.',
};
const far: Reason = {
	group: 'Holes that are larger than a window can be',
	why: 'Different: the capture was thinned out, and leaps ahead by 24 MB to 2 GB and once around the sequence numbers. We wait for no hole beyond `maxGap` (16 MiB): what lies behind is dropped and counted as `far-segment`, and when the other side acknowledges it the flow goes on there, with a skip of what is missing, so that our bytes and skips add up to what was sent, 5.4 GB. tshark follows each leap, tcpflow starts a new file at each; neither tells how much is missing.',
};

/** By path, or by path and flow. */
const reasons: Readonly<Record<string, Reason>> = {
	'netem/d5-v4-wrap-reuse-rst.pcap': rst,
	'suricata-verify/tests/tcp-rst-unacked-stream-03-gap/input.pcap 1.1.1.1:12345->2.2.2.2:8080': {
		group: 'The payload of a RST',
		why: 'Ours is right: a RST may carry a text for people (RFC 9293, section 3.5.3), which is no part of the stream. tshark and tcpflow take it for data.',
	},
	'suricata-verify/tests/tcp-rst-unacked-stream-03-gap/input.pcap': unacknowledged,
	'mercury/unit_tests/pcaps/bittorrent.pcap': unacknowledged,
	'PcapPlusPlus/Tests/Packet++Test/PacketExamples/ldap.pcapng': unacknowledged,
	'suricata-verify/tests/smtp-bug-5989/input.pcap': overlap,
	'tcpdump/tests/kday3.pcap': {
		group: 'Time that leaps',
		why: 'Different: two versions of one segment, and between them a packet that is dated 24 days later. By packet time the flow had long been idle, so that it was closed, and the second version belongs to another. tshark does not look at times and keeps the first, tcpflow the second.',
	},
	'PcapPlusPlus/Tests/Packet++Test/PacketExamples/doipPackets.pcapng': {
		group: 'Two versions of the same bytes',
		why: 'Ours is as tshark: a repetition in a flow without a SYN is a repetition. tcpflow writes a part of it again.',
	},
	'nDPI/tests/cfgs/default/pcap/rsh-syslog-false-positive.pcap': cut,
	'arkime/tests/pcap/tcpseq_synthetic.pcap': {
		group: 'Bytes behind the IP packet',
		why: 'Ours is as tshark: the length of the payload comes from the IP header. tcpflow counts the rest of the frame, too, one byte.',
	},
	'zeek/testing/btest/Traces/ftp/bigtransfer.pcap': far,
	'tcpflow/tests/test5-lines-randomized.pcap': {
		group: 'A connection whose packets come in any order',
		why: 'Ours is right: the packets of one connection were shuffled, with the SYN near the end; all of its bytes come out, once. tshark takes it for several without payload.',
	},
	'suricata-verify/tests/bug-76/input.pcap 10.20.10.99:80->10.10.10.2:53104': {
		group: 'Headers that were damaged on purpose',
		why: 'Ours is as the others up to the hole: the sequence number of the SYN-ACK is 9,728 too high, and all three believe it, so that what lies before is late (we say so: `late-data`). Behind the hole we go on, tcpflow with NULs for it, tshark not.',
	},
	'suricata-verify/tests/bug-76/input.pcap 10.20.10.99:80->10.1.1.1:53104': {
		group: 'Headers that were damaged on purpose',
		why: 'Ours is right: all segments but the one that has become a RST, whose payload is no data, and the one whose sequence number is 1.3 billion off (`far-segment`). tshark adds the payload of the RST; tcpflow begins anew behind both.',
	},
};

/** Why tools differ about a flow; undefined if nobody has looked yet. */
export function reasonOf(path: string, flow: string): Reason | undefined {
	return reasons[`${path} ${flow}`] ?? reasons[path];
}
