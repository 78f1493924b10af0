import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkType } from '../../../src/linkType.js';
import { TcpDecoder } from '../../../src/wire/tcpDecoder.js';
import { datagramOf, decode, packetIn, told } from './packets.js';
import { carriers, IPV4, IPV6, type Layer, links, tunnels } from './stack.js';

const line = 'C> P. 1000:1005(5) ack 2000 "hello"';
const datagrams: readonly Layer[] = [
	{ type: IPV4, bytes: datagramOf(line) },
	{ type: IPV6, bytes: datagramOf(`${line} ip6`) },
];
const ofFrames = Object.entries(tunnels).filter(([, { ipOnly }]) => ipOnly !== true);
const frames: ReadonlySet<string> = new Set(['Ethernet', 'SLL', 'SLL2', 'PPI with Ethernet', 'C_HDLC']);

/** A tunnel, and what stands between it and the IP in it. */
const bare = fc.record({ tunnel: fc.constantFrom(...Object.entries(tunnels)), carrier: fc.constant(undefined) });
const tagged = fc.record({ tunnel: fc.constantFrom(...ofFrames), carrier: fc.constantFrom(...Object.keys(carriers)) });

/** No deeper than what is taken: a pseudowire in a tunnel counts as three, around everything as two. */
const stacks = fc.record({
	datagram: fc.constantFrom(...datagrams),
	steps: fc.oneof(fc.array(bare, { maxLength: 6 }), fc.array(fc.oneof(bare, tagged), { maxLength: 2 })),
	link: fc.constantFrom(...Object.keys(links).filter(name => !links[name]?.ipv4Only)),
	carrier: fc.option(fc.constantFrom(...Object.keys(carriers)), { nil: undefined }),
});
type Stack = typeof stacks extends fc.Arbitrary<infer T> ? T : never;

const carry = (layer: Layer, name: string | undefined) => (name === undefined ? layer : (carriers[name] as (inner: Layer) => Layer)(layer));

function build({ datagram, steps, link, carrier }: Stack): {
	readonly bytes: Uint8Array;
	readonly linkType: number;
	readonly text: string;
} {
	let layer = datagram;
	const texts: string[] = [];
	for (const {
		tunnel: [, { wrap, text }],
		carrier: between,
	} of steps) {
		layer = wrap(carry(layer, between));
		texts.push(text);
	}
	const { linkType, wrap } = links[link] as (typeof links)[string];
	const outermost = frames.has(link) ? carry(layer, carrier) : layer;
	return { bytes: wrap(outermost), linkType, text: texts.join(' in ') };
}

/** Which IP is in IP, the stack knows by itself. */
const named = (text: string) => text.replaceAll('6in4', 'ipip').replaceAll('6in6', '4in6');

describe('a stack of links, tags and tunnels', () => {
	it('should give the segment that is in it, and tell the tunnels', () => {
		const alone = (layer: Layer) => told(decode(layer.bytes, { linkType: LinkType.raw })) as object;
		fc.assert(
			fc.property(stacks, stack => {
				const { bytes, linkType, text } = build(stack);
				const segment = decode(bytes, { linkType });
				expect(told(segment)).toEqual({ ...alone(stack.datagram), vlan: expect.any(Number) });
				if (typeof segment !== 'string') expect(named(String(segment.tunnel ?? ''))).toBe(text);
			}),
			{ numRuns: 3000 },
		);
	});

	it('should never throw with any bytes changed, nor give a segment that does not lie in its block', () => {
		const changes = fc.array(
			fc.record({ at: fc.nat(300), value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 0x45, 0x60, 0x7f, 0x80, 0xff)) }),
			{ minLength: 1, maxLength: 6 },
		);
		const decoder = new TcpDecoder();
		let segments = 0;
		let rejects = 0;
		fc.assert(
			fc.property(stacks, changes, fc.nat(60), (stack, turned, cut) => {
				const { bytes: whole, linkType } = build(stack);
				const bytes = whole.slice();
				for (const { at, value } of turned) bytes[at % bytes.length] = value;
				const packet = packetIn(bytes, { linkType, length: Math.max(0, bytes.length - cut) });
				const segment = decoder.decode(packet);
				if (segment === null) {
					rejects++;
					return;
				}
				segments++;
				expect(segment.payloadAt + segment.length).toBeLessThanOrEqual(segment.block.length);
				expect(Math.min(segment.addressAt, segment.length, segment.missing, segment.options.length)).toBeGreaterThanOrEqual(0);
				expect(segment.addressAt + (segment.version === 4 ? 8 : 32)).toBeLessThanOrEqual(segment.headerAt);
				expect(String(segment.flow)).toContain('->');
			}),
			{ numRuns: 10_000 },
		);
		expect(Math.min(segments, rejects)).toBeGreaterThan(500);
	});
});
