import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { writeWhole } from './leftover.ts';

/**
 * The port noted in this file if it is free, else another free one, which is then noted. Below the range
 * that outgoing connections take theirs from, so that it is still free at the next start. `insist`: the noted
 * one in any case, because others know it by now.
 */
export async function rememberedPort(file: string, insist = false): Promise<number> {
  const noted = readPort(file);
  if (noted !== null && (insist || (await isFree(noted)))) return noted;
  const port = await freePort();
  writeWhole(file, `${port}\n`, 0o644);
  return port;
}

/** A loopback port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port between 15000 and 32000 on 127.0.0.1');
}

/** True when nobody listens on this loopback port. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

/** True when somebody on this loopback port takes a connection. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function readPort(file: string): number | null {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}
