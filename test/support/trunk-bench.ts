import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { createCallRegistry } from '../../activities/call-registry.ts';
import type { PlaceCallResult, ReconcileCallResult } from '../../activities/call-result.ts';
import { createTrunkActivities } from '../../activities/create-trunk-activities.ts';
import type { TrunkDeps } from '../../activities/trunk-deps.ts';
import { createTrunkGate } from '../../activities/trunk-gate.ts';
import type { PbxLink } from '../../ami/pbx-link.ts';
import type { Database } from '../../db/open-database.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import { delay } from '../../workers/delay.ts';
import { newAttemptId, testTrunk } from './campaign-fixture.ts';
import { createScriptedLink } from './scripted-link.ts';

/** The activities of one trunk over a real database and a scripted PBX link. */
export function createTrunkBench(db: Database, ownerEpoch: number) {
  const link = createScriptedLink();
  const stopNewCalls = new AbortController();
  const owner: { epoch: number | null } = { epoch: ownerEpoch };
  const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const deps: TrunkDeps = {
    clock,
    db,
    link: link as unknown as PbxLink,
    gate: createTrunkGate({
      callsPerSecond: 50,
      channels: 10,
      now: () => performance.now(),
      delay,
    }),
    registry: createCallRegistry(),
    trunk: {
      name: testTrunk,
      dialString: 'PJSIP/{number}@carrier-a',
      numberFormat: 'digits',
      reasonDialect: 'asterisk',
      reportsRinging: true,
    },
    agents: {},
    ownerEpoch: () => owner.epoch,
    noNewCalls: stopNewCalls.signal,
    log: pino({ level: 'silent' }),
  };
  const activities = createTrunkActivities(deps);

  return {
    link,
    deps,
    owner,
    /** Replace a clock to make it step. */
    clock,
    stopNewCalls: () => stopNewCalls.abort(new Error('stopping')),
    /** Runs placeCall in an activity context of its own, which can be cancelled. */
    place(contactId: ContactId, attemptId: AttemptId = newAttemptId()) {
      const environment = new MockActivityEnvironment();
      const result: Promise<PlaceCallResult> = environment.run(activities.placeCall, {
        attemptId,
        contactId,
        hasOtherTrunk: false,
      });
      return { attemptId, result, cancel: environment.cancel };
    },
    reconcile(
      contactId: ContactId,
      attemptId: AttemptId,
      more: Pick<Parameters<typeof activities.reconcileCall>[0], 'evidence'> = {},
    ): Promise<ReconcileCallResult> {
      const input = { attemptId, contactId, trunk: testTrunk, ...more };
      return new MockActivityEnvironment().run(activities.reconcileCall, input);
    },
  };
}
