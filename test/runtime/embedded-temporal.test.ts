import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { startTemporal } from '../../runtime/embedded-temporal.ts';
import { identifyProcess } from '../../runtime/process-identity.ts';
import { ensureTemporalBinary } from '../../runtime/temporal-binary.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the embedded Temporal', () => {
  it('keeps its workflows and ports over a kill -9, and ends what was left behind', async (t) => {
    const dataDir = temporaryFolder(t);
    const tools = join(process.cwd(), '.dialer');
    const binary = await ensureTemporalBinary({ dataDir: tools }).catch(() => null);
    if (!requireOrSkip(t, binary !== null, 'no temporal program') || binary === null) return;

    const first = await startTemporal({ dataDir, binary });
    const workflowId = 'contact/1';
    await withClient(first.address, (client) =>
      client.workflow.start('nobody', { workflowId, taskQueue: 'nobody' }),
    );
    process.kill(first.pid, 'SIGKILL');
    await first.exited;

    const second = await startTemporal({ dataDir, binary });
    assert.equal(second.address, first.address);
    assert.equal(second.ui, first.ui);
    const { status } = await withClient(second.address, (client) =>
      client.workflow.getHandle(workflowId).describe(),
    );
    assert.equal(status.name, 'RUNNING');
    const page = await fetch(second.ui);
    assert.equal(page.status, 200);

    const third = await startTemporal({ dataDir, binary });
    await second.exited;
    await Promise.all([third.stop(), third.stop()]);
    await third.stop();
    assert.equal(identifyProcess(third.pid), null);
    assert.equal(readFileSync(join(dataDir, 'temporal', 'port'), 'utf8').length, 6);
  });

  it('reports the words of the program when it does not start', async (t) => {
    const dataDir = temporaryFolder(t);
    await assert.rejects(startTemporal({ dataDir, binary: '/bin/false' }), /did not start/);
  });
});

async function withClient<Result>(
  address: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
