import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Health {
  readonly ok: boolean;
  /** State of each part in a word or two, such as `{postgres: 'ok'}`. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface HealthServer {
  readonly url: string;
  /** May be called twice. */
  stop(): Promise<void>;
}

export interface HealthOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly check: () => Promise<Health>;
  /** After this time a check counts as failed. Default 5 s. */
  readonly checkLimitMs?: number;
}

/**
 * Serves `GET /healthz`: the health as JSON, status 200 when all is well, else 503. Nothing else.
 * @throws Error `EADDRINUSE` when the port is taken.
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request, response, options).catch(() => response.destroy());
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  options: HealthOptions,
): Promise<void> {
  if (url?.split('?')[0] !== '/healthz') return send(response, 404, { error: 'not found' });
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return send(response, 405, { error: 'method not allowed' });
  }
  const health = await boundedCheck(options);
  send(response, health.ok ? 200 : 503, health);
}

async function boundedCheck({ check, checkLimitMs = 5_000 }: HealthOptions): Promise<Health> {
  const given = new AbortController();
  const limit = delay(checkLimitMs, null, { signal: given.signal }).catch(() => null);
  try {
    const health = await Promise.race([check(), limit]);
    return health ?? { ok: false, parts: { check: 'no answer in time' } };
  } catch {
    // The reason is in the log of whoever checks; this page may be public.
    return { ok: false, parts: { check: 'failed' } };
  } finally {
    given.abort();
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
