import type { Direction } from '../parser.js';
import type { Mark } from './inlet.js';
import type { TlsAlert, TlsClientHello, TlsEvent, TlsMessage, TlsServerHello, TlsSession, TlsSides } from './message.js';
import { tlsVersionName } from './names.js';
import type { Side } from './side.js';

/** Alerts may be any number; so many are summed up. */
const ALERTS_MAX = 16;

/** What a session comes to, message by message. */
export class SessionDraft {
	/** Where the first record came from. */
	first: (Mark & { readonly direction: Direction }) | undefined = undefined;
	private clientHello: TlsClientHello | null = null;
	private serverHello: TlsServerHello | null = null;
	private isRetried = false;
	private certificates: TlsSides<readonly string[]> = { client: [], server: [] };
	private readonly alerts: TlsAlert[] = [];
	private isDamaged = false;

	begin(direction: Direction, { seen, packet }: Mark): void {
		this.first ??= { direction, seen, packet };
	}

	note(message: TlsMessage): void {
		switch (message.type) {
			case 'clientHello':
				this.clientHello ??= message;
				break;
			case 'serverHello':
				if (message.isRetryRequest) this.isRetried = true;
				else this.serverHello ??= message;
				break;
			case 'certificates':
				if (this.certificates[message.from].length === 0) {
					this.certificates = { ...this.certificates, [message.from]: message.certificates.map(({ sha256 }) => sha256) };
				}
				break;
			case 'alert':
				if (this.alerts.length < ALERTS_MAX) this.alerts.push(message);
				break;
			case 'lost':
				this.isDamaged = true;
				break;
		}
	}

	toSession(event: TlsEvent, { client, server }: TlsSides<Side>): TlsSession {
		const { clientHello, serverHello, isRetried, certificates, alerts, isDamaged } = this;
		return {
			type: 'session',
			...event,
			clientHello,
			serverHello,
			isRetried,
			sni: clientHello?.sni ?? null,
			alpn: serverHello?.alpn ?? null,
			version: serverHello === null ? null : tlsVersionName(serverHello.version),
			cipher: serverHello?.cipher ?? null,
			ja3: clientHello?.ja3 ?? null,
			ja3s: serverHello?.ja3s ?? null,
			ja4: clientHello?.ja4 ?? null,
			certificates,
			alerts,
			records: { client: client.records, server: server.records },
			encryptedBytes: { client: client.encryptedBytes, server: server.encryptedBytes },
			missing: { client: client.missing, server: server.missing },
			isDamaged: isDamaged || client.missing > 0 || server.missing > 0,
		};
	}
}
