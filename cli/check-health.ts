import { Connection } from '@temporalio/client';
import { openDatabase } from '../db/open-database.ts';
import type { EmbeddedStack } from '../runtime/embedded-stack.ts';
import type { Health } from '../runtime/health-server.ts';
import type { Supervised } from '../runtime/supervise.ts';

/** Whether Postgres and Temporal answer and every part has a process. */
export async function checkHealth({
  stack,
  children,
}: {
  readonly stack: Pick<EmbeddedStack, 'databaseUrl' | 'temporalAddress'>;
  readonly children: ReadonlyMap<string, Supervised>;
}): Promise<Health> {
  const [postgres, temporal] = await Promise.all([
    answers(() => askPostgres(stack.databaseUrl)),
    answers(() => askTemporal(stack.temporalAddress)),
  ]);
  const processes = [...children].map(
    ([name, child]) => [name, child.pid() === null ? 'starting' : 'ok'] as const,
  );
  const parts = { postgres, temporal, ...Object.fromEntries(processes) };
  return { ok: Object.values(parts).every((state) => state === 'ok'), parts };
}

async function answers(ask: () => Promise<void>): Promise<'ok' | 'down'> {
  return ask().then(
    () => 'ok',
    () => 'down',
  );
}

async function askPostgres(databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, { applicationName: 'dialer health', poolSize: 1 });
  try {
    await db.raw('select 1');
  } finally {
    await db.destroy();
  }
}

async function askTemporal(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '3s' });
  await connection.close();
}
