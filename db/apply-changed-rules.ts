/**
 * Brings changed settings to the contacts that wait, a page at a time and in the order of import, so
 * that no claim waits long for a row and a process that dies goes on where it was. Whoever waited for a
 * window or a limit is due at once, to be judged by the new rules; for whom an attempt decided, that is
 * decided again.
 */
import type { CampaignId, ContactId } from '../domain/ids.ts';
import { waitsForFeeder } from '../domain/next-step.ts';
import { decideAgain } from './decide-again.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';

/** What the rules said, and the time with it. */
const ruledWaits = [...waitsForFeeder, 'no_opening'];
const pageSize = 200;

/** Works until all pages are done or `limitMs` is over; false when some are left. */
export async function applyChangedRules(
  db: Database,
  campaignId: CampaignId,
  limitMs = Number.POSITIVE_INFINITY,
  onPage: () => void = () => {},
): Promise<boolean> {
  const stopAt = performance.now() + limitMs;
  while (await retryContended(() => db.transaction((trx) => applyToPage(trx, campaignId)))) {
    onPage();
    if (performance.now() > stopAt) return false;
  }
  return true;
}

/** False when there was none left. */
async function applyToPage(trx: Database, campaignId: CampaignId): Promise<boolean> {
  const campaign = await trx<CampaignRow>('campaigns')
    .where({ id: campaignId })
    .first('settings_version', 'decide_again_after');
  const after = campaign?.decide_again_after ?? null;
  if (campaign === undefined || after === null) return false;
  const { settings_version: version } = campaign;
  const { rows } = await trx.raw<{ rows: { id: ContactId; row_no: string; decided: boolean }[] }>(
    pageStatement,
    { campaignId, after, ruledWaits, pageSize },
  );
  await decideAgain(
    trx,
    rows.filter(({ decided }) => decided).map(({ id }) => id),
  );
  const contactIds = rows.map(({ id }) => id);
  await trx.raw(judgeAgainStatement, { campaignId, version, contactIds, ruledWaits });
  // Unless still other settings came meanwhile, for which it begins anew.
  await trx.raw(advanceStatement, { campaignId, version, after, to: rows.at(-1)?.row_no ?? null });
  return rows.length > 0;
}

interface CampaignRow {
  id: CampaignId;
  settings_version: number;
  decide_again_after: string | null;
}

const pageStatement = `
select id, row_no, attempts_made > 0 as decided from contacts
where campaign_id = :campaignId and row_no > :after and state = 'waiting'
  and (attempts_made > 0 or waiting_for = any(:ruledWaits::text[]))
order by row_no limit :pageSize
`;

const judgeAgainStatement = `
update contacts c set
  waiting_for = case when c.fed_at is not null then 'rules_changed' end,
  next_attempt_at = case when c.fed_at is not null then s.created_at end,
  waiting_rule = null,
  woken_at = null
from (
  select id from contacts
  where id = any(:contactIds::uuid[]) and state = 'waiting' and live_attempt_id is null
    and waiting_for = any(:ruledWaits::text[])
  order by id for no key update
) waiting, campaign_settings s
where c.id = waiting.id and s.campaign_id = :campaignId and s.version = :version
`;

const advanceStatement = `
update campaigns set decide_again_after = :to::bigint
where id = :campaignId and settings_version = :version and decide_again_after = :after
`;
