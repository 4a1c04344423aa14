import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/**
 * Asterisk can redirect with 302 and no other code, and refuse with nothing below 400. So the carrier's
 * Asterisk marks a redirect with the code it is to have, and this relay on the way from it to the
 * PBX writes it into the status line. It changes nothing else.
 */
export interface RedirectRelay {
  /** Where the PBX sends what is for the carrier. */
  readonly port: number;
  /** May be called twice. */
  close(): void;
}

const marker = 'redirect.invalid';

/** Dialplan step that redirects with a code from 300 to 399; to nobody when there is no number. */
export function redirection(sipCode: string, number: string | null): string {
  return `Transfer(PJSIP/sip:${number ?? 'nobody'}@${sipCode}.${marker})`;
}

/** Opens the relay on loopback; it is there when this resolves. */
export async function openRedirectRelay(ports: {
  readonly relay: number;
  readonly carrier: number;
  readonly dialer: number;
}): Promise<RedirectRelay> {
  const fromDialer = await bound(ports.relay);
  const fromCarrier = await bound(0);
  fromDialer.on('message', (packet) => send(fromCarrier, packet, ports.carrier));
  fromCarrier.on('message', (packet) => send(fromDialer, withCode(packet), ports.dialer));
  let open = true;
  return {
    port: ports.relay,
    close() {
      if (!open) return;
      open = false;
      fromDialer.close();
      fromCarrier.close();
    },
  };
}

async function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  // A peer that is gone is reported on the next packet; SIP sends it again by itself.
  socket.on('error', () => undefined);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  // Two Asterisks that nobody stopped are no reason to stay alive.
  socket.unref();
  return socket;
}

function send(socket: Socket, packet: Buffer, port: number): void {
  socket.send(packet, port, '127.0.0.1', () => undefined);
}

const status = 'SIP/2.0 302 ';
const marked = new RegExp(String.raw`@(3\d\d)\.${marker.replace('.', String.raw`\.`)}`);

function withCode(packet: Buffer): Buffer {
  if (packet.toString('latin1', 0, status.length) !== status) return packet;
  const text = packet.toString('latin1');
  const code = marked.exec(text)?.[1];
  if (code === undefined) return packet;
  const told = text.replace(status, `SIP/2.0 ${code} `);
  return Buffer.from(told.replace(/^Contact: <sip:nobody@.*\r\n/m, ''), 'latin1');
}
