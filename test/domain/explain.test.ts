import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainDecision, explainWaiting } from '../../domain/explain.ts';
import type { NumberId } from '../../domain/ids.ts';

const numberId = 'n' as NumberId;
const at = '2026-01-31T09:00:00.123Z';

describe('explainDecision', () => {
  it('says what follows and names the rule', () => {
    const decisions = [
      { next: 'end', callStatus: 'busy', dialStatus: 'BUSY', rule: 'contact-cap' },
      { next: 'dial', numberId, at, becauseOf: 'busy', rule: 'recycle-busy' },
      { next: 'dial', numberId, at, becauseOf: null, rule: 'next-number' },
      { next: 'retarget', to: { kind: 'agent', agent: 'ana' }, rule: 'retarget-busy' },
      { next: 'retarget', to: { kind: 'campaign', campaign: 'night' }, at, rule: 'retarget-busy' },
    ] as const;
    assert.deepEqual(decisions.map(explainDecision), [
      'ends as busy (contact-cap)',
      'dials again at 2026-01-31T09:00:00Z (recycle-busy)',
      'dials another number at 2026-01-31T09:00:00Z (next-number)',
      'goes to agent ana (retarget-busy)',
      'goes to campaign night, from 2026-01-31T09:00:00Z on (retarget-busy)',
    ]);
  });
});

describe('explainWaiting', () => {
  it('has words for a reason, and leaves one that it does not know', () => {
    assert.equal(explainWaiting('calling_window'), 'its calling window to open');
    assert.equal(explainWaiting('constructor'), 'constructor');
  });
});
