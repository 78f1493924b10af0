export { CaptureError, type CaptureErrorCode } from '../errors.js';
export { inShards, type ShardOptions } from '../threads/inShards.js';
export { type Shard, serveShard } from '../threads/serveShard.js';
export { ShardError, type ShardErrorCode } from '../threads/shardError.js';
export { type Device, type DeviceAddress, devices } from './devices.js';
export { fromFile } from './fromFile.js';
export { fromInterface, type InterfaceOptions } from './fromInterface.js';
export { fromStream } from './fromStream.js';
export { type Saved, type ToPcapOptions, toPcap } from './toPcap.js';
