import type { AssemblerOptions } from './assembly/limits.js';
import { overlapPolicies } from './assembly/overlap.js';
import { boolean, type Checks, either, limit, limitOrNone, milliseconds, oneOf } from './codec.js';

/** What each option of the engine must be. */
export const assemblerChecks: Checks<AssemblerOptions> = {
	maxHeldBytesPerFlow: limit,
	maxHeldSegmentsPerFlow: limit,
	maxHeldBytes: limit,
	maxHeldSegments: limit,
	maxFlows: limit,
	maxGap: limit,
	maxLingering: limitOrNone,
	lingerMs: milliseconds,
	overlap: oneOf(...overlapPolicies),
	midstream: either(oneOf('wait', 'pickup'), milliseconds),
	urgent: oneOf('inline', 'drop'),
	rst: oneOf('strict', 'window'),
	separateVlans: boolean,
	separateTunnels: boolean,
};
