import { readFileSync } from 'node:fs';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';

/** How the certificate of a PBX is judged. There is no way to skip that. */
export interface TlsOptions {
  /** PEM file of the authority, or the certificate itself when it is self-signed; null: the system's authorities. */
  readonly caFile: string | null;
  /** The name the certificate must be for; null: the host that is connected to. */
  readonly serverName: string | null;
}

export interface TlsAddress {
  readonly host: string;
  readonly port: number;
}

/** The TCP sockets below the TLS ones. */
const below = new WeakMap<net.Socket, net.Socket>();

/**
 * Starts a TLS connection, at least 1.2 and always verified. It says `connect` when the certificate was
 * found right and not before, so that not even the login is written to somebody else. The TCP socket
 * below stays in our hands, because TLS itself can neither be reset nor tell in the same tick what of it
 * has not gone to the kernel: every record passes through `overSocket`. A caFile that cannot be used is
 * an error of the socket, as a failed connection is.
 */
export function openTlsSocket(address: TlsAddress, options: TlsOptions): net.Socket {
  try {
    return connectTls(address, options);
  } catch (error) {
    return new net.Socket().destroy(error instanceof Error ? error : new Error('TLS failed'));
  }
}

/** The socket whose bytes go to the kernel: the TCP socket below a TLS one, else the socket itself. */
export function lowestSocket(socket: net.Socket): net.Socket {
  return below.get(socket) ?? socket;
}

function connectTls({ host, port }: TlsAddress, options: TlsOptions): net.Socket {
  // Read at every connection: a renewed certificate needs no restart.
  const ca = options.caFile === null ? undefined : readFileSync(options.caFile);
  const context = tls.createSecureContext({ minVersion: 'TLSv1.2', ...(ca && { ca }) });
  const tcp = net.createConnection({ host, port });
  const name = options.serverName ?? host;
  const socket = tls.connect({
    socket: overSocket(tcp),
    secureContext: context,
    rejectUnauthorized: true,
    // The certificate is compared with this; an address is never sent as a server name (RFC 6066).
    host: name,
    ...(net.isIP(name) === 0 && { servername: name }),
  });
  tcp.setNoDelay(true);
  below.set(socket, tcp);
  socket.once('secureConnect', () => socket.emit('connect'));
  return socket;
}

/** A stream over a socket. TLS over a net.Socket itself would go around its JavaScript and hide its buffer. */
function overSocket(tcp: net.Socket): Duplex {
  const duplex = new Duplex({
    read: () => void tcp.resume(),
    write: (chunk: Buffer, _encoding, done) => void tcp.write(chunk, done),
    final: (done) => void tcp.end(done),
    destroy: (error, done) => {
      tcp.destroy();
      done(error);
    },
  });
  tcp.on('data', (chunk: Buffer) => {
    if (!duplex.push(chunk)) tcp.pause();
  });
  tcp.on('end', () => duplex.push(null));
  tcp.on('error', (error) => duplex.destroy(error));
  tcp.on('close', () => duplex.destroy());
  return duplex;
}
