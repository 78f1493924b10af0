export { anomalyCodec } from './codec/anomalyCodec.js';
export { type ChunkCodecOptions, chunkCodec } from './codec/chunkCodec.js';
export { connectionCodec, statisticsCodec } from './codec/connectionCodec.js';
export { countersCodec } from './codec/countersCodec.js';
export { type Codec, type Decoded, DecodeError, type DecodeFailure } from './codec/decode.js';
export { decodeCountersCodec } from './codec/decodeCountersCodec.js';
export { httpExchangeCodec } from './codec/httpExchangeCodec.js';
export { packetCodec } from './codec/packetCodec.js';
export { bytesCodec, endpointCodec, flowCodec, timestampCodec } from './codec/values.js';
