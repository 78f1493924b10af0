/** The protocols that are known by their first bytes. */
export const protocolNames = [
	'amqp',
	'bittorrent',
	'dns',
	'ftp',
	'http1',
	'http2',
	'imap',
	'mqtt',
	'mysql',
	'pop3',
	'postgres',
	'redis',
	'rfb',
	'rtsp',
	'sip',
	'smb',
	'smtp',
	'ssh',
	'tls',
	'xmpp',
] as const;

/** A protocol that is known by its first bytes; `dns` is DNS over TCP, `rfb` is VNC, `postgres` and `smb` are told before any TLS. */
export type ProtocolName = (typeof protocolNames)[number];
