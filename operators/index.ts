export { type DecodeTcpOptions, decodeTcp, type Reject, RejectCounter } from './decodeTcp.js';
export { type FlushOlderThanOptions, flushOlderThan } from './flushOlderThan.js';
export { type ConnectionObservable, groupByConnection } from './groupByConnection.js';
export { type FlowObservable, groupByFlow } from './groupByFlow.js';
export { type FlowError, type MergeFlowsOptions, mergeFlows } from './mergeFlows.js';
export { packetsOf } from './packetsOf.js';
export { parseWith } from './parseWith.js';
export { type ReassembleOptions, reassemble } from './reassemble.js';
