/**
 * One call, from the gate to its recorded outcome. Everything between the claim and the Originate
 * stands in this file: each line is to be read as if a stranger's phone rang at night for every
 * mistake in it.
 *
 * The order is gate → claim → judge → write → end → outcome. Until the write, trouble is a value
 * (`blocked`) and the claim is released. From the write on the call may exist, so nothing here
 * sends again, hangs up, or gives the attempt up: it ends with evidence, or it is handed over.
 */
import { CancelledFailure, Context } from '@temporalio/activity';
import { NotSentError } from '../ami/not-sent-error.ts';
import type { OngoingCall } from '../ami/pbx-link.ts';
import { claimAttempt } from '../db/claim-attempt.ts';
import type { Claim } from '../db/claim-details.ts';
import { releaseClaim } from '../db/release-claim.ts';
import { withoutDestinations, type EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId } from '../domain/ids.ts';
import { judgeClaim } from '../domain/judge-claim.ts';
import { waitsForFeeder, type BlockReason } from '../domain/next-step.ts';
import { startBeating } from './beat.ts';
import type { PlaceCallInput, PlaceCallResult } from './call-result.ts';
import { orderedOf, originateRequest, UnfitToSendError } from './originate-request.ts';
import { recordCall } from './record-call.ts';
import { refusalResult } from './refusal-result.ts';
import type { Clock, TrunkDeps } from './trunk-deps.ts';
import type { GatePass } from './trunk-gate.ts';

/**
 * A claim this old is not written any more, by the monotonic clock or by the wall clock. So a pause, or a
 * suppression, stops every call within this time: who claims later sees it, who claimed before is too old.
 */
const claimLifetimeMs = 1_000;
/** How long a call waits for a PBX that is not there before it says so. */
const pbxPatienceMs = { alone: 60_000, withOtherTrunk: 5_000 };

export function createPlaceCall(deps: TrunkDeps) {
  return async function placeCall(input: PlaceCallInput): Promise<PlaceCallResult> {
    const stopBeating = startBeating();
    const running = run(deps, input);
    deps.registry.hold(input.attemptId, running);
    try {
      return await running;
    } finally {
      stopBeating();
    }
  };
}

async function run(deps: TrunkDeps, input: PlaceCallInput): Promise<PlaceCallResult> {
  const giveUp = AbortSignal.any([Context.current().cancellationSignal, deps.noNewCalls]);
  const patience = input.hasOtherTrunk ? pbxPatienceMs.withOtherTrunk : pbxPatienceMs.alone;
  try {
    await deps.link.whenBooted(patience, giveUp);
  } catch {
    return blocked(deps, 'pbx_unreachable');
  }
  let pass: GatePass;
  try {
    pass = await deps.gate.enter(input.attemptId, giveUp);
  } catch {
    // Stopped while waiting: nothing was claimed, so the contact simply asks again.
    return blocked(deps, 'trunk_unavailable');
  }
  try {
    return await claimAndSend(deps, input, pass, giveUp);
  } finally {
    pass.leave();
  }
}

async function claimAndSend(
  deps: TrunkDeps,
  { attemptId, contactId }: PlaceCallInput,
  pass: GatePass,
  giveUp: AbortSignal,
): Promise<PlaceCallResult> {
  const ownerEpoch = deps.ownerEpoch();
  if (ownerEpoch === null) return blocked(deps, 'not_owner');
  // A reset may ask for an id that was given up: a reconcile counts on it never being written.
  if (deps.registry.wasNeverSent(attemptId)) return givenUpBefore(deps, attemptId);
  const isFresh = startClaimClock(deps.clock);
  let claimed;
  try {
    claimed = await claimAttempt(deps.db, {
      attemptId,
      contactId,
      trunk: deps.trunk.name,
      ownerEpoch,
    });
  } catch (error) {
    // The claim may have been written although its answer was lost; the next one then finds it.
    deps.registry.noteNeverSent(attemptId);
    deps.log.warn({ attemptId, contactId, error }, 'claim failed');
    return blocked(deps, 'database_unreachable');
  }
  if (claimed.kind !== 'claimed') return refusalResult(deps, contactId, claimed);
  const { claim, history } = claimed;

  const judgeAt = (now: Date) => judgeClaim({ ...claim, history }, now);

  let call: OngoingCall;
  let mayBeWritten = false;
  try {
    // By the database's clock and by this machine's, for one may be wrong; and once more when it is
    // written, for a window may close meanwhile.
    const verdict = [new Date(claim.claimedAt), wallTime(deps)]
      .map(judgeAt)
      .find(({ allowed }) => !allowed);
    if (verdict?.allowed === false) {
      const { reason, rule, retryAt } = verdict;
      return await giveBack(deps, claim, { reason, rule, retryAt: retryAt?.toISOString() ?? null });
    }
    const request = originateRequest(claim, deps);
    await pass.writeTurn(giveUp);
    mayBeWritten = true;
    // Synchronous to the write itself: the link asks this in the tick in which it writes.
    call = deps.link.originate(
      request,
      () =>
        isFresh() &&
        deps.ownerEpoch() === ownerEpoch &&
        !giveUp.aborted &&
        judgeAt(wallTime(deps)).allowed,
    );
  } catch (error) {
    pass.claimDone();
    return afterNoCall(deps, claim, { error, mayBeWritten, giveUp });
  }
  pass.claimDone();
  return followToTheEnd(deps, claim, call);
}

/** Decides what an Originate that did not go out leaves behind. In doubt, it may have gone out. */
async function afterNoCall(
  deps: TrunkDeps,
  claim: Claim,
  {
    error,
    mayBeWritten,
    giveUp,
  }: { readonly error: unknown; readonly mayBeWritten: boolean; readonly giveUp: AbortSignal },
): Promise<PlaceCallResult> {
  const { attemptId, contactId } = claim;
  deps.log.warn({ attemptId, contactId, error }, 'originate not sent');
  if (giveUp.aborted && error === giveUp.reason) {
    return giveBack(deps, claim, { reason: 'trunk_unavailable', rule: null, retryAt: null });
  }
  if (error instanceof NotSentError && error.code !== 'frame_refused') {
    return giveBack(deps, claim, { reason: error.code, rule: null, retryAt: null });
  }
  if (error instanceof NotSentError || error instanceof UnfitToSendError) {
    // What cannot be written now never can be: an outcome, or it would be tried for ever.
    const at = new Date().toISOString();
    return settle(deps, claim, [{ kind: 'refused', at, message: error.message }]);
  }
  if (!mayBeWritten) {
    return giveBack(deps, claim, { reason: 'claim_expired', rule: null, retryAt: null });
  }
  return { result: 'handed_over' };
}

function wallTime({ clock }: TrunkDeps): Date {
  return new Date(clock.wallMs());
}

/** Both clocks must agree that the claim is young: one may stop (suspended machine), the other step. */
function startClaimClock({ monotonicMs, wallMs }: Clock): () => boolean {
  const monotonicStart = monotonicMs();
  const wallStart = wallMs();
  return () =>
    monotonicMs() - monotonicStart < claimLifetimeMs &&
    Math.abs(wallMs() - wallStart) < claimLifetimeMs;
}

async function followToTheEnd(
  deps: TrunkDeps,
  claim: Claim,
  call: OngoingCall,
): Promise<PlaceCallResult> {
  deps.log.info(
    { attemptId: claim.attemptId, contactId: claim.contactId, campaignId: claim.campaignId },
    'originate sent',
  );
  const evidence = await Promise.race([call.ended, whenWorkerStops()]);
  return evidence === 'worker stops' ? { result: 'handed_over' } : settle(deps, claim, evidence);
}

async function settle(
  deps: TrunkDeps,
  claim: Claim,
  evidence: readonly EvidenceEvent[],
): Promise<PlaceCallResult> {
  try {
    return await recordCall(deps, claim, evidence);
  } catch (error) {
    deps.log.error({ attemptId: claim.attemptId, error }, 'outcome not recorded yet');
    // With what was ordered: the campaign's settings may be others when it is recorded.
    const whole = [orderedOf(claim), ...evidence];
    deps.registry.keepEvidence(claim.attemptId, whole);
    return { result: 'unrecorded', evidence: withoutDestinations(whole) };
  }
}

/**
 * Resolves when this worker shuts down and its grace is over. A cancellation for any other reason
 * (a cancelled or terminated workflow) does not: only a person's explicit hang-up ends a live call.
 */
function whenWorkerStops(): Promise<'worker stops'> {
  return new Promise((resolve) => {
    Context.current().cancelled.catch((error: unknown) => {
      if (error instanceof CancelledFailure && error.message === 'WORKER_SHUTDOWN') {
        resolve('worker stops');
      }
    });
  });
}

/** Undoes the claim; if Postgres does not take it, the reconcile knows that nothing was sent. */
async function giveBack(
  deps: TrunkDeps,
  claim: Claim,
  refusal: {
    readonly reason: BlockReason;
    readonly rule: string | null;
    readonly retryAt: string | null;
  },
): Promise<PlaceCallResult> {
  const attemptId: AttemptId = claim.attemptId;
  const { reason, rule, retryAt } = refusal;
  deps.log.info({ attemptId, contactId: claim.contactId, ...refusal }, 'claim given back');
  deps.registry.noteNeverSent(attemptId);
  try {
    await releaseClaim(deps.db, attemptId, { reason, rule, nextAttemptAt: retryAt });
  } catch (error) {
    deps.log.warn({ attemptId, error }, 'claim not released yet');
    return {
      result: 'blocked',
      reason,
      next: { step: 'reconcile', attemptId, trunk: deps.trunk.name },
    };
  }
  return {
    result: 'blocked',
    reason,
    next: {
      step: 'wait',
      reason,
      // Only changed rules can open it: nothing to ask again for.
      until: reason === 'no_opening' ? null : (retryAt ?? soon()),
      ...(waitsForFeeder.has(reason) ? { byFeeder: true } : {}),
      ...(rule === null ? {} : { rule }),
      trunks: claim.settings.trunks,
    },
  };
}

/** The reconcile bars the id for good, and the contact asks with a new one. */
function givenUpBefore(deps: TrunkDeps, attemptId: AttemptId): PlaceCallResult {
  const next = { step: 'reconcile', attemptId, trunk: deps.trunk.name } as const;
  return { result: 'blocked', reason: 'claim_expired', next };
}

/** Trouble before anything was claimed. */
function blocked(deps: TrunkDeps, reason: BlockReason): PlaceCallResult {
  return {
    result: 'blocked',
    reason,
    next: { step: 'wait', reason, until: soon(), trunks: [] },
  };
}

/** Between 2 and 4 seconds from now, so that those who were refused together do not return together. */
function soon(): string {
  return new Date(Date.now() + 2_000 + Math.random() * 2_000).toISOString();
}
