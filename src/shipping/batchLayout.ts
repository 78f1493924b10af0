/**
 * How a batch of packets is laid out, little-endian: a header with the sensor's name behind it, the interfaces of its packets,
 * and the packets, each with its bytes behind it. Nothing is aligned.
 */

/** `RXPB` in ASCII. */
export const MAGIC = 0x42505852;
export const VERSION = 1;

/** Offsets in the header. */
export const VERSION_AT = 4;
/** Bit 0: the last batch of its sensor in its shard. */
export const FLAGS_AT = 5;
export const SENSOR_LENGTH_AT = 6;
export const RUN_AT = 8;
export const NUMBER_AT = 16;
export const SHARD_AT = 24;
export const SHARDS_AT = 26;
export const INTERFACES_AT = 28;
export const PACKETS_AT = 32;
/** Of the whole batch, header included. */
export const LENGTH_AT = 36;
export const HEADER_BYTES = 40;

export const ENDS = 1;

/** An interface: link type, id, snap length (0 for none), length of its name, and the name. */
export const INTERFACE_BYTES = 14;
export const ID_AT = 4;
export const SNAP_LENGTH_AT = 8;
export const NAME_LENGTH_AT = 12;

/** A packet: number, seconds, nanoseconds, length on the wire, length, interface, digits, and its bytes. */
export const PACKET_BYTES = 31;
export const SECONDS_AT = 8;
export const NANOSECONDS_AT = 16;
export const ORIGINAL_LENGTH_AT = 20;
export const PACKET_LENGTH_AT = 24;
export const INTERFACE_AT = 28;
export const DIGITS_AT = 30;

/** Bytes of a sensor's name in UTF-8. */
export const SENSOR_BYTES_MAX = 255;
/** Interfaces of one batch. */
export const INTERFACES_MAX = 65_535;
