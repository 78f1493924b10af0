export { CaptureError, type CaptureErrorCode } from '../errors.js';
export { type Device, type DeviceAddress, devices } from './devices.js';
export { fromFile } from './fromFile.js';
export { fromInterface, type InterfaceOptions } from './fromInterface.js';
export { fromStream } from './fromStream.js';
