import type { WorkflowClient } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/open-database.ts';

/** What the activities that never dial work with. */
export interface EngineDeps {
  readonly db: Database;
  readonly workflows: WorkflowClient;
  /** Pace of each trunk, for how many contacts the feeder keeps open. */
  readonly trunks: Readonly<
    Record<string, { readonly callsPerSecond: number; readonly channels: number }>
  >;
  readonly agents: Readonly<Record<string, unknown>>;
  readonly log: Logger;
}
