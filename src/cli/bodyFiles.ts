import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mime from 'mime/lite';
import { decodeBody } from '../contentCoding/decodeBody.js';
import { CaptureError } from '../errors.js';
import type { HttpExchange, HttpMessage } from '../protocols/http1.js';

/** Characters of a target that stay in the name of a file. */
const NAME_MAX = 60;

/** The bodies of exchanges, decoded, each in a file of one folder: `000003-response-example.test_index.html`. */
export class BodyFiles {
	files = 0;
	bytes = 0;
	incomplete = 0;
	private exchanges = 0;

	/** @throws CaptureError if the folder cannot be made. */
	constructor(private readonly folder: string) {
		trying(folder, () => mkdirSync(folder, { recursive: true }));
	}

	/** @throws CaptureError with the words of the system. */
	add({ request, response }: HttpExchange): void {
		this.exchanges++;
		const target = request === null ? '' : `-${nameOf(`${request.host ?? ''}${request.url}`)}`;
		const number = String(this.exchanges).padStart(6, '0');
		if (request !== null) this.write(`${number}-request${target}`, request);
		if (response !== null) this.write(`${number}-response${target}`, response);
	}

	private write(name: string, message: HttpMessage): void {
		if (message.body.length === 0) return;
		const { bytes, codings } = decodeBody(message);
		const path = join(
			this.folder,
			`${withExtension(name, message.headers['content-type'])}${codings.map(coding => `.${nameOf(coding)}`).join('')}`,
		);
		trying(path, () => writeFileSync(path, bytes));
		this.files++;
		this.bytes += bytes.length;
		if (!message.complete || message.bodyTruncated) this.incomplete++;
	}
}

/** What a name of a file may have everywhere; nothing in it leads out of the folder. */
function nameOf(text: string): string {
	const [path = ''] = text.split(/[?#]/);
	return path
		.replace(/[^A-Za-z0-9.-]+/g, '_')
		.replace(/\.{2,}/g, '.')
		.replace(/^[._]+|[._]+$/g, '')
		.slice(0, NAME_MAX);
}

function withExtension(name: string, type: string | undefined): string {
	const extension = mime.getExtension(type ?? '') || 'bin';
	return name.endsWith(`.${extension}`) ? name : `${name}.${extension}`;
}

function trying(path: string, work: () => void): void {
	try {
		work();
	} catch (cause) {
		throw new CaptureError('io', `${path}: ${(cause as Error).message}`, { cause });
	}
}
