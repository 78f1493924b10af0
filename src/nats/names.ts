/** The subject of the packets of one shard. */
export const packetSubject = (stream: string, shard: number): string => `${stream}.packets.${shard}`;

/** Where messages of a shard go that are no batches. */
export const deadSubject = (stream: string, shard: number): string => `${stream}.dead.${shard}`;

/** The KV bucket of the leases of a group of workers. */
export const leaseBucket = (stream: string, group: string): string => `${stream}-${group}-leases`;

/** The KV bucket of their checkpoints. */
export const checkpointBucket = (stream: string, group: string): string => `${stream}-${group}-checkpoints`;

/** The key of a shard in either. */
export const shardKey = (shard: number): string => `shard.${shard}`;

/** The key of a worker among the leases. */
export const workerKey = (worker: string): string => `worker.${worker}`;
