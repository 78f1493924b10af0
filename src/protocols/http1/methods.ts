import { HTTPParser } from 'http-parser-js';

/** Well-known methods: those of the library, and some that are younger or Microsoft's. */
export const methods: readonly string[] = [...HTTPParser.methods, 'QUERY', 'BITS_POST', 'CCM_POST', 'RPC_IN_DATA', 'RPC_OUT_DATA'];
