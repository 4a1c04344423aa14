import { Connection } from '@temporalio/client';
import { isNotReachable } from '../client/not-reachable-error.ts';
import { compareSchema } from '../db/migrate.ts';
import { openDatabase } from '../db/open-database.ts';
import { requiredLists } from '../db/suppression-lists.ts';
import { describeListAge } from '../domain/list-age.ts';
import type { Finding } from '../workers/finding.ts';

export async function checkPostgres(url: string): Promise<Finding> {
  const { host, pathname } = new URL(url);
  const check = `Postgres ${host}${pathname}`;
  const db = openDatabase(url, { applicationName: 'dialer doctor', poolSize: 1 });
  try {
    const { rows } = await db.raw<{ rows: { server_version: string }[] }>('show server_version');
    const { missing, unknown } = await compareSchema(db);
    const version = `version ${rows[0]?.server_version ?? 'unknown'}`;
    if (unknown.length > 0) {
      return { check, result: 'fault', detail: `${version}, schema of a newer dialer` };
    }
    const detail =
      missing.length > 0 ? 'not migrated yet: `dialer up` does it' : 'schema up to date';
    return { check, result: missing.length > 0 ? 'fault' : 'ok', detail: `${version}, ${detail}` };
  } catch (error) {
    return failure(check, error);
  } finally {
    await db.destroy();
  }
}

/** A finding for each list that a campaign requires, of a Postgres that is as it should be. */
export async function checkSuppressionLists(url: string): Promise<Finding[]> {
  const db = openDatabase(url, { applicationName: 'dialer doctor', poolSize: 1 });
  try {
    return (await requiredLists(db)).map((list) => ({
      check: `suppression list of campaign ${list.campaign}`,
      result: list.isTooOld ? 'fault' : 'ok',
      detail: list.isTooOld
        ? `${describeListAge(list, new Date())}: nobody is dialled until it is imported`
        : `"${list.source}" is of ${list.listDate?.slice(0, 10) ?? ''}`,
    }));
  } catch (error) {
    return [failure('suppression lists', error)];
  } finally {
    await db.destroy();
  }
}

export async function checkTemporal(address: string, namespace: string): Promise<Finding> {
  const check = `Temporal ${address}`;
  let connection: Connection;
  try {
    connection = await Connection.connect({ address, connectTimeout: '5s' });
  } catch {
    return { check, result: 'not_reachable', detail: 'does not answer' };
  }
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    await connection.workflowService.describeNamespace({ namespace });
    return { check, result: 'ok', detail: `version ${serverVersion}, namespace ${namespace}` };
  } catch (error) {
    const isUnknown = (error as { code?: unknown }).code === 5;
    if (!isUnknown) return failure(check, error);
    return { check, result: 'fault', detail: `there is no namespace ${namespace}` };
  } finally {
    await connection.close();
  }
}

function failure(check: string, error: unknown): Finding {
  const detail = error instanceof Error ? error.message || error.name : String(error);
  const result = isNotReachable(error) ? 'not_reachable' : 'fault';
  return { check, result, detail: result === 'not_reachable' ? 'does not answer' : detail };
}
