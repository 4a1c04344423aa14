/**
 * One contact of one campaign, from the first attempt to its last status.
 *
 * The workflow carries out decisions and holds none: placeCall returns outcome and next step, taken
 * by the rules in `domain` on the row that Postgres locked. So a contact may sleep for weeks while
 * rules and code change. The workflow id is an address, not a guard: the claim in Postgres refuses
 * what must not be dialled, so starting, resetting or replaying a run is always safe.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities } from '../activities/create-activities.ts';
import type { createTrunkActivities } from '../activities/create-trunk-activities.ts';
import type {
  PlaceCallResult,
  ReconcileCallResult,
  SettledCall,
} from '../activities/call-result.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import { placeCallOptions, reconcileCallOptions } from './dial-policy.ts';
import { isNeverStarted } from './is-never-started.ts';
import { dialTaskQueue, reconcileTaskQueue } from './ids.ts';
import { receiveManualActions } from './manual-actions.ts';
import { dueSignal, storyQuery, type ContactInput, type StoryAttempt } from './messages.ts';

const { readNextStep, holdForTurn } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '30s',
  retry: { maximumInterval: '30s' },
});

type TrunkActivities = ReturnType<typeof createTrunkActivities>;

/** How many attempts the story keeps; older ones are in Postgres. */
const storyLength = 20;
/** Longest wait between two questions to a PBX or database that does not answer. */
const longestTroubleWaitMs = 60_000;

export async function contact(input: ContactInput): Promise<void> {
  const { contactId } = input;
  let knownTrunks = input.trunks ?? [];
  let next: NextStep = input.carriedOver?.next ?? { step: 'dial', at: null, trunks: knownTrunks };
  let attempts: readonly StoryAttempt[] = input.carriedOver?.attempts ?? [];
  let calling: { attemptId: AttemptId; trunk: string } | null = null;
  let isWoken = false;
  let hasChanged = false;
  let trunkTurn = 0;
  let troubleCount = 0;

  setHandler(storyQuery, () => ({ contactId, calling, attempts, next }));
  setHandler(dueSignal, (message) => {
    if (message?.hasChanged === true) hasChanged = true;
    else isWoken = true;
  });
  const manual = receiveManualActions(contactId, {
    isSettled: () => next.step === 'end',
    isCalling: () => calling !== null,
  });

  // Messages that came with the start are applied before anything is dialled.
  for (;;) {
    const changed = await manual.applyWaiting();
    const isOutdated = changed === 'outdated' || hasChanged;
    // Postgres keeps the mark of those who are to be told until they ask.
    const isDone = next.step === 'end' && manual.isIdle() && !hasChanged;
    hasChanged = false;
    if (!isOutdated) next = changed ?? next;
    else if (!isDone) next = await readNextStep({ contactId });
    if (next.step === 'end') {
      // What came while Postgres was asked is answered first, or its sender would wait for ever.
      if (manual.isIdle()) break;
      continue;
    }
    if (workflowInfo().continueAsNewSuggested && manual.isIdle()) {
      await condition(allHandlersFinished);
      if (manual.isIdle())
        await continueAsNew<typeof contact>({ ...input, carriedOver: { attempts, next } });
      continue;
    }
    if (next.step === 'reconcile') {
      await reconcile(next.attemptId, next.trunk);
    } else if (await isTimeToDial(next)) {
      // Whoever could not ask for the campaign's trunks names none: those known last hold.
      if (next.trunks.length > 0) knownTrunks = next.trunks;
      if (knownTrunks.length === 0) next = await readNextStep({ contactId });
      else await dial(knownTrunks);
    }
  }
  await condition(allHandlersFinished);

  /** Sleeps as long as the step says; false when something interrupts that may change the step. */
  async function isTimeToDial(
    step: Extract<NextStep, { step: 'dial' | 'wait' }>,
  ): Promise<boolean> {
    const interrupted = () => isWoken || hasChanged || !manual.isIdle();
    const until = sleepsUntil(step);
    if (until === 'woken') {
      await condition(interrupted);
    } else if (until !== undefined) {
      const delayMs = Date.parse(until) - Date.now();
      if (delayMs > 0) await condition(interrupted, delayMs);
    }
    if (hasChanged || !manual.isIdle()) return false;
    isWoken = false;
    return true;
  }

  function sleepsUntil(step: Extract<NextStep, { step: 'dial' | 'wait' }>): string | undefined {
    if (step.step === 'dial') return step.at ?? undefined;
    return step.byFeeder === true ? 'woken' : (step.until ?? 'woken');
  }

  async function dial(trunks: readonly string[]): Promise<void> {
    const trunk = trunks[trunkTurn % Math.max(1, trunks.length)];
    if (trunk === undefined) throw new Error('the campaign has no trunk');
    const attemptId = uuid4() as AttemptId;
    const { placeCall } = proxyActivities<TrunkActivities>({
      ...placeCallOptions,
      taskQueue: dialTaskQueue(trunk),
    });
    calling = { attemptId, trunk };
    let outcome: PlaceCallResult;
    try {
      outcome = await placeCall({ attemptId, contactId, hasOtherTrunk: trunks.length > 1 });
    } catch (error) {
      if (isNeverStarted(error)) {
        trunkTurn += 1;
        calling = null;
        // A whole round in which nobody took it: whoever asks again at once stands in its own way.
        const isRoundOver = trunkTurn % trunks.length === 0;
        if (isRoundOver && patched('hold-for-turn')) next = await holdForTurn({ contactId });
        else next = { step: 'dial', at: null, trunks };
        return;
      }
      // Whatever else went wrong, the call may exist: settle this attempt before any other.
      outcome = { result: 'handed_over' };
    }
    calling = null;
    if (outcome.result === 'settled') {
      note(attemptId, trunk, outcome);
    } else if (outcome.result === 'blocked') {
      next = afterBlock(outcome, trunks);
    } else {
      await reconcile(attemptId, trunk, outcome);
    }
  }

  async function reconcile(
    attemptId: AttemptId,
    trunk: string,
    outcome?: Extract<PlaceCallResult, { result: 'handed_over' | 'unrecorded' }>,
  ): Promise<void> {
    const { reconcileCall } = proxyActivities<TrunkActivities>({
      ...reconcileCallOptions,
      taskQueue: reconcileTaskQueue(trunk),
    });
    calling = { attemptId, trunk };
    const evidence = outcome?.result === 'unrecorded' ? { evidence: outcome.evidence } : {};
    const settled: ReconcileCallResult = await reconcileCall({
      attemptId,
      contactId,
      trunk,
      ...evidence,
    });
    calling = null;
    if (settled.result === 'settled') note(attemptId, trunk, settled);
    else next = settled.next;
  }

  function note(attemptId: AttemptId, trunk: string, settled: SettledCall): void {
    const { endedAt, dialStatus, callStatus, classifiedBy, decidedBy } = settled;
    const attempt: StoryAttempt = {
      attemptId,
      trunk,
      endedAt,
      dialStatus,
      callStatus,
      classifiedBy,
      decidedBy,
      decision: settled.decision ?? null,
      settingsVersion: settled.settingsVersion ?? null,
    };
    attempts = [...attempts, attempt].slice(-storyLength);
    troubleCount = 0;
    trunkTurn = 0;
    next = settled.next;
  }

  /** Trouble with one trunk moves on to the next; a whole round of trouble waits longer each time. */
  function afterBlock(
    block: Extract<PlaceCallResult, { result: 'blocked' }>,
    trunks: readonly string[],
  ): NextStep {
    const { reason } = block;
    if (reason === 'pbx_unreachable' || reason === 'trunk_unavailable' || reason === 'not_owner') {
      trunkTurn += 1;
      if (trunkTurn % trunks.length !== 0) return { step: 'dial', at: null, trunks };
    } else if (reason !== 'database_unreachable') {
      troubleCount = 0;
      return block.next;
    }
    const waitMs = Math.min(longestTroubleWaitMs, 2_000 * 2 ** Math.min(troubleCount, 10));
    troubleCount += 1;
    return {
      step: 'wait',
      reason,
      until: new Date(Date.now() + waitMs).toISOString(),
      trunks,
    };
  }
}
