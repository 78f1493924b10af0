import { shardStart } from './shardStart.js';
import { ToMain } from './toMain.js';

// What a worker of `inShards` runs. The module of the user is loaded from here, so that whatever becomes of it is said through
// the port: the main thread may be waiting for that port, and hears no events meanwhile.
const start = shardStart();
if (start === undefined) throw new Error('this module is run by inShards alone');
const main = new ToMain(start);
process.on('uncaughtExceptionMonitor', error => main.fail('failed', error));
process.on('exit', code => main.fail('exited', `the worker has exited, with code ${code}`));
try {
	await import(start.module);
	if (!start.isServed) main.fail('not-loaded', `${start.module} does not call serveShard`);
} catch (error) {
	main.fail('not-loaded', error);
}
