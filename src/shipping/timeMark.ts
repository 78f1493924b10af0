import type { Connection } from '../assembly/connection.js';
import type { Endpoint } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import { Segment, TcpFlag } from '../wire/segment.js';

/** Between 0.0.0.0:0 and 0.0.0.1:0, where no connection can be. */
const addresses = [0, 0, 0, 0, 0, 0, 0, 1];
const TCP_HEADER_BYTES = 20;
const block = new Uint8Array(addresses.length + TCP_HEADER_BYTES);
block.set(addresses);

/** A segment that brings nothing but the time. Its connection is nobody's. */
export function timeMark(time: Timestamp): Segment {
	return new Segment(block, 4, 0, addresses.length, block.length, 0, 0, 0, 0, 0, TcpFlag.syn, time, 0);
}

export const isTimeMark = (segment: Segment): boolean => segment.block === block;

/** Whether a connection is that of the marks. */
export const isOfTimeMark = ({ client, server }: Connection): boolean =>
	client.port === 0 && server.port === 0 && isNobody(client) && isNobody(server);

const isNobody = ({ address }: Endpoint): boolean => address === '0.0.0.0' || address === '0.0.0.1';
