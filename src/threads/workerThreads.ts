/** What Node has for threads. Loaded only when it is asked for: all its streams come with it, and most need neither. */
export function workerThreads(): typeof import('node:worker_threads') {
	return process.getBuiltinModule('node:worker_threads');
}
