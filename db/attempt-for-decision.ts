import type { AttemptId } from '../domain/ids.ts';
import { claimDetails, readClaim, type Claim, type StoredClaimDetails } from './claim-details.ts';
import type { Database } from './open-database.ts';

/**
 * What the claim of a `sending` attempt returned, read again: for a process that did not make the
 * claim and must decide what follows from the outcome. Settings are those of the claim. null when there
 * is no such attempt or it has an outcome already.
 */
export async function attemptForDecision(
  db: Database,
  attemptId: AttemptId,
): Promise<Claim | null> {
  const { rows } = await db.raw<{
    rows: { attempt_no: number; claimed_at: Date; details: StoredClaimDetails }[];
  }>(statement, { attemptId });
  const row = rows[0];
  if (row === undefined) return null;
  return readClaim(row.details, {
    attemptId,
    attemptNo: row.attempt_no,
    attempts: row.details.priorAttempts + row.details.attemptsMade,
    claimedAt: row.claimed_at,
  });
}

const statement = `
with number_rows as (
  select n.* from numbers n join attempts a on a.contact_id = n.contact_id where a.id = :attemptId
)
select a.attempt_no, a.claimed_at, ${claimDetails} as details
from attempts a
join contacts c on c.id = a.contact_id
join campaigns k on k.id = c.campaign_id
join campaign_settings s on s.campaign_id = k.id and s.version = a.settings_version
join numbers n on n.id = a.number_id
where a.id = :attemptId and a.state = 'sending'
`;
