import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** Two UDP ports on loopback that nobody uses at this moment, below those outgoing traffic takes. */
export async function freeUdpPorts(): Promise<[number, number]> {
  const first = await freeUdpPort(0);
  return [first, await freeUdpPort(first)];
}

async function freeUdpPort(except: number): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(15_000, 32_000);
    if (port !== except && (await isFree(port))) return port;
  }
  throw new Error('no free UDP port between 15000 and 32000 on 127.0.0.1');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.close(() => resolve(true));
    });
  });
}
