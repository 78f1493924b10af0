/** The options of `createDns`, complete. */
export interface DnsLimits {
	readonly maxPendingQueries: number;
	readonly maxPendingBytes: number;
}

export const defaultLimits: DnsLimits = { maxPendingQueries: 1024, maxPendingBytes: 256 * 1024 };
