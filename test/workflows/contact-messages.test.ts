import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Context, type ApplicationFailure } from '@temporalio/activity';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PlaceCallResult } from '../../activities/call-result.ts';
import type { AttemptId } from '../../domain/ids.ts';
import { contactWorkflowId } from '../../workflows/ids.ts';
import type { ContactStory } from '../../workflows/messages.ts';
import {
  end,
  settled,
  startScriptedWorkers,
  trunks,
  type Script,
} from '../support/scripted-workers.ts';
import { waitFor } from '../support/wait-for.ts';
import { devServerEnvironment } from '../support/workflow-environment.ts';

describe('a contact under messages by hand', { timeout: 60_000 }, () => {
  let environment: TestWorkflowEnvironment;
  let workers: Awaited<ReturnType<typeof startScriptedWorkers>>;
  before(async () => {
    environment = await devServerEnvironment();
    workers = await startScriptedWorkers(environment);
  });
  after(async () => {
    await workers.stop();
    await environment.teardown();
  });

  const asleep = { step: 'dial', at: '2099-01-01T00:00:00Z', trunks } as const;
  const sleeping: Partial<Script> = {
    place: async (_input, _trunk, count) =>
      count === 1 ? settled({ step: 'dial', at: '2099-01-01T00:00:00Z', trunks }) : settled(end),
  };
  const because = { reasonCode: 'customer_request' };

  it('wakes a sleeping contact by callNow', async () => {
    const { script, start } = workers.newContact({
      ...sleeping,
      manual: async () => ({ next: { step: 'dial', at: null, trunks } }),
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    const result = await handle.executeUpdate('callNow', { args: [because] });
    assert.deepEqual(result, { applied: 'at_once' });
    await handle.result();
    assert.equal(script.placed.length, 2);
    assert.deepEqual(script.actions, [{ action: 'callNow', ...because }]);
  });

  it('ends a sleeping contact by the signal cancel', async () => {
    const { script, start } = workers.newContact(sleeping);
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    await handle.signal('cancel', because);
    await handle.result();
    assert.equal(script.placed.length, 1);
  });

  it('ends without another attempt when it is told that something changed: it was settled', async () => {
    const { script, start } = workers.newContact({ ...sleeping, stored: async () => end });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    await handle.signal('due', { hasChanged: true });
    await handle.result();
    assert.equal(script.placed.length, 1);
    const { events } = await handle.fetchHistory();
    assert.ok((events?.length ?? 0) <= 11 + 12);
  });

  it('takes every change as a Signal too', async () => {
    const to = { campaignId: randomUUID() };
    const at = new Date(Date.now() + 60_000).toISOString();
    const messages = {
      reassign: { to },
      reschedule: { at },
      suppress: {},
      callNow: {},
      cancel: {},
    };
    for (const [name, message] of Object.entries(messages)) {
      const { script, start } = workers.newContact(sleeping);
      const handle = await start();
      await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
      await handle.signal(name, { ...message, ...because });
      await handle.result();
      assert.deepEqual(script.actions, [{ action: name, ...message, ...because }]);
    }
  });

  it('is changed once by an Update that is sent twice with one id', async () => {
    const { script, start } = workers.newContact({
      ...sleeping,
      manual: async () => ({ next: asleep }),
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    const once = { args: [because] as [typeof because], updateId: 'decision-1' };
    assert.deepEqual(await handle.executeUpdate('callNow', once), { applied: 'at_once' });
    assert.deepEqual(await handle.executeUpdate('callNow', once), { applied: 'at_once' });
    assert.equal(script.actions.length, 1);
    await handle.terminate();
  });

  it('reaches a contact that was never started, before anything is dialled', async () => {
    const { contactId, script } = workers.newContact({});
    const result = await environment.client.workflow.executeUpdateWithStart('cancel', {
      args: [because],
      startWorkflowOperation: new WithStartWorkflowOperation('contact', {
        workflowId: contactWorkflowId(contactId),
        taskQueue: 'dialer',
        args: [{ contactId, trunks }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
    assert.deepEqual(result, { applied: 'at_once' });
    await environment.client.workflow.getHandle(contactWorkflowId(contactId)).result();
    assert.equal(script.placed.length, 0);
  });

  /** A call that goes on until the test ends it. */
  function openCall() {
    let endCall: (result: PlaceCallResult) => void = () => {};
    const place = () => {
      const beating = setInterval(() => Context.current().heartbeat(), 1_000);
      return new Promise<PlaceCallResult>((resolve) => (endCall = resolve)).finally(() =>
        clearInterval(beating),
      );
    };
    return { place, end: (result: PlaceCallResult) => endCall(result) };
  }
  it('is deferred while a call is in progress and follows when it has ended', async () => {
    const call = openCall();
    const { script, start } = workers.newContact({
      place: call.place,
      manual: async () =>
        script.actions.length === 1 ? { refused: 'attempt_in_progress' } : { next: end },
      stored: async () => (script.actions.length === 1 ? asleep : end),
    });
    const handle = await start();
    await waitFor(async () => script.placed.length === 1);
    const result = await handle.executeUpdate('cancel', { args: [because] });
    assert.deepEqual(result, { applied: 'deferred' });
    assert.equal(script.actions.length, 1);
    call.end(settled(asleep));
    await handle.result();
    assert.equal(script.actions.length, 2);
    assert.equal(script.placed.length, 1);
  });

  it('acts at once while the contact waits for its turn at the trunk', async () => {
    const call = openCall();
    const { script, start } = workers.newContact({ place: call.place });
    const handle = await start();
    await waitFor(async () => script.placed.length === 1);
    const result = await handle.executeUpdate('cancel', { args: [because] });
    assert.deepEqual(result, { applied: 'at_once' });
    // The claim finds it settled.
    call.end({ result: 'blocked', reason: 'settled', next: end });
    await handle.result();
    assert.equal(script.placed.length, 1);
  });

  it('asks what is next when a call ended while somebody changed the contact', async () => {
    const call = openCall();
    const { script, start } = workers.newContact({
      place: call.place,
      manual: async () => ({ next: { step: 'dial', at: null, trunks } }),
      stored: async () => end,
    });
    const handle = await start();
    await waitFor(async () => script.placed.length === 1);
    await handle.signal('callNow', because);
    await waitFor(async () => script.actions.length === 1);
    call.end(settled(asleep));
    await handle.result();
    assert.equal(script.placed.length, 1);
  });

  it('answers a message that comes while the next step is read from Postgres', async () => {
    const call = openCall();
    let endReading = () => {};
    const { script, start } = workers.newContact({
      place: call.place,
      manual: async () =>
        script.actions.length === 1
          ? { next: { step: 'dial', at: null, trunks } }
          : { refused: 'contact_settled' },
      stored: () => new Promise((resolve) => (endReading = () => resolve(end))),
    });
    const handle = await start();
    await waitFor(async () => script.placed.length === 1);
    await handle.executeUpdate('callNow', { args: [because] });
    call.end(settled(asleep));
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    const late = handle.executeUpdate('cancel', { args: [because] });
    const refused = assert.rejects(late, WorkflowUpdateFailedError);
    await waitFor(async () => (await handle.fetchHistory()).events?.some(isAccepted(2)) === true);
    endReading();
    await refused;
    await handle.result();
  });

  it('asks Postgres once more when it was told of a change during its last call', async () => {
    const call = openCall();
    let asked = 0;
    const { script, start } = workers.newContact({
      place: call.place,
      stored: async () => {
        asked += 1;
        return end;
      },
    });
    const handle = await start();
    await waitFor(async () => script.placed.length === 1);
    await handle.signal('due', { hasChanged: true });
    call.end(settled(end));
    await handle.result();
    assert.equal(asked, 1);
  });

  it('does what the name of the message says, whatever else is in it', async () => {
    const { script, start } = workers.newContact(sleeping);
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    const contactId = randomUUID();
    await handle.executeUpdate('cancel', { args: [{ ...because, action: 'suppress', contactId }] });
    await handle.result();
    assert.deepEqual(script.actions, [{ action: 'cancel', ...because }]);
  });

  it('settles an attempt whose outcome is open before what people asked for', async () => {
    const attemptId = randomUUID() as AttemptId;
    const { script, start } = workers.newContact({
      ...sleeping,
      manual: async () =>
        script.reconciled.length === 0 ? { refused: 'attempt_in_progress' } : { next: end },
      stored: async () =>
        script.reconciled.length === 0
          ? { step: 'reconcile', attemptId, trunk: trunks[0] ?? '' }
          : end,
      reconcile: async () => settled(asleep),
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    await handle.signal('cancel', because);
    await handle.result();
    assert.deepEqual(
      script.reconciled.map((input) => input.attemptId),
      [attemptId],
    );
    assert.equal(script.actions.length, 2);
  });

  it('refuses what makes no sense, with its reason, and goes on as before', async () => {
    const { script, start } = workers.newContact({
      ...sleeping,
      manual: async (action) =>
        action.action === 'reassign' ? { refused: 'target_cancelled' } : { next: end },
    });
    const handle = await start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    const refusals: [string, unknown, string][] = [
      ['cancel', {}, 'reason_missing'],
      ['cancel', { reasonCode: 'no such reason' }, 'reason_unknown'],
      ['cancel', { auditId: 'DROP TABLE' }, 'audit_id_malformed'],
      ['reassign', { ...because }, 'target_missing'],
      ['reassign', { ...because, to: { campaignId: 'x' } }, 'target_malformed'],
      ['reassign', { ...because, to: { campaignId: randomUUID() } }, 'target_cancelled'],
      ['reschedule', { ...because, at: 'tomorrow' }, 'time_malformed'],
      ['reschedule', { ...because, at: '1999-01-01T00:00:00Z' }, 'time_out_of_range'],
      ['reschedule', { ...because, at: '9999-01-01T00:00:00Z' }, 'time_out_of_range'],
    ];
    for (const [name, message, code] of refusals) {
      await assert.rejects(handle.executeUpdate(name, { args: [message] }), (error) => {
        assert.ok(error instanceof WorkflowUpdateFailedError);
        assert.equal((error.cause as ApplicationFailure).type, code);
        return true;
      });
    }
    assert.equal(script.placed.length, 1);
    assert.equal((await handle.query<ContactStory>('story')).next.step, 'dial');
    await handle.signal('cancel', because);
    await handle.result();
  });
});

/** The event of an Update that was let in; `count` of them have come by then. */
function isAccepted(count: number) {
  let seen = 0;
  return (event: { workflowExecutionUpdateAcceptedEventAttributes?: unknown }): boolean => {
    if (event.workflowExecutionUpdateAcceptedEventAttributes != null) seen += 1;
    return seen === count;
  };
}
