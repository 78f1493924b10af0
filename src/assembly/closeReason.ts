/**
 * Why a flow ended:
 * - `fin`: its FIN came, and every byte before it (or was skipped);
 * - `rst`: either side reset the connection;
 * - `idle`: nothing was seen for as long as the flush allows;
 * - `evicted`: room was needed for other flows;
 * - `reused`: a new connection began between the same ends;
 * - `eof`: the packets ended first.
 */
export type CloseReason = (typeof closeReasons)[number];

/** The reasons, for whoever has to check or list them. */
export const closeReasons = ['fin', 'rst', 'idle', 'evicted', 'reused', 'eof'] as const;
