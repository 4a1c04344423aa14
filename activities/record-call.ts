import { decideContactAgain } from '../db/decide-again.ts';
import { decisionInput } from '../db/decision-input.ts';
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
  const decision = decideNext(
    decisionInput(claim, {
      now,
      ...classification,
      wasTaken: readTarget(evidence).takenAt !== null,
    }),
  );
  const { recorded, next, settingsVersion } = await recordOutcome(deps.db, {
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
    // Rules that were changed during the call hold for a contact that goes on waiting after it.
    next:
      settingsVersion === claim.settingsVersion
        ? next
        : await decideContactAgain(deps.db, claim.contactId, next),
  };
}
