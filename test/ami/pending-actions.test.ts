import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ActionRefusedError } from '../../ami/not-answered-error.ts';
import { createPendingActions, type AmiOutcome } from '../../ami/pending-actions.ts';
import { within } from '../support/scripted-ami.ts';

function add(limitMs = 5_000) {
  const outcomes: AmiOutcome[] = [];
  let overdue = 0;
  const pending = createPendingActions(limitMs, () => (overdue += 1));
  pending.add('a', (outcome) => outcomes.push(outcome));
  return { pending, outcomes, overdue: () => overdue };
}

describe('pending actions', () => {
  it('end with their answer, once', () => {
    const { pending, outcomes } = add();
    const response = { response: 'Success', actionid: 'a' };
    assert.ok(pending.take(response));
    assert.deepEqual(outcomes, [{ response, items: [] }]);
    assert.ok(!pending.take(response));
    assert.equal(pending.count(), 0);
  });

  it('collect a list until it is complete', () => {
    const { pending, outcomes } = add();
    const item = { event: 'CoreShowChannel', actionid: 'a' };
    assert.ok(!pending.take(item), 'an item before the answer is not part of it');
    pending.take({ response: 'Success', actionid: 'a', eventlist: 'start' });
    pending.take(item);
    pending.take(item);
    assert.equal(outcomes.length, 0);
    pending.take({ event: 'CoreShowChannelsComplete', actionid: 'a', eventlist: 'Complete' });
    const [outcome] = outcomes;
    assert.ok(outcome !== undefined && 'items' in outcome);
    assert.equal(outcome.items.length, 2);
  });

  it('end with an error answer in the words of the PBX, without digits', () => {
    const { pending, outcomes } = add();
    pending.take({ response: 'Error', actionid: 'a', message: 'No 5255123 such\u0007 thing' });
    const [outcome] = outcomes;
    assert.ok(outcome instanceof ActionRefusedError);
    assert.equal(outcome.message, 'No … such? thing');
    assert.equal(outcome.code, 'pbx_refused');
  });

  it('leave to others what is not theirs', () => {
    const { pending } = add();
    for (const item of [{}, { response: 'Success' }, { response: 'Success', actionid: 'b' }]) {
      assert.ok(!pending.take(item));
    }
    assert.ok(!pending.take({ event: 'OriginateResponse', actionid: 'a', response: 'Failure' }));
    pending.fail('over');
  });

  it('report an answer that does not come, and end all with the link', async () => {
    const outcomes: AmiOutcome[] = [];
    await within(1_000, 'overdue', (resolve) => {
      const pending = createPendingActions(20, () => {
        pending.fail('no answer');
        resolve(undefined);
      });
      pending.add('a', (outcome) => outcomes.push(outcome));
      pending.add('b', (outcome) => outcomes.push(outcome));
    });
    assert.deepEqual(
      outcomes.map((outcome) => (outcome as { code?: string }).code),
      ['pbx_unreachable', 'pbx_unreachable'],
    );
  });
});
