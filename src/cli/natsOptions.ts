import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../nats/connectNats.js';

/** The flags of every command that talks to NATS. */
export interface NatsOptions {
	readonly nats: string;
	readonly creds?: string;
	readonly nkey?: string;
	readonly token?: string;
	readonly user?: string;
	readonly tlsCa?: string;
	readonly tlsCert?: string;
	readonly tlsKey?: string;
	readonly insecure?: boolean;
}

/** Does something with a connection, which is closed behind it. Passwords and tokens may stand in the environment. */
export async function withNats<T>(options: NatsOptions, work: (connection: NatsConnection) => Promise<T>): Promise<T> {
	const { nats: url, creds, nkey, token = process.env.NATS_TOKEN, user, tlsCa, tlsCert, tlsKey, insecure } = options;
	const password = process.env.NATS_PASSWORD;
	const connection = await connectNats({
		url,
		creds,
		nkey,
		token,
		user,
		...(user !== undefined && { password }),
		tlsCa,
		tlsCert,
		tlsKey,
		insecure,
	});
	try {
		return await work(connection);
	} finally {
		await connection.close();
	}
}
