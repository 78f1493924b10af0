import { describe, expect, it } from 'vitest';
import { loadClients } from '../../../src/nats/clients.js';
import { connectNats } from '../../../src/nats/connectNats.js';
import type { NatsError } from '../../../src/nats/natsError.js';

const codeOf = (answer: Promise<unknown>) => answer.then(() => undefined).catch(({ code }: NatsError) => code);

describe('connectNats', () => {
	it.each(['nats://192.0.2.1:4222', 'nats://127.0.0.1:4222,192.0.2.1', 'nats://127.0.0.1.example:4222', 'nats://127.0.0.1@192.0.2.1:4222'])(
		'should send nothing to another machine in the clear: %s',
		async url => {
			expect(await codeOf(connectNats({ url }))).toBe('in-the-clear');
		},
	);

	it('should say that nobody answers', async () => {
		expect(await codeOf(connectNats({ url: 'nats://127.0.0.1:1' }))).toBe('unreachable');
		expect(await codeOf(connectNats({ url: 'nats://[::1]:1' }))).toBe('unreachable');
		expect(await codeOf(connectNats({ url: 'tls://localhost:1' }))).toBe('unreachable');
	});

	it('should check its options at the call', () => {
		expect(() => connectNats({ url: '' })).toThrow(/option url must be a text that is not empty/);
		expect(() => connectNats({ url: 'nats://127.0.0.1', tls: true } as never)).toThrow(/there is no option tls/);
	});

	it('should name the command that installs the clients where they are missing', () => {
		const load = () => {
			throw Object.assign(new Error("Cannot find module '@nats-io/transport-node'"), { code: 'MODULE_NOT_FOUND' });
		};
		expect(() => loadClients(load)).toThrow(/npm install @nats-io\/transport-node @nats-io\/jetstream @nats-io\/kv/);
	});
});
