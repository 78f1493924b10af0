import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../../src/errors.js';
import { type CapModule, loadCap, openError } from '../../../src/sources/cap.js';
import { listDevices } from '../../../src/sources/devices.js';
import { captureWith } from '../../../src/sources/fromInterface.js';

/** An error as Node throws it when a module does not load. */
function nodeError(code: string, message: string): Error {
	return Object.assign(new Error(message), { code });
}

const missing = nodeError('MODULE_NOT_FOUND', "Cannot find module 'cap'\nRequire stack:\n- /home/me/x.js");
const notBuilt = nodeError(
	'MODULE_NOT_FOUND',
	"Cannot find module '../build/Release/cap.node'\nRequire stack:\n- /home/me/node_modules/cap/lib/Cap.js",
);
const otherNode = nodeError(
	'ERR_DLOPEN_FAILED',
	"The module '/home/me/cap.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 115. This version of Node.js requires\nNODE_MODULE_VERSION 137. Please try re-compiling",
);
const otherMachine = nodeError('ERR_DLOPEN_FAILED', "dlopen(cap.node): mach-o file, but is an incompatible architecture (have 'x86_64')");
const noLibpcap = nodeError('ERR_DLOPEN_FAILED', 'libpcap.so.0.8: cannot open shared object file: No such file or directory');

describe('loadCap', () => {
	it.each<[string, Error, string, string[]]>([
		['not installed', missing, 'cap-missing', ['`npm install cap`', 'libpcap-dev']],
		['not built', notBuilt, 'cap-not-built', ['`npm rebuild cap`', '`npm approve-scripts cap`', 'libpcap-dev']],
		['built for another Node', otherNode, 'cap-not-built', ['`npm rebuild cap`', process.version]],
		['built for another machine', otherMachine, 'cap-not-built', ['`npm rebuild cap`', process.arch]],
		['cut off', nodeError('ERR_DLOPEN_FAILED', '/home/me/cap.node: file too short'), 'cap-not-built', ['`npm rebuild cap`']],
		[
			'another binary',
			nodeError('ERR_DLOPEN_FAILED', 'cap.node: cannot dynamically load executable'),
			'cap-not-built',
			['`npm rebuild cap`'],
		],
		['without libpcap', noLibpcap, 'cap-missing', ['libpcap.so.0.8', '`sudo apt install libpcap0.8`']],
		['broken', new SyntaxError('Unexpected token'), 'cap-missing', ['Unexpected token']],
	])('should say in one line what mends it: %s', (_, cause, code, words) => {
		const load = () => {
			throw cause;
		};
		const error = thrownBy(() => loadCap(load, true));
		expect(error).toMatchObject({ code, cause });
		for (const word of words) expect(error.message).toContain(word);
		expect(error.message).not.toMatch(/\n|Require stack|x\.js/);
	});

	it('should refuse worker threads, where cap cannot live', () => {
		expect(thrownBy(() => loadCap(() => ({}), false))).toMatchObject({
			code: 'cap-missing',
			message: expect.stringContaining('main thread'),
		});
	});

	it('should be tried anew by every subscription, and not before', () => {
		let tries = 0;
		const packets = captureWith(() => {
			tries += 1;
			throw new CaptureError('cap-missing', 'not here');
		}, 'lo');
		expect(tries).toBe(0);
		const codes: string[] = [];
		for (let i = 0; i < 2; i += 1) packets.subscribe({ error: ({ code }: CaptureError) => codes.push(code) });
		expect([tries, codes]).toEqual([2, ['cap-missing', 'cap-missing']]);
	});
});

describe('openError', () => {
	it.each<[string, string, string[]]>([
		["lo: You don't have permission to capture on that device", 'not-permitted', ['lo']],
		['nosuch0: No such device exists', 'no-such-device', ['rx-reassembly devices']],
		['ifb0: That device is not up', 'device-down', ['`sudo ip link set lo up`']],
		['lo: Promiscuous mode not supported on the "any" device', 'io', ['tcpdump -i lo -U -w -']],
		['something else', 'io', ['something else']],
	])('should say what mends it: %s', (words, code, mends) => {
		const error = openError('lo', new Error(words));
		expect(error.code).toBe(code);
		for (const mend of mends) expect(error.message).toContain(mend);
	});
});

describe('devices', () => {
	it('should name the fields, and leave out what is not known', () => {
		const list = [
			{
				name: 'eth0',
				description: 'the wire',
				addresses: [{ addr: '192.0.2.2', netmask: '255.255.255.0', broadaddr: '192.0.2.255' }, { netmask: '::' }],
			},
			{ name: 'tun0', addresses: [{ addr: '192.0.2.9', dstaddr: '192.0.2.10' }] },
			{ name: 'lo', addresses: [], flags: 'PCAP_IF_LOOPBACK' },
		];
		expect(listDevices(capWith(() => list))).toEqual([
			{
				name: 'eth0',
				description: 'the wire',
				loopback: false,
				addresses: [{ address: '192.0.2.2', netmask: '255.255.255.0', broadcast: '192.0.2.255' }],
			},
			{ name: 'tun0', loopback: false, addresses: [{ address: '192.0.2.9', peer: '192.0.2.10' }] },
			{ name: 'lo', loopback: true, addresses: [] },
		]);
	});

	it('should throw a CaptureError if libpcap cannot list them', () => {
		const cap = capWith(() => {
			throw new Error('getifaddrs: Too many open files');
		});
		expect(thrownBy(() => listDevices(cap))).toMatchObject({ code: 'io', message: expect.stringContaining('Too many open files') });
	});
});

function capWith(deviceList: CapModule['Cap']['deviceList']): CapModule {
	return { Cap: Object.assign(class {}, { deviceList }) as unknown as CapModule['Cap'] };
}

function thrownBy(call: () => unknown): CaptureError {
	try {
		call();
	} catch (error) {
		if (error instanceof CaptureError) return error;
		throw error;
	}
	throw new Error('nothing was thrown');
}
