import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { AttemptId } from '../../domain/ids.ts';
import { placeCallOptions } from '../../workflows/dial-policy.ts';
import { contactWorkflowId } from '../../workflows/ids.ts';
import type { ContactStory } from '../../workflows/messages.ts';
import { end, settled, startScriptedWorkers, trunks } from '../support/scripted-workers.ts';
import { waitFor } from '../support/wait-for.ts';
import { timeSkippingEnvironment } from '../support/workflow-environment.ts';

describe('the contact workflow', { timeout: 300_000 }, () => {
  let environment: TestWorkflowEnvironment;
  let workers: Awaited<ReturnType<typeof startScriptedWorkers>>;
  before(async () => {
    environment = await timeSkippingEnvironment();
    workers = await startScriptedWorkers(environment);
  });
  after(async () => {
    await workers.stop();
    await environment.teardown();
  });

  async function historyLength(workflowId: string): Promise<number> {
    const { events } = await environment.client.workflow.getHandle(workflowId).fetchHistory();
    return events?.length ?? 0;
  }

  async function inDays(days: number): Promise<string> {
    return new Date((await environment.currentTimeMs()) + days * 86_400_000).toISOString();
  }

  it('costs eleven events when the first attempt settles it', async () => {
    const { contactId, script, start } = workers.newContact({});
    await (await start()).result();
    assert.equal(script.placed.length, 1);
    assert.match(script.placed[0]?.attemptId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(await historyLength(contactWorkflowId(contactId)), 11);
  });

  it('sleeps until the time the rules gave, and costs at most twelve more events', async () => {
    const threeDaysMs = 3 * 86_400_000;
    const { contactId, script, start } = workers.newContact({
      place: async (_input, _trunk, count) => {
        const at = new Date((await environment.currentTimeMs()) + threeDaysMs).toISOString();
        return count === 1 ? settled({ step: 'dial', at, trunks }) : settled(end);
      },
    });
    await (await start()).result();
    const [first, second] = script.placed;
    assert.ok(first && second);
    assert.ok(second.atMs - first.atMs >= threeDaysMs, 'rung again too early');
    assert.notEqual(first.attemptId, second.attemptId);
    assert.ok((await historyLength(contactWorkflowId(contactId))) <= 11 + 12);
  });

  it('sleeps for a year with one timer', async () => {
    const yearMs = 365 * 86_400_000;
    const { contactId, script, start } = workers.newContact({
      place: async (_input, _trunk, count) => {
        const at = new Date((await environment.currentTimeMs()) + yearMs).toISOString();
        return count === 1 ? settled({ step: 'dial', at, trunks }) : settled(end);
      },
    });
    await (await start()).result();
    const [first, second] = script.placed;
    assert.ok(first && second && second.atMs - first.atMs >= yearMs, 'rung again too early');
    assert.ok((await historyLength(contactWorkflowId(contactId))) <= 11 + 12);
  });

  it('tries the next number at once for at most seven more events', async () => {
    const { contactId, script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        settled(count === 1 ? { step: 'dial', at: null, trunks } : end),
    });
    await (await start()).result();
    assert.equal(script.placed.length, 2);
    assert.ok((await historyLength(contactWorkflowId(contactId))) <= 11 + 7);
  });

  it('never places the same attempt again when its process fails, but reconciles it', async () => {
    const { script, start } = workers.newContact({
      place: () => Promise.reject(ApplicationFailure.retryable('the process died')),
      reconcile: async () => settled(end, { callStatus: 'unconfirmed' }),
    });
    await (await start()).result();
    assert.equal(placeCallOptions.retry.maximumAttempts, 1);
    assert.equal(script.placed.length, 1);
    assert.deepEqual(
      script.reconciled.map(({ attemptId }) => attemptId),
      [script.placed[0]?.attemptId],
    );
  });

  it('reconciles after a missed heartbeat', async () => {
    const { script, start } = workers.newContact({
      // Never beats and never returns before the heartbeat time-out.
      place: () => Context.current().cancelled,
    });
    await (await start()).result();
    assert.equal(script.placed.length, 1);
    assert.equal(script.reconciled.length, 1);
  });

  it('asks for a new attempt, with a new id, when the old one is proven not placed', async () => {
    const { script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        count === 1 ? { result: 'handed_over' } : settled(end),
      reconcile: async () => ({ result: 'not_placed', next: { step: 'dial', at: null, trunks } }),
    });
    await (await start()).result();
    assert.equal(script.placed.length, 2);
    assert.notEqual(script.placed[0]?.attemptId, script.placed[1]?.attemptId);
  });

  it('hands evidence that Postgres did not take to the reconcile', async () => {
    const evidence = [
      { kind: 'response', at: '2026-01-01T00:00:00.000Z', response: 'Success', reason: 4 },
    ] as const;
    const { script, start } = workers.newContact({
      place: async () => ({ result: 'unrecorded', evidence }),
    });
    await (await start()).result();
    assert.deepEqual(script.reconciled[0]?.evidence, evidence);
  });

  it('retries a reconcile for as long as it takes', async () => {
    let failures = 0;
    const { script, start } = workers.newContact({
      place: async () => ({ result: 'handed_over' }),
      reconcile: async () => {
        failures += 1;
        if (failures <= 12) throw new Error('PBX not reachable');
        return settled(end);
      },
    });
    await (await start()).result();
    assert.equal(script.reconciled.length, 13);
    assert.equal(script.placed.length, 1);
  });

  it('goes to the next trunk when a trunk does not answer, and waits after a whole round', async () => {
    const { script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        count <= 4
          ? {
              result: 'blocked',
              reason: 'pbx_unreachable',
              next: { step: 'wait', reason: 'pbx_unreachable', until: null, trunks },
            }
          : settled(end),
    });
    await (await start()).result();
    assert.deepEqual(
      script.placed.map(({ trunk }) => trunk),
      ['alpha', 'beta', 'alpha', 'beta', 'alpha'],
    );
    const at = script.placed.map(({ atMs }) => atMs);
    assert.ok((at[2] ?? 0) - (at[1] ?? 0) >= 2_000, 'no wait after the first round');
    assert.ok((at[4] ?? 0) - (at[3] ?? 0) >= 4_000, 'the second wait is not longer');
  });

  it('keeps the trunks it knows when a step names none', async () => {
    const { script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        count === 1 ? { result: 'handed_over' } : settled(end),
      reconcile: async () => ({
        result: 'not_placed',
        next: { step: 'dial', at: null, trunks: [] },
      }),
    });
    await (await start()).result();
    assert.deepEqual(
      script.placed.map(({ trunk }) => trunk),
      ['alpha', 'alpha'],
    );
  });

  it('goes to the next trunk when nobody takes its call in time', async () => {
    const { script, start } = workers.newContact({});
    const handle = await start(['without-owner', 'alpha']);
    await environment.sleep('5m');
    await waitFor(async () => (await handle.describe()).status.name === 'COMPLETED');
    assert.deepEqual(
      script.placed.map(({ trunk }) => trunk),
      ['alpha'],
    );
  });

  it('waits without a timer while paused, until it is told that it is due', async () => {
    const { contactId, script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        count === 1
          ? {
              result: 'blocked',
              reason: 'paused',
              next: { step: 'wait', reason: 'paused', until: null, trunks },
            }
          : settled(end),
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).next.step === 'wait');
    await handle.signal('due');
    await handle.result();
    assert.equal(script.placed.length, 2);
    const { events } = await environment.client.workflow
      .getHandle(contactWorkflowId(contactId))
      .fetchHistory();
    assert.ok(events?.every((event) => !event.timerStartedEventAttributes));
  });

  it('waits without a timer for what the feeder ends, though it knows until when', async () => {
    const until = new Date((await environment.currentTimeMs()) + 3_600_000).toISOString();
    const { contactId, script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        count === 1
          ? {
              result: 'blocked',
              reason: 'calling_window',
              next: { step: 'wait', reason: 'calling_window', until, byFeeder: true, trunks },
            }
          : settled(end),
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).next.step === 'wait');
    await environment.sleep('2h');
    assert.equal(script.placed.length, 1);
    await handle.signal('due');
    await handle.result();
    assert.equal(script.placed.length, 2);
    const { events } = await environment.client.workflow
      .getHandle(contactWorkflowId(contactId))
      .fetchHistory();
    assert.ok(events?.every((event) => !event.timerStartedEventAttributes));
  });

  it('asks for its step when it is told that something has changed, and sleeps to the new time', async () => {
    const inThreeDays = await inDays(3);
    const tomorrow = await inDays(1);
    const { script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        settled(count === 1 ? { step: 'dial', at: inThreeDays, trunks } : end),
      stored: async () => ({ step: 'dial', at: tomorrow, trunks }),
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    await handle.signal('due', { hasChanged: true });
    await waitFor(async () => {
      const { next } = await handle.query<ContactStory>('story');
      return next.step === 'dial' && next.at === tomorrow;
    });
    assert.equal(script.placed.length, 1, 'a told contact is not rung');
    await handle.result();
    const atMs = script.placed[1]?.atMs ?? 0;
    assert.ok(atMs >= Date.parse(tomorrow) && atMs < Date.parse(inThreeDays));
  });

  it('settles an unresolved attempt of the contact before it dials', async () => {
    const unresolved = randomUUID() as AttemptId;
    const { script, start } = workers.newContact({
      place: async (_input, _trunk, count) =>
        count === 1
          ? {
              result: 'blocked',
              reason: 'attempt_in_progress',
              next: { step: 'reconcile', attemptId: unresolved, trunk: 'beta' },
            }
          : settled(end),
      reconcile: async () => settled({ step: 'dial', at: null, trunks }, { callStatus: 'busy' }),
    });
    await (await start()).result();
    assert.deepEqual(
      script.reconciled.map(({ attemptId, trunk }) => [attemptId, trunk]),
      [[unresolved, 'beta']],
    );
    assert.equal(script.placed.length, 2);
  });
});
