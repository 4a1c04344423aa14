import type { WorkflowClient } from '@temporalio/client';
import type { Database } from '../db/open-database.ts';

/** What every verb of the client works with. */
export interface ClientDeps {
  readonly db: Database;
  /** Connects on the first call, so that reading needs no Temporal. */
  readonly workflows: () => Promise<WorkflowClient>;
  readonly known: { readonly trunks: readonly string[]; readonly agents: readonly string[] };
  /** Throws `PHONE_SECRET_DIFFERS` when this database's phone keys were made with another one. */
  readonly phoneSecret: () => Promise<Uint8Array>;
  /** Who acts, for the audit log. */
  readonly actor: string;
}
