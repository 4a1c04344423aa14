import { groupOf, type CallStatus, type Group } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { CampaignId, ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { dialStatusOrNull, isoTimeOrNull } from './stored-values.ts';
import { suppressionListOld } from './suppression-list-old.ts';

/** One number of one contact, with its latest result and what it waits for. */
export interface NumberRow {
  readonly contactId: ContactId;
  readonly externalId: string | null;
  /** E.164. */
  readonly number: string;
  readonly dialStatus: DialStatus | null;
  readonly dialStatusCode: number | null;
  readonly callStatus: CallStatus | null;
  readonly group: Group | null;
  readonly attempts: number;
  readonly lastAttemptAt: string | null;
  readonly nextAttemptAt: string | null;
  /**
   * null when the number is done with. `not needed`: its contact was settled without it.
   * `earlier number`: another number of the contact comes first. `call`: it is being dialled.
   * `redial`: by a recycle rule, after other numbers or not, or moved to a time. `turn`: due, until a
   * line is free. Otherwise why the last claim was refused, such as `paused`, `calling_window`, `agent`.
   */
  readonly waitingFor: string | null;
  /** `agent:<name>`, or `campaign:<name>` of the campaign that took the contact over. */
  readonly assignedTo: string | null;
  /**
   * The rule that ended it without a call, or without another one: `suppression: <source>`,
   * `attempts.perPerson: <n>` or `attempts.perContact: <n>`; null when none did.
   */
  readonly refusedBy: string | null;
}

/** All numbers of a campaign in the order of import; reads a page at a time. */
export async function* listNumbers(
  db: Database,
  campaignId: CampaignId,
  pageSize = 1_000,
): AsyncGenerator<NumberRow> {
  let last: StoredNumberRow | undefined;
  for (;;) {
    const { rows } = await db.raw<{ rows: StoredNumberRow[] }>(
      `${selectNumbers}
       where c.campaign_id = :campaignId and (c.row_no, n.position) > (:rowNo, :position)
       order by c.row_no, n.position limit :pageSize`,
      { campaignId, rowNo: last?.row_no ?? 0, position: last?.position ?? 0, pageSize },
    );
    for (const row of rows) yield readNumber(row);
    last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
  }
}

/** The numbers of one contact, in the order in which they are tried, and the one that is next. */
export async function numbersOfContact(
  db: Database,
  contactId: ContactId,
): Promise<{ readonly numbers: NumberRow[]; readonly next: NumberRow | null }> {
  const { rows } = await db.raw<{ rows: StoredNumberRow[] }>(
    `${selectNumbers} where c.id = :contactId order by n.position`,
    { contactId },
  );
  const next = rows.find((row) => row.is_next);
  return { numbers: rows.map(readNumber), next: next === undefined ? null : readNumber(next) };
}

interface StoredNumberRow {
  row_no: string;
  position: number;
  contact_id: ContactId;
  external_id: string | null;
  e164: string;
  dial_status: number | null;
  call_status: CallStatus | null;
  attempts_made: number;
  last_attempt_at: Date | null;
  next_attempt_at: Date | null;
  is_next: boolean;
  waiting_for: string | null;
  assigned_to: string | null;
  refused_by: string | null;
}

const selectNumbers = `
select c.row_no, n.position, c.id as contact_id, c.external_id, n.e164, n.dial_status, n.call_status,
  n.attempts_made, n.last_attempt_at, c.assigned_to, n.refused_by,
  case
    when n.id = c.next_number_id then c.next_attempt_at
    when c.state = 'waiting' and n.settled_at is null then n.redial_at
  end as next_attempt_at,
  n.id is not distinct from c.next_number_id as is_next,
  case
    when c.state = 'settled' then case when n.call_status is null then 'not needed' end
    when n.settled_at is not null then null
    when n.id is distinct from c.next_number_id then
      case when n.redial_at is null then 'earlier number' else 'redial' end
    when c.live_attempt_id is not null then 'call'
    when c.waiting_for is not null then c.waiting_for
    when c.next_attempt_at > now() then 'redial'
    when k.state in ('draft', 'finished') then 'campaign_not_running'
    when k.state = 'paused' then 'paused'
    when exists (
      select from campaign_settings s
      where s.campaign_id = k.id and s.version = k.settings_version
        and ${suppressionListOld('s.settings', 'k.id', 'now()')}
    ) then 'suppression_list_old'
    else 'turn'
  end as waiting_for
from numbers n
join contacts c on c.id = n.contact_id
join campaigns k on k.id = c.campaign_id
`;

function readNumber(row: StoredNumberRow): NumberRow {
  return {
    contactId: row.contact_id,
    externalId: row.external_id,
    number: row.e164,
    dialStatus: dialStatusOrNull(row.dial_status),
    dialStatusCode: row.dial_status,
    callStatus: row.call_status,
    group: row.call_status === null ? null : groupOf(row.call_status),
    attempts: row.attempts_made,
    lastAttemptAt: isoTimeOrNull(row.last_attempt_at),
    nextAttemptAt: isoTimeOrNull(row.next_attempt_at),
    waitingFor: row.waiting_for,
    assignedTo: row.assigned_to,
    refusedBy: row.refused_by,
  };
}
