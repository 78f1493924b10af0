import type { Origin } from '../parser.js';
import { type HandshakeEvents, HandshakeReader } from './handshakeReader.js';
import { Inlet, type Mark } from './inlet.js';
import type { TlsLimits } from './limits.js';
import type { TlsLost } from './message.js';
import { HEADER_BYTES, HELLO_BYTES, isHeader, isHello, RecordType, recordLength } from './record.js';
import { searchRecord } from './recordSearch.js';

/** What one direction tells. */
export interface SideEvents extends HandshakeEvents {
	/** The first record begins. */
	begin(mark: Mark): void;
	alert(level: number, code: number, mark: Mark): void;
	/** A ClientHello in the format of SSL 2, from its type on. */
	ssl2(body: Uint8Array, mark: Mark): void;
	lost(what: TlsLost['what'], code: number | null, mark: Mark): void;
}

type State = 'search' | 'header' | 'record' | 'ssl2' | 'opaque';
/** What is in a record: `unsure` may be a handshake message in the clear. */
type Content = 'handshake' | 'unsure' | 'alert' | 'encrypted' | 'other';

/** One direction of a connection: cuts its bytes into records. */
export class Side {
	records = 0;
	encryptedBytes = 0;
	missing = 0;
	isEnded = false;
	private readonly inlet = new Inlet();
	private readonly handshake: HandshakeReader;
	private state: State = 'search';
	/** Nothing was read, and nothing is missing before it. */
	private isStart = true;
	/** Bytes that were passed over in search of a record. */
	private searched = 0;
	private content: Content = 'other';
	/** Bytes of the record at hand that have not been read. */
	private remaining = 0;
	/** Handshake messages are in the clear, and it is known where they begin. */
	private isClear = true;

	constructor(
		private readonly events: SideEvents,
		private readonly limits: TlsLimits,
	) {
		this.handshake = new HandshakeReader(events, limits.maxHandshakeBytes);
	}

	push(bytes: Uint8Array, origin: Origin): void {
		if (this.isEnded || bytes.length === 0) return;
		this.inlet.push(bytes, origin);
		this.run(false);
	}

	gap(length: number, { seen, packet }: Origin): void {
		if (this.isEnded || length === 0) return;
		this.missing += Math.max(length, 0);
		this.isStart = false;
		this.passUnsure();
		if (this.state === 'record' && length > 0 && length <= this.remaining) this.loseWithin(length);
		else this.loseRecords({ seen, packet });
	}

	end(): void {
		if (this.isEnded) return;
		this.run(true);
		this.passUnsure();
		this.handshake.cut();
		this.isEnded = true;
	}

	private run(isEnd: boolean): void {
		while (this.inlet.rest > 0 && this.step(isEnd));
		this.inlet.settle();
	}

	/** Reads on; answers false if that takes more bytes. */
	private step(isEnd: boolean): boolean {
		switch (this.state) {
			case 'search':
				return this.search(isEnd);
			case 'header':
				return this.readHeader();
			case 'record':
				return this.readRecord();
			case 'ssl2':
				return this.readSsl2();
			case 'opaque':
				this.inlet.at = this.inlet.to;
				return true;
		}
	}

	private search(isEnd: boolean): boolean {
		const { inlet, limits } = this;
		const { found, at } = searchRecord(inlet.bytes, inlet.at, inlet.to, this.isStart, isEnd);
		this.searched += at - inlet.at;
		if (this.searched > 0) this.isStart = false;
		inlet.at = at;
		if (this.searched > limits.maxSearchBytes) {
			this.state = 'opaque';
			return true;
		}
		if (found === 'wait') return false;
		this.isStart = false;
		this.state = found === 'ssl2' ? 'ssl2' : 'header';
		return true;
	}

	private readHeader(): boolean {
		const { inlet } = this;
		const header = isHeader(inlet.bytes, inlet.at, inlet.to);
		if (header === undefined) return false;
		if (!header) {
			this.handshake.cut();
			this.events.lost('notTls', null, inlet.mark);
			this.startSearch();
			return true;
		}
		const type = inlet.bytes[inlet.at] as number;
		this.remaining = recordLength(inlet.bytes, inlet.at);
		if (this.records++ === 0) this.events.begin(inlet.mark);
		this.content = this.contentOf(type, this.remaining);
		inlet.at += HEADER_BYTES;
		if (this.remaining > 0) this.state = 'record';
		return true;
	}

	private contentOf(type: number, length: number): Content {
		switch (type) {
			case RecordType.handshake:
				if (this.isClear) return 'handshake';
				return length < HELLO_BYTES ? 'encrypted' : 'unsure';
			case RecordType.alert:
				// Encrypted, it has more: a digest at least.
				return length === 2 ? 'alert' : 'encrypted';
			case RecordType.changeCipherSpec:
				// Whether TLS 1.3 goes on in the clear (RFC 8446, appendix D.4) is told by what comes.
				this.handshake.cut();
				this.isClear = false;
				return 'other';
			default:
				return 'encrypted';
		}
	}

	private readRecord(): boolean {
		const { inlet } = this;
		if (this.content === 'unsure' && !this.makeSure()) return false;
		if (this.content === 'alert') return this.readAlert();
		if (this.content === 'handshake') return this.readHandshake();
		const count = Math.min(inlet.rest, this.remaining);
		if (this.content === 'encrypted') this.encryptedBytes += count;
		this.take(count);
		return true;
	}

	private readHandshake(): boolean {
		const { inlet } = this;
		const count = Math.min(inlet.sameMarkRest, this.remaining);
		this.handshake.push(inlet.bytes, inlet.at, inlet.at + count, inlet.mark);
		this.take(count);
		return true;
	}

	private makeSure(): boolean {
		const { inlet } = this;
		if (inlet.rest < HELLO_BYTES) return false;
		this.isClear = isHello(inlet.bytes, inlet.at);
		this.content = this.isClear ? 'handshake' : 'encrypted';
		return true;
	}

	private readAlert(): boolean {
		const { inlet } = this;
		if (inlet.rest < 2) return false;
		this.events.alert(inlet.bytes[inlet.at] as number, inlet.bytes[inlet.at + 1] as number, inlet.mark);
		this.take(2);
		return true;
	}

	private readSsl2(): boolean {
		const { inlet } = this;
		if (inlet.rest < 2) return false;
		const [high, low] = [inlet.bytes[inlet.at] as number, inlet.bytes[inlet.at + 1] as number];
		const end = inlet.at + 2 + (((high & 0x7f) << 8) | low);
		if (end > inlet.to) return false;
		const body = inlet.bytes.subarray(inlet.at + 2, end);
		if (this.records++ === 0) this.events.begin(inlet.mark);
		this.events.ssl2(body, inlet.mark);
		inlet.at = end;
		// What SSL 2 itself goes on with has no such records.
		this.state = body[1] === 3 ? 'header' : 'opaque';
		return true;
	}

	private take(count: number): void {
		this.inlet.at += count;
		this.pass(count);
	}

	/** So many bytes of the record are over. */
	private pass(count: number): void {
		this.remaining -= count;
		if (this.remaining === 0) this.state = 'header';
	}

	/** What waits of a record for more to tell what it is will not be told any more. */
	private passUnsure(): void {
		if (this.state !== 'record') return;
		const count = this.inlet.drop();
		if (this.content === 'unsure') {
			this.content = 'encrypted';
			this.encryptedBytes += count;
		}
		this.pass(count);
	}

	/** Bytes of the record at hand are missing, so it is known where the next one begins. */
	private loseWithin(length: number): void {
		if (this.content === 'handshake' && !this.handshake.lose(length)) {
			this.handshake.cut();
			this.isClear = false;
			this.content = 'other';
		}
		this.pass(length);
	}

	private loseRecords(mark: Mark): void {
		this.inlet.drop();
		this.handshake.cut();
		if (this.records > 0 && this.state !== 'opaque') this.events.lost('records', null, mark);
		this.startSearch();
	}

	private startSearch(): void {
		this.state = 'search';
		this.searched = 0;
		this.isClear = false;
		this.remaining = 0;
	}
}
