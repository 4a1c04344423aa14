import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openEvidenceLog } from '../../ami/evidence-log.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { createKeptLog } from '../support/kept-log.ts';

const at = '2026-01-01T00:00:00.000Z';
const answered: EvidenceEvent = { kind: 'response', at, response: 'Success', reason: 4 };

describe('an evidence log', () => {
  it('takes nothing after it was closed, and cannot be changed from outside', async () => {
    const log = openEvidenceLog('an id', createKeptLog().log);
    assert.ok(log.append(answered));
    log.close();
    assert.ok(!log.append({ kind: 'gap', at, why: 'no_hangup' }));
    (log.call.events() as EvidenceEvent[]).pop();
    assert.deepEqual(await log.call.ended, [answered]);
    assert.deepEqual(log.call.events(), [answered]);
    assert.ok(Object.isFrozen(log.call.events()[0]));
  });
});
