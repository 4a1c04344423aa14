import { noteAuditApplied, writeAudit } from '../db/audit-log.ts';
import { recycleContacts, type RecycleCount } from '../db/recycle-contacts.ts';
import { callStatuses } from '../domain/call-status.ts';
import { ConfigError, RefusedError } from '../domain/errors.ts';
import { readRecycleSelection } from '../domain/recycle-selection.ts';
import type { ClientDeps } from './client-deps.ts';
import type { RecycleOptions } from './dialer-client.ts';
import type { RecycleReport } from './records.ts';
import { requireCampaign } from './require-campaign.ts';

/**
 * Has settled contacts with chosen statuses dialled again. It is made in Postgres alone: a running campaign
 * feeds them by itself, another one when it is started.
 * @throws ConfigError (no status, or one that there is not), NotFoundError `CAMPAIGN_NOT_FOUND`,
 *   RefusedError `CAMPAIGN_CANCELLED`
 */
export async function recycleCampaign(
  deps: ClientDeps,
  name: string,
  { statuses, dryRun = false, reason }: RecycleOptions,
): Promise<RecycleReport> {
  const reading = readRecycleSelection(statuses);
  if (!reading.ok) throw new ConfigError(reading.faults);
  const { selection } = reading;
  const campaign = await requireCampaign(deps, name);
  let { state } = campaign;
  const refuseIfCancelled = () => {
    if (state !== 'cancelled') return;
    throw new RefusedError('CAMPAIGN_CANCELLED', `${name} is cancelled: nobody is dialled again.`);
  };
  refuseIfCancelled();
  const action = 'campaign.recycle';
  const auditId = dryRun
    ? null
    : await writeAudit(deps.db, {
        actor: deps.actor,
        action,
        campaignId: campaign.id,
        reason: reason ?? null,
        details: { statuses },
      });
  const counts: RecycleCount[] = [];
  for await (const page of recycleContacts(deps.db, {
    campaignId: campaign.id,
    selection,
    auditId,
  })) {
    state = page.state;
    refuseIfCancelled();
    counts.push(...page.counts);
    // After each page: whoever breaks off has it in the log how far it came.
    if (auditId !== null) {
      await noteAuditApplied(deps.db, auditId, { statuses, ...figuresOf(counts) });
    }
  }
  return { campaign: name, dryRun, state, ...figuresOf(counts), auditId };
}

function figuresOf(
  counts: readonly RecycleCount[],
): Pick<RecycleReport, 'contacts' | 'reopened' | 'byCallStatus' | 'leftOut'> {
  const sum = (of: (count: RecycleCount) => boolean) =>
    counts.filter(of).reduce((total, { contacts }) => total + contacts, 0);
  const reasons = new Set(counts.flatMap(({ leftOut }) => leftOut ?? []));
  return {
    contacts: sum(() => true),
    reopened: sum(({ leftOut }) => leftOut === null),
    byCallStatus: callStatuses
      .filter((status) => counts.some(({ callStatus }) => callStatus === status))
      .map((callStatus) => ({
        callStatus,
        reopened: sum((count) => count.callStatus === callStatus && count.leftOut === null),
        leftOut: sum((count) => count.callStatus === callStatus && count.leftOut !== null),
      })),
    leftOut: [...reasons]
      .map((reason) => ({ reason, contacts: sum(({ leftOut }) => leftOut === reason) }))
      .sort((one, other) => other.contacts - one.contacts || (one.reason < other.reason ? -1 : 1)),
  };
}
