import { recordOutcome } from '../db/record-outcome.ts';
import type { Claim } from '../db/claim-details.ts';
import { classifyCall } from '../domain/classify-call.ts';
import { decideNext } from '../domain/decide-next.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import { readTarget } from '../domain/read-target.ts';
import type { SettledCall } from './call-result.ts';
import { orderedOf } from './originate-request.ts';
import type { TrunkDeps } from './trunk-deps.ts';

/**
 * A far end that said nothing cannot be told that we gave up, so its phone may begin to ring for as long
 * as SIP sends the call again: timer B of RFC 3261, 17.1.1.2.
 */
const inviteLifetimeMs = 32_000;

/**
 * The last step of every attempt, whoever saw it end: evidence → classification → decision → one
 * statement. The first writer wins, so calling it twice for one attempt is harmless.
 * `heard` is what the PBX said; what our Originate asked for is put before it, unless it is there.
 */
export async function recordCall(
  deps: Pick<TrunkDeps, 'db' | 'trunk' | 'log'>,
  claim: Claim,
  heard: readonly EvidenceEvent[],
): Promise<SettledCall> {
  const evidence = heard[0]?.kind === 'ordered' ? heard : [orderedOf(claim), ...heard];
  const classification = classifyCall(evidence, deps.trunk);
  const now = new Date();
  const decision = decideNext({
    now,
    attemptedAt: claim.claimedAt,
    random: Math.random(),
    settings: claim.settings,
    timeZone: claim.timeZone,
    numberZones: claim.numberZones,
    callStatus: classification.callStatus,
    dialStatus: classification.dialStatus,
    numberId: claim.numberId,
    attempts: claim.attempts,
    attemptsByStatus: countOneMore(claim.attemptsByStatus, classification.callStatus),
    redialsGranted: claim.redialsGranted,
    numbers: claim.numbers,
    retargetedCampaigns: claim.retargetedCampaigns,
    assignedAgent: claim.assignedAgent,
    wasTaken: readTarget(evidence).takenAt !== null,
    leastDelayMs: classification.rule === 'silence' ? inviteLifetimeMs : 0,
  });
  const { recorded, next } = await recordOutcome(deps.db, {
    attemptId: claim.attemptId,
    state: classification.callStatus === 'unconfirmed' ? 'unconfirmed' : 'ended',
    classification,
    evidence,
    decision,
    now: now.toISOString(),
  });
  const { callStatus, dialStatus, rule } = classification;
  deps.log.info(
    { attemptId: claim.attemptId, contactId: claim.contactId, callStatus, rule, recorded },
    'attempt ended',
  );
  return {
    result: 'settled',
    dialStatus,
    callStatus,
    classifiedBy: rule,
    decidedBy: decision.rule,
    decision,
    settingsVersion: claim.settingsVersion,
    endedAt: classification.endedAt ?? now.toISOString(),
    next,
  };
}

function countOneMore(
  counts: Readonly<Record<string, number>>,
  key: string,
): Readonly<Record<string, number>> {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 };
}
