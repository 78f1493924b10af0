/** The options of `createTls`, complete. */
export interface TlsLimits {
	readonly maxHandshakeBytes: number;
	readonly maxSearchBytes: number;
}

export const defaultLimits: TlsLimits = { maxHandshakeBytes: 64 * 1024, maxSearchBytes: 256 * 1024 };
