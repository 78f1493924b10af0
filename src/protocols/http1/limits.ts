/** What one parser may keep. */
export interface Http1Limits {
	/** Bytes of each body to keep; what is beyond is only counted. */
	readonly maxBodyBytes: number;
	/** Bytes of a start line with its fields; the same again for a trailer section. */
	readonly maxHeadBytes: number;
	/** Requests that wait for their responses. */
	readonly maxPendingRequests: number;
	/** Bytes of finished messages (heads, trailers and kept bodies; a field counts 48 at least) that wait for the rest of their exchange. */
	readonly maxPendingBytes: number;
	/** Bytes of one direction that wait until the other one says how to read them. */
	readonly maxWaitingBytes: number;
}

export const defaultLimits: Http1Limits = {
	maxBodyBytes: 2 ** 20,
	maxHeadBytes: 80 * 1024,
	maxPendingRequests: 1024,
	maxPendingBytes: 4 * 2 ** 20,
	maxWaitingBytes: 256 * 1024,
};
