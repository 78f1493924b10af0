import { CaptureError } from '../errors.js';
import { type CapAddress, type CapDevice, type CapModule, firstLine, loadCap } from './cap.js';

/** A device that packets can be captured on. */
export interface Device {
	/** What {@link fromInterface} takes: `lo`, `eth0`; on Windows `\Device\NPF_{…}`. */
	readonly name: string;
	/** What libpcap says about it; the readable name on Windows. */
	readonly description?: string;
	readonly loopback: boolean;
	/** Its IPv4 and IPv6 addresses; empty if it has none. */
	readonly addresses: readonly DeviceAddress[];
}

/** One address of a {@link Device}, all as text. */
export interface DeviceAddress {
	readonly address: string;
	readonly netmask?: string;
	readonly broadcast?: string;
	/** The other end of a point-to-point device. */
	readonly peer?: string;
}

/**
 * The devices that libpcap knows, in its order: those it would choose first come first.
 *
 * Needs the package `cap`, but no permission. That a device is listed does not say that it may be opened, is up, or
 * has a link type that is decoded.
 *
 * @throws CaptureError `cap-missing`, `cap-not-built`, or `io` with the words of libpcap.
 *
 * @example
 * ```ts
 * for (const { name, addresses } of devices()) console.log(name, addresses.map(({ address }) => address).join(' '));
 * ```
 */
export function devices(): Device[] {
	return listDevices(loadCap());
}

/** {@link devices}, with `cap` given. */
export function listDevices(cap: CapModule): Device[] {
	try {
		return cap.Cap.deviceList().map(toDevice);
	} catch (cause) {
		throw new CaptureError('io', `the devices cannot be listed: ${firstLine(cause)}`, { cause });
	}
}

function toDevice({ name, description, addresses, flags }: CapDevice): Device {
	return {
		name,
		...(description === undefined ? {} : { description }),
		loopback: flags === 'PCAP_IF_LOOPBACK',
		addresses: addresses.flatMap(toAddress),
	};
}

function toAddress({ addr, netmask, broadaddr, dstaddr }: CapAddress): DeviceAddress[] {
	if (addr === undefined) return [];
	const address = {
		address: addr,
		...(netmask === undefined ? {} : { netmask }),
		...(broadaddr === undefined ? {} : { broadcast: broadaddr }),
		...(dstaddr === undefined ? {} : { peer: dstaddr }),
	};
	return [address];
}
