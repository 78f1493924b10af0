import type { Direction } from '../../flow.js';
import type { Timestamp } from '../../timestamp.js';

/** Each type of packet by its number (MQTT 5, section 2.1.2). */
export const commands = [
	...(['reserved', 'connect', 'connack', 'publish', 'puback', 'pubrec', 'pubrel', 'pubcomp'] as const),
	...(['subscribe', 'suback', 'unsubscribe', 'unsuback', 'pingreq', 'pingresp', 'disconnect', 'auth'] as const),
] as const;

/** What a packet is; `lost`: nobody can say what follows in this direction, nor does anything come of it any more. */
export type MqttCommand = Exclude<(typeof commands)[number], 'reserved'> | 'lost';

/** The protocol level that CONNECT has: 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5. */
export type MqttVersion = 3 | 4 | 5;

/** What CONNECT leaves to be published when the client is gone. */
export interface MqttWill {
	readonly topic: string;
	readonly payload: Uint8Array;
	readonly qos: number;
	readonly retain: boolean;
	readonly properties?: Readonly<Record<string, unknown>>;
}

/** One topic of SUBSCRIBE; `nl`, `rap` and `rh` (no local, retain as published, retain handling) with MQTT 5. */
export interface MqttSubscription {
	readonly topic: string;
	readonly qos: number;
	readonly nl?: boolean;
	readonly rap?: boolean;
	readonly rh?: number;
}

/** What mqtt-packet decodes, by the names it has there. Which of it is there depends on `cmd`. */
export interface MqttDecoded {
	/** Of every packet that is decoded. */
	readonly qos?: number;
	readonly dup?: boolean;
	readonly retain?: boolean;
	/** Of those that are acknowledged, and their acknowledgements. */
	readonly messageId?: number;
	/** Of PUBLISH; empty if MQTT 5 has a `topicAlias` in the properties. */
	readonly topic?: string;
	readonly payload?: Uint8Array;
	/** Of CONNECT. */
	readonly protocolId?: string;
	readonly protocolVersion?: number;
	readonly bridgeMode?: boolean;
	readonly clean?: boolean;
	readonly keepalive?: number;
	readonly clientId?: string;
	readonly will?: MqttWill;
	readonly username?: string;
	readonly password?: Uint8Array;
	/** Of CONNACK: whether it goes on with a session, and whether it was accepted (0), before MQTT 5. */
	readonly sessionPresent?: boolean;
	readonly returnCode?: number;
	/** How it went (MQTT 5, section 2.4). */
	readonly reasonCode?: number;
	readonly subscriptions?: readonly MqttSubscription[];
	readonly unsubscriptions?: readonly string[];
	/** Of SUBACK and UNSUBACK: a code for each topic. */
	readonly granted?: readonly number[];
	/** Of MQTT 5 (section 2.2.2). */
	readonly properties?: Readonly<Record<string, unknown>>;
}

/** A control packet of MQTT. */
export interface MqttMessage extends MqttDecoded {
	/** Tells it from messages of other protocols. */
	readonly type: 'mqtt';
	/** `10.0.0.1:1234`, `[::1]:1883` */
	readonly client: string;
	readonly server: string;
	/** Who sent it. */
	readonly direction: Direction;
	/** When its first byte was captured, and with which packet of the capture that came, from 1. */
	readonly time: Timestamp;
	readonly packet: number;
	readonly cmd: MqttCommand;
	/** What it was decoded as: the version of CONNECT, or 4 as a guess if none was seen. */
	readonly version: MqttVersion;
	readonly isVersionGuessed: boolean;
	/** Bytes behind the fixed header, as it announces them. */
	readonly length: number;
	/** Bytes of them that a gap swallowed; -1: nobody knows how many. */
	readonly missing: number;
	/** Why it is not decoded; null if it is. */
	readonly error: string | null;
}
