import type { WorkflowClient } from '@temporalio/client';
import type { Database } from '../db/open-database.ts';
import type { KnownNames } from '../domain/campaign-file.ts';
import type { TrunkTraits } from '../domain/trunk-traits.ts';

/** What every verb of the client works with. */
export interface ClientDeps {
  readonly db: Database;
  /** Connects on the first call, so that reading needs no Temporal. */
  readonly workflows: () => Promise<WorkflowClient>;
  readonly known: KnownNames;
  /** By the name of the trunk. */
  readonly trunkTraits: ReadonlyMap<string, TrunkTraits>;
  /** Throws `PHONE_SECRET_DIFFERS` when this database's phone keys were made with another one. */
  readonly phoneSecret: () => Promise<Uint8Array>;
  /** Who acts, for the audit log. */
  readonly actor: string;
}
