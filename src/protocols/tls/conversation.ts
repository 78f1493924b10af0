import type { Direction, Ends, Origin, Parser } from '../parser.js';
import { readCertificates } from './certificates.js';
import { readClientHello, readServerHello, readSsl2ClientHello } from './hellos.js';
import type { Mark } from './inlet.js';
import type { TlsLimits } from './limits.js';
import type { TlsEvent, TlsLost, TlsMessage } from './message.js';
import { alertName, handshakeName } from './names.js';
import { SessionDraft } from './sessionDraft.js';
import { Side, type SideEvents } from './side.js';

const HandshakeType = { clientHello: 1, serverHello: 2, certificate: 11 } as const;

/** TLS on one connection: reads both directions, and sums up what was said. */
export class Conversation implements Parser {
	private readonly sides: Readonly<Record<Direction, Side>>;
	private readonly draft = new SessionDraft();
	/** The one that is taken for the server has sent the ClientHello. */
	private isSwapped = false;
	private isOriented = false;
	private isOver = false;

	constructor(
		private readonly emit: (message: TlsMessage) => void,
		private readonly ends: Ends,
		limits: TlsLimits,
	) {
		this.sides = { client: new Side(this.eventsOf('client'), limits), server: new Side(this.eventsOf('server'), limits) };
	}

	push(bytes: Uint8Array, origin: Origin): void {
		this.sides[origin.direction].push(bytes, origin);
	}

	gap(length: number, origin: Origin): void {
		this.sides[origin.direction].gap(length, origin);
	}

	end({ direction }: Origin): void {
		const { client, server } = this.sides;
		this.sides[direction].end();
		if (client.isEnded && server.isEnded) this.finish();
	}

	finish(): void {
		const { client, server } = this.sides;
		client.end();
		server.end();
		const { first } = this.draft;
		if (this.isOver || first === undefined) return;
		this.isOver = true;
		const sides = this.isSwapped ? { client: server, server: client } : { client, server };
		this.emit(this.draft.toSession(this.eventAt(first.direction, first), sides));
	}

	private eventsOf(direction: Direction): SideEvents {
		return {
			begin: mark => this.draft.begin(direction, mark),
			message: (code, body, mark) => this.onHandshake(code, body, direction, mark),
			alert: (level, code, mark) => {
				this.tell({ type: 'alert', ...this.eventAt(direction, mark), isFatal: level === 2, code, name: alertName(code) });
			},
			ssl2: (body, mark) => {
				this.orient(direction === 'server');
				this.tell(readSsl2ClientHello(this.eventAt(direction, mark), body));
			},
			lost: (what: TlsLost['what'], code, mark) => this.tell({ type: 'lost', ...this.eventAt(direction, mark), what, code }),
		};
	}

	private onHandshake(code: number, body: Uint8Array, direction: Direction, mark: Mark): void {
		if (code === HandshakeType.clientHello) this.orient(direction === 'server');
		else if (code === HandshakeType.serverHello) this.orient(direction === 'client');
		const event = this.eventAt(direction, mark);
		if (code === HandshakeType.clientHello) this.tell(readClientHello(event, body));
		else if (code === HandshakeType.serverHello) this.tell(readServerHello(event, body));
		else if (code === HandshakeType.certificate) this.tell(readCertificates(event, body));
		else this.tell({ type: 'handshake', ...event, code, name: handshakeName(code), length: body.length });
	}

	/** The first hello tells who is the client. */
	private orient(isSwapped: boolean): void {
		if (!this.isOriented) this.isSwapped = isSwapped;
		this.isOriented = true;
	}

	private eventAt(direction: Direction, { seen, packet }: Mark): TlsEvent {
		const { isSwapped, ends } = this;
		const [client, server] = isSwapped ? [ends.server, ends.client] : [ends.client, ends.server];
		return { client, server, time: seen, packet, from: isSwapped === (direction === 'client') ? 'server' : 'client' };
	}

	private tell(message: TlsMessage): void {
		this.draft.note(message);
		this.emit(message);
	}
}
