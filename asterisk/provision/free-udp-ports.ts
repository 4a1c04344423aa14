import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** So many UDP ports on loopback that nobody uses at this moment, below those outgoing traffic takes. */
export async function freeUdpPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; tries < 200 && found.size < count; tries += 1) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error('no free UDP port between 15000 and 32000 on 127.0.0.1');
  return [...found];
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
