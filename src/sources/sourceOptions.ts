import { type Checks, instanceOf } from '../codec.js';
import { Valve } from '../valve.js';

/** What the sources of captured bytes can be told. */
export interface SourceOptions {
	/** Shared with the consumers: the source waits while it is closed. */
	readonly valve?: Valve | undefined;
}

export const sourceChecks: Checks<SourceOptions> = { valve: instanceOf(Valve, 'a Valve') };
