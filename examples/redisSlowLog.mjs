// Redis's slow log, from the wire: commands that took longer than so many milliseconds, whatever the server thinks of them.
// Run it with a capture file and the milliseconds (default 1), after `npm run build`.
import { fromFile } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, groupByConnection, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import { redis } from 'rx-reassembly/protocols';
import { filter } from 'rxjs';

const [capture, slowMs = '1'] = process.argv.slice(2);
if (capture === undefined) {
	console.error('usage: node examples/redisSlowLog.mjs FILE [MILLISECONDS]');
	process.exit(2);
}

fromFile(capture)
	.pipe(
		decodeTcp(),
		flushOlderThan(120_000, { clock: 'packet' }),
		reassemble(),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(redis))),
		filter(({ durationMs }) => durationMs !== null && durationMs > Number(slowMs)),
	)
	.subscribe({
		next: ({ time, client, command, durationMs }) => {
			const [key = ''] = command.args;
			console.log(`${time} ${client} ${durationMs.toFixed(3)} ms ${command.name} ${key.slice(0, 60)}`.trimEnd());
		},
		error: ({ message }) => {
			console.error(message);
			process.exitCode = 1;
		},
	});
