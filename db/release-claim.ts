import type { AttemptId } from '../domain/ids.ts';
import type { BlockReason } from '../domain/next-step.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';

/**
 * Takes a claim back of which nothing was sent: every counter is as it was, the attempt is gone and
 * its number is free again. Stores why and until when the contact waits; `nextAttemptAt` null means
 * that it is due at once. Where the rules were changed since the claim, the contact waits to be judged by
 * the new ones instead. Does nothing when the attempt has an outcome already or does not exist.
 */
export async function releaseClaim(
  db: Database,
  attemptId: AttemptId,
  wait: {
    readonly reason: BlockReason;
    /** By name and figure; absent or null where the reason says it all. */
    readonly rule?: string | null;
    readonly nextAttemptAt: string | null;
  },
): Promise<void> {
  await retryContended(async () => {
    await db
      .raw(releaseStatement, { attemptId, rule: null, ...wait })
      .options({ name: 'release-claim' });
  });
}

// Locks in the order of the claim: contact, number, phone, attempt.
const releaseStatement = `
with contact as materialized (
  select c.id from contacts c where c.live_attempt_id = :attemptId::uuid
    and c.id = (select a.contact_id from attempts a where a.id = :attemptId::uuid)
  for no key update
), number_row as materialized (
  select n.id from numbers n join attempts a on a.number_id = n.id
  join contact c on c.id = n.contact_id
  where a.id = :attemptId::uuid for no key update of n
), phone as materialized (
  select p.phone_key from phones p join attempts a on a.phone_key = p.phone_key
  join number_row n on n.id = a.number_id
  where a.id = :attemptId::uuid for no key update of p
), campaign as materialized (
  -- Shared, so that a change of rules that is under way waits, and finds this contact, or is found here.
  select k.settings_version from campaigns k join attempts a on a.campaign_id = k.id
  where a.id = :attemptId::uuid for share of k
), released as (
  delete from attempts a using phone p
  where a.id = :attemptId::uuid and a.state = 'sending' and a.phone_key = p.phone_key
  returning a.contact_id, a.number_id, a.phone_key, a.counters_before as before,
    a.settings_version <> (select settings_version from campaign) as is_outdated
), released_contact as (
  update contacts c set
    attempts_made = c.attempts_made - 1,
    live_attempt_id = null,
    waiting_for = case when r.is_outdated then 'rules_changed' else :reason::text end,
    waiting_rule = case when not r.is_outdated then :rule::text end,
    next_attempt_at = case
      when r.is_outdated then now()
      -- By a clock that is behind ours the time may have come already: nobody is to ask without pause.
      when :nextAttemptAt::timestamptz is not null
        then greatest(:nextAttemptAt::timestamptz, clock_timestamp() + interval '2 seconds') end
  from released r where c.id = r.contact_id
  returning r.number_id, r.phone_key, r.before
), released_number as (
  update numbers n set
    attempts_made = n.attempts_made - 1,
    day = (r.before ->> 'day')::date,
    day_attempts = (r.before ->> 'dayAttempts')::int,
    last_attempt_at = (r.before ->> 'numberLastAt')::timestamptz
  from released_contact r where n.id = r.number_id
  returning r.phone_key, r.before
)
update phones p set
  attempts_made = p.attempts_made - 1,
  last_attempt_at = (r.before ->> 'phoneLastAt')::timestamptz
from released_number r where p.phone_key = r.phone_key
`;
