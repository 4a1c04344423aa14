/**
 * Settles an attempt whose outcome nobody brought home: its process died, its time ran out, or
 * Postgres was away when it ended. It never dials. It may be wrong to hurry and is never wrong to
 * ask again, so Temporal retries it for as long as it takes.
 */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { OngoingCall } from '../ami/pbx-link.ts';
import { attemptForDecision } from '../db/attempt-for-decision.ts';
import { findAttempt, type AttemptRecord } from '../db/find-attempt.ts';
import { insertVoidAttempt } from '../db/insert-void-attempt.ts';
import { recordOutcome } from '../db/record-outcome.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { NextStep } from '../domain/next-step.ts';
import { startBeating } from './beat.ts';
import type { ReconcileCallInput, ReconcileCallResult } from './call-result.ts';
import { recordCall } from './record-call.ts';
import type { TrunkDeps } from './trunk-deps.ts';

/** Nothing is concluded before this age of the claim: its write may be under way. */
const concludeAfterMs = 10_000;
/**
 * The PBX must say twice, this far apart, that there is no such channel: a PBX that stood still
 * executes what an earlier link left in its receive buffer just after it lets a new link in.
 */
const askAgainAfterMs = 3_000;

export function createReconcileCall(deps: TrunkDeps) {
  return async function reconcileCall(input: ReconcileCallInput): Promise<ReconcileCallResult> {
    const stopBeating = startBeating();
    try {
      // In the process that still holds the call, wait for its own end of it.
      await deps.registry.whenLetGo(input.attemptId);
      return await reconcile(deps, input);
    } finally {
      stopBeating();
    }
  };
}

async function reconcile(deps: TrunkDeps, input: ReconcileCallInput): Promise<ReconcileCallResult> {
  const { attemptId } = input;
  const attempt = await findAttempt(deps.db, attemptId);
  if (attempt === null) return closeUnclaimed(deps, input);
  if (attempt.state !== 'sending') return settledBefore(attempt);
  // What this process kept says where a call was transferred, which does not travel.
  const evidence = deps.registry.keptEvidence(attemptId) ?? input.evidence;
  if (evidence !== undefined) {
    const result = await recordEvidence(deps, attempt, evidence);
    deps.registry.forgetEvidence(attemptId);
    return result;
  }
  if (deps.registry.wasNeverSent(attemptId)) return closeNotPlaced(deps, attempt);

  await deps.link.whenBooted(60_000, Context.current().cancellationSignal);
  const adopted = (await deps.link.adopt(attemptId)) ?? (await askAgain(deps, attempt));
  if (adopted !== null) {
    deps.log.info({ attemptId, contactId: attempt.contactId }, 'live call adopted');
    return recordEvidence(deps, attempt, await untilEnded(adopted.ended));
  }
  deps.log.warn({ attemptId, contactId: attempt.contactId }, 'outcome could not be learnt');
  const lost = { kind: 'gap', at: new Date().toISOString(), why: 'no_hangup' } as const;
  return recordEvidence(deps, attempt, [lost]);
}

async function askAgain(deps: TrunkDeps, attempt: AttemptRecord): Promise<OngoingCall | null> {
  const ageMs = Math.max(0, Date.now() - Date.parse(attempt.claimedAt));
  await Context.current().sleep(Math.max(askAgainAfterMs, concludeAfterMs - ageMs));
  return deps.link.adopt(attempt.id);
}

/** No row: the claim never happened, and from now on never can. */
async function closeUnclaimed(
  deps: TrunkDeps,
  input: ReconcileCallInput,
): Promise<ReconcileCallResult> {
  const { attemptId, contactId, trunk } = input;
  const isClosed = await insertVoidAttempt(deps.db, { attemptId, contactId, trunk });
  if (!isClosed && (await findAttempt(deps.db, attemptId)) !== null) return reconcile(deps, input);
  return { result: 'not_placed', next: askForAttempt };
}

/** Somebody else recorded it. */
function settledBefore(attempt: AttemptRecord): ReconcileCallResult {
  const next = askForAttempt;
  if (attempt.state === 'void' || attempt.state === 'not_placed') {
    return { result: 'not_placed', next };
  }
  return {
    result: 'settled',
    dialStatus: attempt.dialStatus,
    callStatus: attempt.callStatus,
    classifiedBy: attempt.rule,
    decidedBy: attempt.decision?.rule ?? null,
    decision: attempt.decision,
    settingsVersion: attempt.settingsVersion,
    endedAt: attempt.endedAt ?? attempt.claimedAt,
    next,
  };
}

/** Asks for an attempt, on the trunks known last: the claim says when, if the contact is not due. */
const askForAttempt: NextStep = { step: 'dial', at: null, trunks: [] };

async function closeNotPlaced(
  deps: TrunkDeps,
  attempt: AttemptRecord,
): Promise<ReconcileCallResult> {
  const { next } = await recordOutcome(deps.db, {
    attemptId: attempt.id,
    state: 'not_placed',
    evidence: [],
    now: new Date().toISOString(),
  });
  deps.log.info({ attemptId: attempt.id, contactId: attempt.contactId }, 'attempt not placed');
  return { result: 'not_placed', next };
}

async function recordEvidence(
  deps: TrunkDeps,
  attempt: AttemptRecord,
  evidence: readonly EvidenceEvent[],
): Promise<ReconcileCallResult> {
  const claim = await attemptForDecision(deps.db, attempt.id);
  if (claim === null)
    throw ApplicationFailure.retryable('the attempt is no longer open', 'NOT_OPEN');
  return recordCall(deps, claim, evidence);
}

/** Waits for the end, but lets a stopping worker go: the next owner adopts the call again. */
function untilEnded(ended: Promise<readonly EvidenceEvent[]>): Promise<readonly EvidenceEvent[]> {
  const cancelled = Context.current().cancelled.catch((error: unknown) => {
    if (error instanceof CancelledFailure) {
      throw ApplicationFailure.retryable('the worker stops; the call goes on', 'HANDED_OVER');
    }
    throw error;
  });
  return Promise.race([ended, cancelled]);
}
