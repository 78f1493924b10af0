/**
 * Who may import whom. Arrows point down only:
 * src/{assembly,wire,capture,protocols,framing,shards,shipping} <- operators <- marbles; src/threads, src/sources, src/sinks, src/contentCoding, src/nats and src/cli sit on top.
 *
 * test/layers.test.ts holds it. By hand: npx depcruise src operators marbles
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
	forbidden: [
		{
			name: 'core-is-pure',
			comment:
				'The core runs anywhere: all of src but threads/, sources/, sinks/, contentCoding/, nats/ and cli/ knows no RxJS and nothing that is built upon it.',
			severity: 'error',
			from: { path: '^src/', pathNot: '^src/((threads|sources|sinks|contentCoding|nats|cli)/|(node|nats)\\.ts$)' },
			to: { path: ['(^|/)node_modules/rxjs/', '^(operators|marbles)/', '^src/(threads|sources|sinks|contentCoding|nats|cli)/'] },
		},
		{
			name: 'operators-know-no-source',
			comment: 'Operators work on packets wherever they come from.',
			severity: 'error',
			from: { path: '^operators/' },
			to: { path: ['^marbles/', '^src/(threads|sources|sinks|contentCoding|nats|cli)/'] },
		},
		{
			name: 'marbles-know-no-source',
			comment: 'Marble tests run without files and without a wire.',
			severity: 'error',
			from: { path: '^marbles/' },
			to: { path: '^src/(threads|sources|sinks|contentCoding|nats|cli)/' },
		},
		{
			name: 'threads-know-no-source',
			comment: 'What is spread over threads comes from anywhere; it is an operator, but one that needs Node.',
			severity: 'error',
			from: { path: '^src/threads/' },
			to: { path: ['^marbles/', '^src/(sources|sinks|contentCoding|nats|cli)/'] },
		},
		{
			name: 'sources-know-no-cli',
			comment: 'Sources are a library.',
			severity: 'error',
			from: { path: '^src/sources/' },
			to: { path: ['^marbles/', '^operators/', '^src/(sinks|contentCoding|nats|cli)/'] },
		},
		{
			name: 'sinks-know-no-cli',
			comment: 'Sinks take what comes to files and streams of Node.',
			severity: 'error',
			from: { path: '^src/sinks/' },
			to: { path: ['^marbles/', '^src/(nats|cli)/'] },
		},
		{
			name: 'nats-knows-no-source',
			comment: 'What goes over NATS comes from anywhere, and goes anywhere.',
			severity: 'error',
			from: { path: '^src/nats/' },
			to: { path: ['^marbles/', '^src/(threads|sources|sinks|cli)/'] },
		},
		{
			name: 'node-on-top-only',
			comment: 'Only threads/, sources/, sinks/, contentCoding/, nats/ and cli/ need Node.',
			severity: 'error',
			from: { pathNot: '^src/(threads|sources|sinks|contentCoding|nats|cli)/' },
			to: { dependencyTypes: ['core'] },
		},
		{
			name: 'io-ts-in-one-place',
			comment: 'What comes from outside is checked by src/codec.ts (options) and src/codec/ (values) alone.',
			severity: 'error',
			from: { pathNot: '^src/codec(\\.ts$|/)' },
			to: { path: '(^|/)node_modules/(io-ts|fp-ts)/' },
		},
		{
			name: 'http-parser-in-one-place',
			comment: 'Only the HTTP/1 parser knows the library that reads messages.',
			severity: 'error',
			from: { pathNot: '^src/protocols/http1(/|\\.ts$)' },
			to: { path: '(^|/)node_modules/http-parser-js/' },
		},
		{
			name: 'dns-packet-in-one-place',
			comment: 'Only the DNS parser knows dns-packet, and nobody loads it who does not ask for rx-reassembly/protocols/dns.',
			severity: 'error',
			from: { pathNot: '^src/protocols/dns(/(?!message\\.ts$)|\\.ts$)' },
			to: { path: ['(^|/)node_modules/dns-packet/', '^src/protocols/dns(/(?!message\\.ts$)|\\.ts$)'] },
		},
		{
			name: 'fflate-in-one-place',
			comment: 'Only WebSocket knows fflate, and nobody loads it who does not ask for rx-reassembly/protocols/websocket.',
			severity: 'error',
			from: { pathNot: '^src/protocols/websocket(/(?!message\\.ts$)|\\.ts$)' },
			to: { path: ['(^|/)node_modules/fflate/', '^src/protocols/websocket(/(?!message\\.ts$)|\\.ts$)'] },
		},
		{
			name: 'mqtt-packet-in-one-place',
			comment: 'Only the MQTT parser knows mqtt-packet, and nobody loads it who does not ask for rx-reassembly/protocols/mqtt.',
			severity: 'error',
			from: { pathNot: '^src/protocols/mqtt(/(?!message\\.ts$)|\\.ts$)' },
			to: { path: ['(^|/)node_modules/mqtt-packet/', '^src/protocols/mqtt(/(?!message\\.ts$)|\\.ts$)'] },
		},
		{
			name: 'commander-in-the-cli',
			comment: 'Only the command line reads a command line, draws progress, and writes files for browsers.',
			severity: 'error',
			from: { pathNot: '^src/cli/' },
			to: { path: '(^|/)node_modules/(commander|cli-progress|cookie|mime)/' },
		},
		{
			name: 'cap-in-one-place',
			comment: 'src/sources/cap.ts alone loads cap, which is optional, and only when it is asked for: no import may name it.',
			severity: 'error',
			from: {},
			to: { path: '((^|/)node_modules/cap/|^cap$)' },
		},
		{
			name: 'nats-when-asked-for',
			comment:
				'src/nats/clients.ts alone loads the clients of NATS, which are optional, and only when it is asked for. Others know their types.',
			severity: 'error',
			from: {},
			to: { path: '(^|/)node_modules/@nats-io/', dependencyTypesNot: ['type-only', 'type-import'] },
		},
		{
			name: 'nats-in-one-place',
			comment: 'Only nats/, and the flags of the command line that connect, know NATS.',
			severity: 'error',
			from: { pathNot: '^src/(nats/|cli/natsOptions\\.ts$)' },
			to: { path: '(^|/)node_modules/@nats-io/' },
		},
		{
			name: 'no-circle',
			comment: 'No module waits for itself when it is loaded. Types may know each other.',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'no-tests-inside',
			comment: 'What is published needs nothing that is not: no tests, no tools.',
			severity: 'error',
			from: {},
			to: { path: ['^(test|bench|examples)/'] },
		},
		{
			name: 'declared',
			comment:
				'What is imported is there, and is a dependency in package.json that users get; or a peer of those who want it; or it is in the bundle of the command line.',
			severity: 'error',
			from: {},
			to: {
				dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
				pathNot: '(^|/)node_modules/(rxjs|mqtt-packet|@nats-io|commander|cli-progress|cookie|mime|@types/har-format)/',
			},
		},
	],
	options: {
		doNotFollow: { path: '(^|/)node_modules/' },
		// Imports of types count too: a layer that only knows the types of another knows it.
		tsPreCompilationDeps: 'specify',
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
	},
};
