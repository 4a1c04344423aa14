/**
 * What a campaign's feeder asks: who is due, how many are open, whom to wake. All questions may be
 * repeated: contacts are marked (markFed, markWoken) only after their workflows were told, so that a
 * feeder that dies in between tells somebody twice, which changes nothing, and never nobody.
 */
import type { CampaignId, ContactId } from '../domain/ids.ts';
import type { CampaignState } from './campaigns.ts';
import { heldByOldList } from './held-by-old-list.ts';
import type { Database } from './open-database.ts';
import { settleContacts } from './settle-contacts.ts';
import { retryContended } from './retry-contended.ts';
import { suppressionListOld } from './suppression-list-old.ts';

/** A contact that belongs to an agent is dialled when a person asks for it. */
const isDialledByRules =
  "(c.assigned_to is null or c.assigned_to not like 'agent:%' or c.call_now)";

/**
 * Contacts of a running campaign that are due and have no workflow: never fed, or fed long ago,
 * overdue for `staleAfterMs` (default five minutes) and so perhaps lost. Those who waited longest
 * first, then in the order of import.
 */
export async function dueContacts(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number; readonly staleAfterMs?: number },
): Promise<ContactId[]> {
  const { rows } = await db.raw<{ rows: { id: ContactId }[] }>(dueStatement, {
    campaignId: page.campaignId,
    limit: page.limit,
    staleAfterMs: page.staleAfterMs ?? 300_000,
  });
  return rows.map((row) => row.id);
}

const isDue = `c.state = 'waiting' and c.live_attempt_id is null and ${isDialledByRules}
  and c.waiting_for is distinct from 'retarget_target'`;

const dueStatement = `
with never_fed as (
  select c.id, c.next_attempt_at, c.row_no from contacts c
  where c.campaign_id = :campaignId and c.fed_at is null and ${isDue}
    and (c.next_attempt_at is null or c.next_attempt_at <= now())
  order by c.next_attempt_at nulls first, c.row_no
  limit :limit
), lost as (
  select c.id, c.next_attempt_at, c.row_no from contacts c
  where c.campaign_id = :campaignId and c.fed_at is not null and ${isDue}
    and (c.next_attempt_at is null
      or c.next_attempt_at < now() - :staleAfterMs * interval '1 millisecond')
    and c.fed_at < now() - :staleAfterMs * interval '1 millisecond'
    and coalesce(c.woken_at, c.fed_at) < now() - :staleAfterMs * interval '1 millisecond'
    and (c.waiting_for is null or c.waiting_for not in
      ('paused', 'campaign_not_running', 'no_opening', 'suppression_list_old'))
  order by c.next_attempt_at nulls first, c.row_no
  limit :limit
)
select due.id from (select * from never_fed union all select * from lost) due
join campaigns k on k.id = :campaignId and k.state = 'running'
join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
-- Every one of them would be refused.
where not ${suppressionListOld('s.settings', 'k.id', 'now()')}
order by due.next_attempt_at nulls first, due.row_no
limit :limit
`;

/** Notes that the workflows of these contacts were started. */
export async function markFed(db: Database, contactIds: readonly ContactId[]): Promise<void> {
  await mark(db, 'fed_at = now()', contactIds);
}

export interface OpenContacts {
  /** Fed, waiting and due now: those that take up dial capacity. Sleepers do not. */
  readonly count: number;
  /** Of the campaign's current settings. */
  readonly trunks: readonly string[];
  readonly state: CampaignState;
  /** Cancelled or finished: nobody is fed any more. */
  readonly isOver: boolean;
}

/** Throws `CAMPAIGN_UNKNOWN`. */
export async function openDueCount(db: Database, campaignId: CampaignId): Promise<OpenContacts> {
  const { rows } = await db.raw<{
    rows: { count: number; trunks: string[]; state: CampaignState }[];
  }>(
    `select k.state, s.settings -> 'trunks' as trunks, (
       select count(*)::int from contacts c
       where c.campaign_id = k.id and c.state = 'waiting' and c.fed_at is not null
         and (c.next_attempt_at is null or c.next_attempt_at <= now())
         and ${isDialledByRules}
         and (c.waiting_for is null or c.waiting_for not in
           ('paused', 'campaign_not_running', 'no_opening', 'rules_changed', 'retarget_target',
             'suppression_list_old'))
     ) as count
     from campaigns k
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     where k.id = :campaignId`,
    { campaignId },
  );
  const row = rows[0];
  if (row === undefined) {
    throw Object.assign(new Error(`no campaign ${campaignId}`), { code: 'CAMPAIGN_UNKNOWN' });
  }
  return { ...row, isOver: row.state === 'cancelled' || row.state === 'finished' };
}

/**
 * Contacts whose workflows wait for a message that is now due: held back by a pause that is over, by
 * rules that were changed or by a suppression list that was too old, in the order of their next attempt, and those that were settled without
 * their workflow (they were reached after all), which then ends. In a cancelled campaign this
 * settles the contacts that still wait, and names those that have a workflow. Call markWoken with
 * them; until then they are named again, and after that again if they have not asked for 30 s.
 */
export async function contactsToWake(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number },
): Promise<ContactId[]> {
  const campaign = await db<{ id: CampaignId; state: CampaignState }>('campaigns')
    .where({ id: page.campaignId })
    .first('state');
  if (campaign?.state === 'running') {
    const woken = await selectToWake(db, page, [...heldBack, untold]);
    const limit = page.limit - woken.length;
    return [...woken, ...(await heldByOldList(db, { ...page, limit }))];
  }
  if (campaign?.state !== 'cancelled') return [];
  for (;;) {
    const settled = await settlePageOfCancelled(db, page.campaignId);
    const toTell = await selectToWake(db, page, [untold]);
    if (toTell.length > 0 || settled === 0) return toTell;
  }
}

const heldBack = ['paused', 'campaign_not_running', 'rules_changed'];
/** On a settled contact: its workflow has not been told yet, whatever settled it. */
const untold = 'campaign_cancelled';

async function selectToWake(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number },
  reasons: readonly string[],
): Promise<ContactId[]> {
  const { rows } = await db.raw<{ rows: { id: ContactId }[] }>(
    `select id from contacts
     where campaign_id = :campaignId and waiting_for = any(:reasons::text[])
       and waiting_for in ('paused', 'campaign_not_running', 'calling_window', 'no_opening',
         'number_daily_cap', 'cap', 'cool_off', 'rules_changed', 'campaign_cancelled')
       and fed_at is not null and live_attempt_id is null
       and (woken_at is null or woken_at < now() - interval '30 seconds')
     order by next_attempt_at nulls first, row_no
     limit :limit`,
    { ...page, reasons: [...reasons] },
  );
  return rows.map((row) => row.id);
}

/** Notes that the workflows of these contacts were told. */
export async function markWoken(db: Database, contactIds: readonly ContactId[]): Promise<void> {
  await mark(
    db,
    "woken_at = now(), waiting_for = nullif(waiting_for, 'campaign_cancelled')",
    contactIds,
  );
}

/** Contacts with a live attempt are left to its outcome, which settles them. */
async function settlePageOfCancelled(db: Database, campaignId: CampaignId): Promise<number> {
  const waiting = await db<{ id: ContactId }>('contacts')
    .where({ campaign_id: campaignId, state: 'waiting', live_attempt_id: null } as object)
    .limit(500)
    .pluck('id');
  const settlement = { ifNeverDialled: 'cancelled', tellWorkflow: true } as const;
  await retryContended(() => settleContacts(db, waiting, settlement));
  return waiting.length;
}

async function mark(db: Database, change: string, contactIds: readonly ContactId[]): Promise<void> {
  if (contactIds.length === 0) return;
  await retryContended(() =>
    db.raw(
      `update contacts set ${change}
       where id in (
         select id from contacts where id = any(:contactIds::uuid[]) order by id for no key update
       )`,
      { contactIds: [...contactIds] },
    ),
  );
}
