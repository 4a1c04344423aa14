import type { AmiConnection } from './ami-connection.ts';
import { integerOf, textOf } from './ami-item.ts';

/** What a PBX says about itself. */
export interface PbxServerInfo {
  /** As the PBX says it, such as `22.10.1`. */
  readonly version: string;
  /** ISO 8601 UTC, to about a second; null when the PBX does not tell its uptime. */
  readonly startedAt: string | null;
  /** Calls in progress, other people's included; null when not told. */
  readonly currentCalls: number | null;
}

/** @throws NotReachableError, ActionRefusedError */
export async function askServerInfo(
  connection: AmiConnection,
  startedAt: string | null,
): Promise<PbxServerInfo> {
  const settings = await connection.ask('CoreSettings');
  const status = await connection.ask('CoreStatus');
  return {
    version: textOf(settings.response, 'asteriskversion') ?? 'unknown',
    startedAt,
    currentCalls: integerOf(status.response, 'corecurrentcalls'),
  };
}
