import type { NatsConnection } from '@nats-io/transport-node';
import { type Check, having, matching } from '../codec.js';

/** A connection of `@nats-io/transport-node`. */
export const aConnection: Check<NatsConnection> = having<NatsConnection>('publish', 'request', 'status', 'isClosed');

/** What may be the name of a stream or a group: part of a subject, and of a bucket's name. */
export const aName = matching('a name of letters, digits, - and _', /^[A-Za-z0-9_-]{1,64}$/);
