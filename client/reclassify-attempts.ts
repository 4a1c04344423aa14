/**
 * Classifies the recorded attempts of a campaign again, with today's rules and today's dialer.yaml. One
 * transaction per contact: it may be interrupted and repeated, and goes on beside a running campaign. A
 * dry run makes the same plans and carries none of them out.
 */
import { noteAuditApplied, writeAudit } from '../db/audit-log.ts';
import { reclassifyContact } from '../db/reclassify-contact.ts';
import { recordedContactsOf, type StoredContact } from '../db/recorded-contacts.ts';
import type { AuditId, CampaignId } from '../domain/ids.ts';
import { classifyWithLate } from '../domain/late-evidence.ts';
import { planReclassification, type RecordedAttempt } from '../domain/reclassify-contact.ts';
import type { ClientDeps } from './client-deps.ts';
import type { ReclassifyOptions } from './dialer-client.ts';
import { createReclassifyTally, type ReclassifyTally } from './reclassify-tally.ts';
import type { ReclassifyReport } from './records.ts';
import { requireCampaign } from './require-campaign.ts';

/** @throws NotFoundError `CAMPAIGN_NOT_FOUND` */
export async function reclassifyAttempts(
  deps: ClientDeps,
  name: string,
  { dryRun = false, reason }: ReclassifyOptions = {},
): Promise<ReclassifyReport> {
  const { id: campaignId } = await requireCampaign(deps, name);
  const tally = createReclassifyTally();
  const run = { deps, campaignId, reason: reason ?? null, tally, auditId: null };
  const auditId = dryRun ? await planOnly(run) : await carryOut(run);
  return { campaign: name, dryRun, ...tally.figures(), auditId };
}

interface Run {
  readonly deps: ClientDeps;
  readonly campaignId: CampaignId;
  readonly reason: string | null;
  readonly tally: ReclassifyTally;
  /** Written with the first change: a run that finds nothing to change leaves no entry. */
  auditId: AuditId | null;
}

async function planOnly({ deps, campaignId, tally }: Run): Promise<null> {
  const read = readerOf(deps, tally);
  for await (const page of recordedContactsOf(deps.db, campaignId)) {
    for (const contact of page) tally.add(contact, planReclassification(contact, read));
  }
  return null;
}

async function carryOut(run: Run): Promise<AuditId | null> {
  const { deps, campaignId, tally } = run;
  try {
    for await (const page of recordedContactsOf(deps.db, campaignId)) {
      for (const contact of page) await changeOne(run, contact);
      await noteFigures(run);
    }
  } finally {
    await noteFigures(run);
  }
  return run.auditId;

  async function noteFigures({ auditId }: Run): Promise<void> {
    if (auditId !== null) await noteAuditApplied(deps.db, auditId, { ...tally.figures() });
  }
}

async function changeOne(run: Run, contact: StoredContact): Promise<void> {
  const { deps, tally } = run;
  const plan = planReclassification(contact, readerOf(deps, tally));
  if (plan.attempts.length === 0) return tally.add(contact, plan);
  run.auditId ??= await writeAudit(deps.db, {
    actor: deps.actor,
    action: 'attempts.reclassify',
    campaignId: run.campaignId,
    reason: run.reason,
  });
  const done = await reclassifyContact(deps.db, contact.id, {
    because: 'mapping_changed',
    auditId: run.auditId,
    read: readerOf(deps),
  });
  // Planned again on the locked rows: what counts is what was stored. null: erased meanwhile.
  if (done !== null) tally.add(done.contact, done.plan);
}

/** Attempts of a trunk that dialer.yaml does not have any more cannot be read again. */
function readerOf({ trunkTraits }: ClientDeps, tally?: ReclassifyTally) {
  return ({ trunk, evidence, lateEvidence }: RecordedAttempt) => {
    const traits = trunkTraits.get(trunk);
    if (traits !== undefined) return classifyWithLate(evidence, lateEvidence, traits);
    tally?.skip(trunk);
    return null;
  };
}
