import type { AttemptId, ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';
import { isoTime } from './stored-values.ts';

/**
 * Makes the caller the trunk's owner and returns the new epoch, which every later claim must give.
 * Waits for claims under the old epoch that are not yet committed, so that unresolvedAttempts, asked
 * afterwards, sees them all. Call it only while holding the trunk's lock.
 */
export async function raiseOwnerEpoch(db: Database, trunk: string, owner: string): Promise<number> {
  const { rows } = await retryContended(() =>
    db.raw<{ rows: { owner_epoch: string }[] }>(
      `insert into trunks (name, owner_epoch, owner, acquired_at)
       values (:trunk, 1, :owner, now())
       on conflict (name) do update set
         owner_epoch = trunks.owner_epoch + 1, owner = excluded.owner, acquired_at = now()
       returning owner_epoch`,
      { trunk, owner },
    ),
  );
  return Number(rows[0]?.owner_epoch);
}

export interface UnresolvedAttempt {
  readonly id: AttemptId;
  readonly contactId: ContactId;
  readonly claimedAt: string;
}

/** Attempts of a trunk that were claimed and have no outcome: they may hold channels. */
export async function unresolvedAttempts(
  db: Database,
  trunk: string,
): Promise<UnresolvedAttempt[]> {
  const rows = await db<{ id: AttemptId; contact_id: ContactId; claimed_at: Date }>('attempts')
    .where({ trunk, state: 'sending' } as object)
    .orderBy('claimed_at')
    .select('id', 'contact_id', 'claimed_at');
  return rows.map((row) => ({
    id: row.id,
    contactId: row.contact_id,
    claimedAt: isoTime(row.claimed_at),
  }));
}
