// A page that opens a capture that is dropped on it: the core and the operators, without Node. `npm run build` and
// `node examples/browser/build.mjs` bundle it to dist/browser; open index.html there through any web server.
import { CaptureReader } from 'rx-reassembly';
import { decodeTcp, flushOlderThan, groupByConnection, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import { detectProtocol, http1, tls } from 'rx-reassembly/protocols';
import { count, defer, from, map, merge, share } from 'rxjs';

const ASKED_MAX = 3; // Shown of a connection.
const ROWS_MAX = 1000;

/** The packets of a file, read a piece at a time: it may be larger than memory. */
async function* packetsOf(file) {
	const reader = new CaptureReader();
	for await (const block of blocksOf(file)) {
		reader.feed(block);
		for (let packet = reader.next(); packet !== null; packet = reader.next()) yield packet;
	}
	reader.end();
}

async function* blocksOf(file) {
	const stream = file.stream().getReader();
	for (let block = await stream.read(); !block.done; block = await stream.read()) yield block.value;
}

/** What a message asks for, in words; undefined if it is nothing to show. */
function askedFor(message) {
	if (message.type === 'clientHello') return `TLS ${message.sni ?? 'without a name'}`;
	return message.request ? `${message.request.method} ${message.request.url}` : undefined;
}

/** A connection, once it is over: what it was, and how much of it there is. */
function summaryOf(chunks) {
	const asked = [];
	const shared = chunks.pipe(share());
	const parsed = shared.pipe(
		parseWith(detectProtocol({ http1, tls })),
		map(message => {
			const words = askedFor(message);
			if (words !== undefined && asked.length < ASKED_MAX) asked.push(words);
		}),
	);
	const { client, server } = chunks.key;
	return merge(parsed, shared).pipe(
		count(),
		map(() => {
			const [up, down] = ['client', 'server'].map(direction => chunks.key.statistics(direction));
			return { client, server, up: up.bytes, down: down.bytes, skipped: up.skipped + down.skipped, asked };
		}),
	);
}

/** The connections of a capture file, in the order in which they end. */
function connectionsIn(file) {
	return defer(() => from(packetsOf(file))).pipe(
		decodeTcp(),
		flushOlderThan(120_000, { clock: 'packet' }),
		reassemble(),
		groupByConnection(),
		mergeFlows(summaryOf),
	);
}

const find = id => document.getElementById(id);
const rows = find('connections').querySelector('tbody');
let showing;

function addRow({ client, server, up, down, skipped, asked }) {
	const row = rows.insertRow();
	for (const value of [client, server, up, down, skipped, asked.join(', ')]) {
		const cell = row.insertCell();
		cell.textContent = typeof value === 'number' ? value.toLocaleString('en') : String(value);
		if (typeof value === 'number') cell.className = 'number';
	}
}

function tell(text, isError = false) {
	find('status').textContent = text;
	find('status').className = isError ? 'error' : '';
}

function show(file) {
	showing?.unsubscribe();
	rows.replaceChildren();
	find('connections').hidden = false;
	tell(`reading ${file.name} ...`);
	let found = 0;
	showing = connectionsIn(file).subscribe({
		next: connection => {
			found++;
			if (found <= ROWS_MAX) addRow(connection);
		},
		complete: () => tell(`${file.name}: ${found} connections${found > ROWS_MAX ? `, the first ${ROWS_MAX} of them below` : ''}`),
		error: ({ message }) => tell(`${file.name}: ${message}`, true),
	});
}

const drop = find('drop');
drop.addEventListener('dragover', event => {
	event.preventDefault();
	drop.classList.add('over');
});
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', event => {
	event.preventDefault();
	drop.classList.remove('over');
	const [file] = event.dataTransfer.files;
	if (file !== undefined) show(file);
});
find('file').addEventListener('change', ({ target }) => {
	const [file] = target.files;
	if (file !== undefined) show(file);
});
