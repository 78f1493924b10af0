import type { ReassembleOptions } from '../../operators/reassemble.js';

const none = Number.POSITIVE_INFINITY;
const tiny = { maxHeldBytesPerFlow: 1, maxHeldSegmentsPerFlow: 1, maxHeldBytes: 1, maxHeldSegments: 1, maxFlows: 1, maxGap: 1 };
const small = {
	maxHeldBytesPerFlow: 5000,
	maxHeldSegmentsPerFlow: 4,
	maxHeldBytes: 20_000,
	maxHeldSegments: 12,
	maxFlows: 6,
	maxLingering: 3,
};
const unlimited = {
	...{ maxHeldBytesPerFlow: none, maxHeldSegmentsPerFlow: none, maxHeldBytes: none, maxHeldSegments: none },
	...{ maxFlows: none, maxGap: none, maxLingering: none, lingerMs: none },
};

/** Every way to set the engine up that random segments are to be survived with. */
export const optionSets: Readonly<Record<string, ReassembleOptions>> = {
	default: {},
	'overlap first': { overlap: 'first' },
	'overlap last': { overlap: 'last' },
	'overlap linux': { overlap: 'linux' },
	'overlap old-linux': { overlap: 'old-linux' },
	'overlap solaris': { overlap: 'solaris' },
	'midstream pickup': { midstream: 'pickup' },
	'midstream 0 ms': { midstream: 0 },
	'midstream 50 ms': { midstream: 50 },
	'rst window': { rst: 'window' },
	'one VLAN': { separateVlans: false },
	'no linger': { maxLingering: 0, lingerMs: 0 },
	'small gap': { maxGap: 3000 },
	unlimited,
	'unlimited, pickup, last, window': { ...unlimited, midstream: 'pickup', overlap: 'last', rst: 'window', separateVlans: false },
	small,
	'small, solaris, 50 ms': { ...small, overlap: 'solaris', midstream: 50 },
	'small, last, pickup, window': { ...small, overlap: 'last', midstream: 'pickup', rst: 'window' },
	tiny,
	'tiny, linux, pickup': { ...tiny, overlap: 'linux', midstream: 'pickup' },
	'tiny, old-linux, 0 ms, window': { ...tiny, overlap: 'old-linux', midstream: 0, rst: 'window', maxLingering: 1, lingerMs: 10 },
	compat: { compat: 'tcpassembly' },
	'compat, 1 page': { compat: 'tcpassembly', maxBufferedPagesPerConnection: 1 },
	'compat, 4 pages': { compat: 'tcpassembly', maxBufferedPagesPerConnection: 4 },
	'compat, 20 pages in all': { compat: 'tcpassembly', maxBufferedPagesTotal: 20 },
};
