import { createHash, type Hash } from 'node:crypto';
import type { Endpoint, Flow, Reassembly } from 'rx-reassembly';

interface Digest {
	bytes: number;
	readonly sha1: Hash;
}

/** The sha1 of each flow that had bytes; a flow that comes again between the same ends has a line of its own. */
export class Digests {
	private readonly open = new Map<Flow, Digest>();
	private readonly done: string[] = [];

	add(chunk: Reassembly): void {
		if (chunk.length > 0) this.hash(chunk);
		if (chunk.closed !== undefined) this.close(chunk.flow);
	}

	/** `source:port-destination:port bytes sha1`, sorted. */
	lines(): string[] {
		return this.done.sort();
	}

	private hash({ flow, bytes }: Reassembly): void {
		let digest = this.open.get(flow);
		if (digest === undefined) {
			digest = { bytes: 0, sha1: createHash('sha1') };
			this.open.set(flow, digest);
		}
		digest.bytes += bytes.length;
		digest.sha1.update(bytes);
	}

	private close(flow: Flow): void {
		const digest = this.open.get(flow);
		if (digest === undefined) return;
		this.open.delete(flow);
		this.done.push(`${plain(flow.source)}-${plain(flow.destination)} ${digest.bytes} ${digest.sha1.digest('hex')}`);
	}
}

/** Without the brackets of IPv6. */
function plain({ address, port }: Endpoint): string {
	return `${address}:${port}`;
}
