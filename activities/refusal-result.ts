import type { ClaimResult } from '../db/claim-attempt.ts';
import { settleUndialled, type UndialledResult } from '../db/settle-undialled.ts';
import type { ContactId } from '../domain/ids.ts';
import { waitsForFeeder, type BlockReason, type NextStep } from '../domain/next-step.ts';
import type { PlaceCallResult } from './call-result.ts';
import type { TrunkDeps } from './trunk-deps.ts';

/** What follows from a claim that Postgres did not grant. Nothing was sent, whatever it says. */
export async function refusalResult(
  deps: Pick<TrunkDeps, 'db' | 'log' | 'trunk'>,
  contactId: ContactId,
  claim: Exclude<ClaimResult, { kind: 'claimed' }>,
): Promise<PlaceCallResult> {
  if (claim.kind === 'existing') {
    const { id, trunk } = claim.attempt;
    return blockedBy('attempt_in_progress', { step: 'reconcile', attemptId: id, trunk });
  }
  const trunks = claim.trunks.length > 0 ? claim.trunks : [deps.trunk.name];
  const rule = claim.rule === null ? {} : { rule: claim.rule };
  const wait = (reason: BlockReason, until: string | null): PlaceCallResult =>
    blockedBy(reason, {
      step: 'wait',
      reason,
      until,
      ...(waitsForFeeder.has(reason) ? { byFeeder: true } : {}),
      ...rule,
      trunks,
    });
  const { reason, retryAt } = claim;
  deps.log.info({ contactId, reason, rule: claim.rule, retryAt }, 'claim refused');

  switch (claim.reason) {
    case 'settled':
    case 'unknown_contact':
      return { result: 'blocked', reason: 'settled', next: { step: 'end' } };
    case 'campaign_cancelled':
      return settled(
        await settleUndialled(deps.db, contactId, { callStatus: 'cancelled', scope: 'contact' }),
      );
    case 'suppressed':
    case 'person_cap':
      return settled(
        await settleRestricted(deps, contactId, {
          scope: 'number',
          numberId: claim.numberId,
          rule: claim.rule,
        }),
      );
    case 'contact_cap':
    case 'no_number':
      return settled(
        await settleRestricted(deps, contactId, { scope: 'contact', rule: claim.rule }),
      );
    case 'attempt_in_progress':
      if (claim.liveAttempt === null) return wait('attempt_in_progress', soon(5));
      return blockedBy('attempt_in_progress', {
        step: 'reconcile',
        attemptId: claim.liveAttempt.id,
        trunk: claim.liveAttempt.trunk,
      });
    case 'not_due':
      // Woken before its time: it goes on waiting for what it waited for.
      if (claim.waitingFor !== null && waitsForFeeder.has(claim.waitingFor)) {
        return wait(claim.waitingFor as BlockReason, claim.retryAt);
      }
      return blockedBy('not_due', { step: 'dial', at: claim.retryAt, trunks });
    case 'trunk_not_used':
      return blockedBy('trunk_not_used', { step: 'dial', at: null, trunks });
    case 'paused':
    case 'campaign_not_running':
    case 'agent':
    case 'retarget_target':
    case 'suppression_list_old':
      return wait(claim.reason, null);
    case 'not_owner':
      return wait('not_owner', soon(5));
    case 'number_daily_cap':
    case 'phone_in_call':
      return wait(claim.reason, claim.retryAt ?? soon(30));
  }
}

function settleRestricted(
  { db }: Pick<TrunkDeps, 'db'>,
  contactId: ContactId,
  end: Pick<UndialledResult, 'scope' | 'numberId' | 'rule'>,
): Promise<NextStep> {
  return settleUndialled(db, contactId, { callStatus: 'restricted', ...end });
}

function blockedBy(reason: BlockReason, next: NextStep): PlaceCallResult {
  return { result: 'blocked', reason, next };
}

function settled(next: NextStep): PlaceCallResult {
  return { result: 'blocked', reason: 'settled', next };
}

function soon(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}
