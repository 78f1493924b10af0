/**
 * Floods, and real traffic while they go on: `npm run flood`. What must hold: memory stays flat once the limits are
 * reached, limits are kept, what they cost is counted, and every real connection comes out whole. Exit code 1 if not.
 *
 * `--syns 5000000 --holes 1000000 --connections 3000`; `--only syns-default` runs one of the four.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { FloodRun, type Scenario } from './flood/scenario.js';

const count = { type: 'string' } as const;
const { values } = parseArgs({ options: { syns: count, holes: count, connections: count, only: count } });
const syns = Number(values.syns ?? 5_000_000);
const holes = Number(values.holes ?? 1_000_000);
const connections = Number(values.connections ?? 3000);

/** Those that hold when nothing is said; named, so that what is printed says what was held. */
const byDefault = { maxFlows: 2 ** 20, maxHeldBytes: 256 * 2 ** 20, maxHeldSegments: 2 ** 19 };
const small = { maxFlows: 8192, maxHeldBytes: 4 * 2 ** 20, maxHeldSegments: 4096, maxLingering: 1024, lingerMs: 1000 };

const scenarios: Readonly<Record<string, Scenario>> = {
	'syns-default': { kind: 'syns', flows: syns, connections, options: byDefault },
	'syns-small': { kind: 'syns', flows: syns, connections, options: small },
	'holes-default': { kind: 'holes', flows: holes, connections, options: byDefault },
	'holes-small': { kind: 'holes', flows: holes, connections, options: small },
};

if (values.only === undefined) process.exitCode = Math.max(...Object.keys(scenarios).map(runApart));
else runHere(values.only);

/** In a process of its own, so that the peak of one is not that of another. */
function runApart(name: string): number {
	const [node, script, ...rest] = [process.execPath, process.argv[1] as string, ...process.argv.slice(2)];
	const { status } = spawnSync(node, [...process.execArgv, script, ...rest, '--only', name], { stdio: 'inherit' });
	if (status !== 0) console.log(`  ${name} ended with ${status}`);
	return status === 0 ? 0 : 1;
}

function runHere(name: string): void {
	const scenario = scenarios[name];
	if (scenario === undefined) throw new Error(`--only: expected one of ${Object.keys(scenarios).join(', ')}, found ${name}`);
	console.log(`${name}: ${JSON.stringify(scenario.options)}`);
	const start = performance.now();
	const run = new FloodRun(scenario);
	run.run();
	console.log(`  ${((performance.now() - start) / 1000).toFixed(1)} s`);
	process.exitCode = run.problems.length === 0 ? 0 : 1;
}
