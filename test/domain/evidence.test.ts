import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classifyCall } from '../../domain/classify-call.ts';
import { withoutDestinations, type EvidenceEvent } from '../../domain/evidence.ts';

const at = '2026-01-01T00:00:00.000Z';
const phone = { leg: 1, side: 'target', dialStatus: null, endpoint: 'PJSIP/1001' } as const;
const events: readonly EvidenceEvent[] = [
  { kind: 'ordered', at, connect: 'queue', agentFirst: false, machine: 'off' },
  { kind: 'response', at, response: 'Success', reason: 4 },
  { kind: 'queue', at, what: 'joined', name: 'sales' },
  { kind: 'leg', at, ...phone, direct: true, what: 'answered', via: null },
  { kind: 'leg', at, ...phone, leg: 2, direct: false, what: 'dialled', via: '5550100200' },
  { kind: 'transfer', at, how: 'attended', result: 'success', destination: '5550100200' },
];

describe('evidence that travels in a workflow', () => {
  it('names no phone, queue or extension', () => {
    const text = JSON.stringify(withoutDestinations(events));
    for (const personal of ['1001', 'sales', '5550100200']) {
      assert.ok(!text.includes(personal), personal);
      assert.ok(JSON.stringify(events).includes(personal), 'there was something to leave out');
    }
  });

  it('says the same of the call, but for where it went', () => {
    const trunk = { reasonDialect: 'asterisk', reportsRinging: true } as const;
    const whole = classifyCall(events, trunk);
    const travelled = classifyCall(withoutDestinations(events), trunk);
    assert.equal(whole.transferredTo, '5550100200');
    assert.deepEqual(travelled, { ...whole, transferredTo: null });
  });
});
