/**
 * What a campaign's feeder asks: who is due, how many are open, whom to wake. All questions may be
 * repeated: contacts are marked (markFed, markWoken) only after their workflows were told, so that a
 * feeder that dies in between tells somebody twice, which changes nothing, and never nobody.
 *
 * A fed contact that is due is open, and takes up dial capacity; or held: it waits for the message
 * `due`, which the feeder sends as capacity comes free; or lost, when its workflow seems to be gone: it
 * takes up nothing, or lost workflows would fill the trunks for ever, and is started again first. So
 * whatever lets thousands go on at once (a resume, a window that opens, changed rules) fills the trunks
 * and no more.
 */
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { CampaignId, ContactId } from '../domain/ids.ts';
import { waitsForFeeder, type BlockReason } from '../domain/next-step.ts';
import type { CampaignState } from './campaigns.ts';
import type { Database } from './open-database.ts';
import { settleContacts } from './settle-contacts.ts';
import { retryContended } from './retry-contended.ts';
import { suppressionListOld } from './suppression-list-old.ts';

/** A contact that belongs to an agent is dialled when a person asks for it. */
const isDialledByRules =
  "(c.assigned_to is null or c.assigned_to not like 'agent:%' or c.call_now)";

/** What only the feeder ends, when the contact's time has come. */
const held = [
  ...waitsForFeeder,
  'paused',
  'campaign_not_running',
  'suppression_list_old',
  'rules_changed',
  'turn',
];

/** Woken since its time came. Whoever has not asked for an attempt after five minutes is woken again. */
const isWoken = `(c.woken_at is not null and c.woken_at >= now() - interval '5 minutes'
  and (c.next_attempt_at is null or c.woken_at >= c.next_attempt_at))`;

export interface DueContact {
  readonly id: ContactId;
  /** False: fed long ago. */
  readonly isNew: boolean;
  /** Its own zone; null when unknown. */
  readonly timeZone: string | null;
  /** Every zone that its next number may lie in; null when unknown. */
  readonly numberZones: readonly string[] | null;
}

/**
 * Contacts of a running campaign that are due and have no workflow: never fed, or fed long ago,
 * overdue for `staleAfterMs` (default five minutes) and so perhaps lost. The lost first, then those who
 * waited longest, then in the order of import.
 */
export async function dueContacts(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number; readonly staleAfterMs?: number },
): Promise<DueContact[]> {
  const { rows } = await db.raw<{
    rows: { id: ContactId; is_new: boolean; time_zone: string | null; zones: string[] | null }[];
  }>(dueStatement, {
    campaignId: page.campaignId,
    limit: page.limit,
    staleAfterMs: page.staleAfterMs ?? 300_000,
    held,
  });
  return rows.map((row) => ({
    id: row.id,
    isNew: row.is_new,
    timeZone: row.time_zone,
    numberZones: row.zones,
  }));
}

const isDue = `c.state = 'waiting' and c.live_attempt_id is null and ${isDialledByRules}
  and c.waiting_for is distinct from 'retarget_target'`;

/** SQL: overdue since the interval and silent for as long, though nothing holds it: perhaps without a workflow. */
function isLost(since: string): string {
  return `(c.fed_at is not null and ${isDue}
    and (c.next_attempt_at is null or c.next_attempt_at < now() - ${since})
    and c.fed_at < now() - ${since}
    and coalesce(c.woken_at, c.fed_at) < now() - ${since}
    and (c.waiting_for is null
      or c.waiting_for <> 'no_opening' and c.waiting_for <> all(:held::text[])))`;
}

const neverFed = `
  select c.id, c.next_attempt_at, c.row_no, true as is_new, c.time_zone, c.next_number_id
  from contacts c
  where c.campaign_id = :campaignId and c.fed_at is null and ${isDue}`;

const firstDue = 'order by c.next_attempt_at nulls first, c.row_no limit :limit';

const dueStatement = `
with never_fed as (
  -- In two, each of which is read from the index in its order, whatever the statistics say.
  (${neverFed} and c.next_attempt_at is null ${firstDue})
  union all
  (${neverFed} and c.next_attempt_at <= now() ${firstDue})
), lost as (
  select c.id, c.next_attempt_at, c.row_no, false, c.time_zone, c.next_number_id
  from contacts c
  where c.campaign_id = :campaignId
    and ${isLost("(:staleAfterMs * interval '1 millisecond')")}
  ${firstDue}
)
select due.id, due.is_new, due.time_zone, n.time_zones as zones
from (select * from never_fed union all select * from lost) due
join campaigns k on k.id = :campaignId and k.state = 'running'
join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
left join numbers n on n.id = due.next_number_id
-- Every one of them would be refused.
where not ${suppressionListOld('s.settings', 'k.id', 'now()')}
order by due.is_new, due.next_attempt_at nulls first, due.row_no
limit :limit
`;

/** Whether anybody in the campaign is not settled yet. */
export async function hasWaiting(db: Database, campaignId: CampaignId): Promise<boolean> {
  const waiting = await db<{ campaign_id: CampaignId; state: string }>('contacts')
    .where({ campaign_id: campaignId, state: 'waiting' })
    .first('state');
  return waiting !== undefined;
}

/** Notes that the workflows of these contacts were started; what they were parked for is over. */
export async function markFed(db: Database, contactIds: readonly ContactId[]): Promise<void> {
  if (contactIds.length === 0) return;
  const wasParked = `fed_at is null and waiting_for = '${parkedFor}' and next_attempt_at <= now()`;
  await retryContended(() =>
    db.raw(
      `update contacts set
         fed_at = now(),
         waiting_for = case when ${wasParked} then null else waiting_for end,
         waiting_rule = case when ${wasParked} then null else waiting_rule end
       where id in (
         select id from contacts where id = any(:contactIds::uuid[]) order by id for no key update
       )`,
      { contactIds: [...contactIds] },
    ),
  );
}

const parkedFor = 'calling_window' satisfies BlockReason;

export interface ParkedContact {
  readonly id: ContactId;
  /** ISO 8601. */
  readonly until: string;
  /** By name and figure; null where "outside its window" says it all. */
  readonly rule: string | null;
}

/**
 * Puts contacts that were never fed off until their window opens, so that a closed window costs a list
 * of a million no workflow and no claim. They are due together then, in the order of import. Returns
 * how many; none when other settings came into force, which may open another window.
 */
export async function parkContacts(
  db: Database,
  campaign: { readonly campaignId: CampaignId; readonly settingsVersion: number },
  contacts: readonly ParkedContact[],
): Promise<number> {
  if (contacts.length === 0) return 0;
  const { rowCount } = await retryContended(() =>
    db.raw<{ rowCount: number }>(parkStatement, {
      ...campaign,
      parkedFor,
      contacts: JSON.stringify(contacts),
    }),
  );
  return rowCount;
}

// The campaign's row is shared, so that a change of settings finds everybody who was parked before it.
const parkStatement = `
with campaign as materialized (
  select id from campaigns where id = :campaignId and settings_version = :settingsVersion for share
), parked as (
  select * from jsonb_to_recordset(:contacts::jsonb) as p (id uuid, until timestamptz, rule text)
), contact as materialized (
  select c.id from contacts c
  where c.id in (select id from parked) and c.campaign_id = (select id from campaign)
    and c.state = 'waiting' and c.fed_at is null and c.live_attempt_id is null
  order by c.id for no key update
)
update contacts c set
  waiting_for = :parkedFor, waiting_rule = parked.rule, next_attempt_at = parked.until
from contact join parked on parked.id = contact.id
where c.id = contact.id and parked.until > now()
`;

export interface OpenContacts {
  /** Fed, due now and neither held nor lost: those that take up dial capacity. */
  readonly count: number;
  readonly settings: CampaignSettings;
  readonly settingsVersion: number;
  /** Changed rules have not reached all contacts that wait. */
  readonly hasChangedRules: boolean;
  readonly state: CampaignState;
  /** Cancelled or finished: nobody is fed any more. */
  readonly isOver: boolean;
}

/** Throws `CAMPAIGN_UNKNOWN`. */
export async function openDueCount(db: Database, campaignId: CampaignId): Promise<OpenContacts> {
  const { rows } = await db.raw<{
    rows: (Omit<OpenContacts, 'settingsVersion' | 'hasChangedRules' | 'isOver'> & {
      version: number;
      has_changed_rules: boolean;
    })[];
  }>(
    `select k.state, s.settings, s.version, k.decide_again_after is not null as has_changed_rules, (
       select count(*)::int from contacts c
       where c.campaign_id = k.id and c.state = 'waiting' and c.fed_at is not null
         and (c.next_attempt_at is null or c.next_attempt_at <= now())
         and ${isDialledByRules}
         and not ${isLost("interval '5 minutes'")}
         and (c.waiting_for is null or c.waiting_for not in ('no_opening', 'retarget_target')
           and (c.waiting_for <> all(:held::text[]) or ${isWoken}))
     ) as count
     from campaigns k
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     where k.id = :campaignId`,
    { campaignId, held },
  );
  const row = rows[0];
  if (row === undefined) {
    throw Object.assign(new Error(`no campaign ${campaignId}`), { code: 'CAMPAIGN_UNKNOWN' });
  }
  const { version: settingsVersion, has_changed_rules: hasChangedRules, ...found } = row;
  return {
    ...found,
    settingsVersion,
    hasChangedRules,
    isOver: row.state === 'cancelled' || row.state === 'finished',
  };
}

/** A contact whose workflow is to be sent the message `due`. */
export interface NamedContact {
  readonly id: ContactId;
  /** Of its row when it was named (`xmin`): another one when anything of it was changed since. */
  readonly version: string;
}

/**
 * Contacts of a running campaign that are held and whose time has come, in the order of their next
 * attempt, then of import. Call markWoken with them.
 */
export async function contactsToWake(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number },
): Promise<NamedContact[]> {
  const { rows } = await db.raw<{ rows: NamedContact[] }>(
    `select c.id, c.xmin::text as version from contacts c
     join campaigns k on k.id = c.campaign_id and k.state = 'running'
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     where c.campaign_id = :campaignId and c.waiting_for = any(:held::text[])
       and not ${suppressionListOld('s.settings', 'k.id', 'now()')}
       and c.state = 'waiting' and c.fed_at is not null and c.live_attempt_id is null
       and (c.next_attempt_at is null or c.next_attempt_at <= now()) and not ${isWoken}
     order by c.next_attempt_at nulls first, c.row_no
     limit :limit`,
    { campaignId: page.campaignId, limit: page.limit, held },
  );
  return rows;
}

/**
 * Notes that the workflows of these contacts were told. Whoever has answered since, or was changed in
 * another way, is left as it is: a refusal that came first is not to look like one that is still to come.
 */
export async function markWoken(db: Database, contacts: readonly NamedContact[]): Promise<void> {
  if (contacts.length === 0) return;
  await retryContended(() =>
    db.raw(
      `update contacts set woken_at = now()
       where id in (
         select c.id
         from jsonb_to_recordset(:contacts::jsonb) as named (id uuid, version text)
         join contacts c on c.id = named.id and c.xmin::text = named.version
         order by c.id for no key update of c
       )`,
      { contacts: JSON.stringify(contacts) },
    ),
  );
}

/**
 * Contacts whose workflows wait for something that is not so any more, and are to ask what is
 * (readNextStep): changed rules have moved their redial, or they were settled without their workflow.
 * In a cancelled campaign this settles the contacts that still wait, and calls `onPage` after every 500.
 * Call markWoken with those named; until then they are named again, and after that again if they have not
 * asked for five minutes.
 */
export async function contactsToTell(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number },
  onPage: () => void = () => {},
): Promise<NamedContact[]> {
  const campaign = await db<{ id: CampaignId; state: CampaignState }>('campaigns')
    .where({ id: page.campaignId })
    .first('state');
  if (campaign?.state === 'running') return selectToTell(db, page);
  if (campaign?.state !== 'cancelled') return [];
  for (;;) {
    const settled = await settlePageOfCancelled(db, page.campaignId);
    onPage();
    const toTell = await selectToTell(db, page);
    if (toTell.length > 0 || settled === 0) return toTell;
  }
}

async function selectToTell(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number },
): Promise<NamedContact[]> {
  const { rows } = await db.raw<{ rows: NamedContact[] }>(
    `select c.id, c.xmin::text as version from contacts c
     where c.campaign_id = :campaignId and c.fed_at is not null and c.live_attempt_id is null
       and (c.waiting_for = 'campaign_cancelled'
         or c.waiting_for = 'rules_changed' and c.next_attempt_at > now())
       and (c.woken_at is null or c.woken_at < now() - interval '5 minutes')
     order by c.next_attempt_at nulls first, c.row_no
     limit :limit`,
    { campaignId: page.campaignId, limit: page.limit },
  );
  return rows;
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
