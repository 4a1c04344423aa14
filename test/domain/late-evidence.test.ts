import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callStatuses, groupOf, type CallStatus } from '../../domain/call-status.ts';
import { classifyCall } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { classifyWithLate, givesWay } from '../../domain/late-evidence.ts';

const trunk = { reasonDialect: 'asterisk', reportsRinging: true } as const;
const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();

/** The statuses an attempt can have: the others are given without a call. */
const ofCalls = callStatuses.filter((status) => status !== 'restricted' && status !== 'cancelled');

/** Each recorded status with all that late evidence may make of it. */
const precedence: Partial<Record<CallStatus, readonly CallStatus[]>> = {
  answered: ['transferred'],
  transferred: [],
  voicemail: [],
  abandoned: ['answered', 'transferred', 'voicemail'],
  no_answer: ['answered', 'transferred', 'voicemail', 'abandoned'],
  busy: ['answered', 'transferred', 'voicemail', 'abandoned'],
  out_of_service: ['answered', 'transferred', 'voicemail', 'abandoned'],
  rejected: ['answered', 'transferred', 'voicemail', 'abandoned'],
  invalid_number: ['answered', 'transferred', 'voicemail', 'abandoned'],
  dialing_error: ['answered', 'transferred', 'voicemail', 'abandoned'],
  unconfirmed: [
    ...(['answered', 'transferred', 'voicemail', 'abandoned', 'no_answer', 'busy'] as const),
    ...(['out_of_service', 'rejected', 'invalid_number', 'dialing_error'] as const),
  ],
};

describe('what a recorded status gives way to', () => {
  it('has a row for every status that a call can have', () => {
    assert.deepEqual(Object.keys(precedence), ofCalls);
  });

  for (const [recorded, expected] of Object.entries(precedence)) {
    it(`${recorded}: ${expected.join(', ') || 'nothing'}`, () => {
      const found = ofCalls.filter((late) => givesWay(recorded as CallStatus, late));
      assert.deepEqual(found, expected);
    });
  }

  it('leads nowhere back', () => {
    for (const from of ofCalls) {
      for (const to of ofCalls) assert.ok(!(givesWay(from, to) && givesWay(to, from)));
    }
  });
});

const failure: EvidenceEvent = { kind: 'response', at: at(5), response: 'Failure', reason: 0 };
const success: EvidenceEvent = { kind: 'response', at: at(5), response: 'Success', reason: 4 };
const machine: EvidenceEvent = { kind: 'machine', at: at(7), status: 'MACHINE', cause: 'LONG' };
const transfer: EvidenceEvent = {
  kind: 'transfer',
  at: at(9),
  how: 'blind',
  result: 'success',
  destination: '2001',
};

function hangup(cause: number): EvidenceEvent {
  return { kind: 'hangup', at: at(20), half: 1, cause, causeText: '', techCause: null };
}

describe('classification with late evidence', () => {
  const cases: [string, EvidenceEvent[], EvidenceEvent[], CallStatus, string][] = [
    ['none', [failure, hangup(17)], [], 'busy', 'q850-17'],
    ['an unknown outcome, a cause', [], [hangup(17)], 'busy', 'q850-17'],
    ['a cause, then an answer', [], [hangup(17), success], 'answered', 'response-answer'],
    ['a failure, an answer', [failure, hangup(17)], [success], 'answered', 'response-answer'],
    ['busy, another cause', [failure, hangup(17)], [hangup(1)], 'busy', 'q850-17'],
    ['an answer, a transfer', [success], [transfer], 'transferred', 'transfer-blind'],
    ['an answer, a machine', [success], [machine], 'answered', 'response-answer'],
    ['a machine, a transfer', [success, machine], [transfer], 'voicemail', 'machine-detected'],
  ];
  for (const [name, recorded, late, callStatus, rule] of cases) {
    it(`${name}: ${callStatus}`, () => {
      const read = classifyWithLate(recorded, late, trunk);
      assert.deepEqual([read.callStatus, read.rule], [callStatus, rule]);
    });
  }

  it('takes the details with the status, and only then', () => {
    assert.equal(classifyWithLate([success], [transfer], trunk).transferredTo, '2001');
    const ended = classifyWithLate([success], [hangup(16)], trunk);
    assert.deepEqual(ended, classifyCall([success], trunk));
  });

  it('never loses a connected call, and never ends as less than was recorded', () => {
    const event = fc.constantFrom(failure, success, machine, transfer, hangup(17), hangup(16));
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (recorded, late) => {
        const before = classifyCall(recorded, trunk).callStatus;
        const after = classifyWithLate(recorded, late, trunk).callStatus;
        if (groupOf(before) === 'connected') assert.equal(groupOf(after), 'connected');
        if (before !== 'unconfirmed') assert.notEqual(after, 'unconfirmed');
        // Whatever order the late events take, none changes twice between the same two.
        const again = classifyWithLate(recorded, [...late, ...late], trunk).callStatus;
        assert.ok(again === after || givesWay(after, again));
      }),
    );
  });
});
