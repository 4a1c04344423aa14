import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callStatuses, groupOf, type CallStatus } from '../../domain/call-status.ts';
import { classifyCall, type Classification } from '../../domain/classify-call.ts';
import { decideNext } from '../../domain/decide-next.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import type { AttemptId, NumberId } from '../../domain/ids.ts';
import {
  planReclassification,
  type RecordedAttempt,
  type RecordedContact,
} from '../../domain/reclassify-contact.ts';
import { campaignSettings } from '../support/campaign-fixture.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString();

function reading(callStatus: CallStatus): Classification {
  return {
    dialStatus: groupOf(callStatus) === 'connected' ? 'ANSWER' : 'FAILURE',
    callStatus,
    rule: 'test',
    confidence: 'certain',
    response: null,
    reason: null,
    cause: null,
    causeText: null,
    techCause: null,
    answeredAt: null,
    endedAt: null,
    hungUpBy: null,
    ringMs: null,
    talkMs: null,
    transferredTo: null,
  };
}

/** An attempt in one word each: the number it was made to, its status, and the status it gets. */
type Made = readonly [number: string, from: CallStatus, to?: CallStatus];

function contactOf(made: readonly Made[], change: Partial<RecordedContact> = {}): RecordedContact {
  const attempts = made.map(([number, callStatus], index): RecordedAttempt => ({
    id: `attempt-${index}` as AttemptId,
    numberId: number as NumberId,
    trunk: 'carrier-a',
    claimedAt: at(index),
    classification: reading(callStatus),
    evidence: [],
    lateEvidence: [],
  }));
  const waiting = { state: 'waiting', callStatus: null, settledWith: null } as const;
  const plain = {
    hasLiveAttempt: false,
    nextNumberId: null,
    recycledAt: null,
    isWantedByPerson: false,
    redialsAbandoned: false,
  };
  return { ...waiting, ...plain, attempts, ...change };
}

function plan(made: readonly Made[], change: Partial<RecordedContact> = {}) {
  const contact = contactOf(made, change);
  return planReclassification(contact, ({ id }) => {
    const to = made[contact.attempts.findIndex((attempt) => attempt.id === id)]?.[2];
    return to === undefined ? null : reading(to);
  });
}

const settledAs = (callStatus: CallStatus, settledWith: 'latest' | 'best') =>
  ({ state: 'settled', callStatus, settledWith }) as const;

describe('what changes with the status of an attempt', () => {
  it('is nothing when it is read as before', () => {
    const { attempts, numbers, counts, contact } = plan([['home', 'busy', 'busy']]);
    assert.deepEqual([attempts, [...numbers], counts, contact], [[], [], {}, null]);
  });

  it('is the number, when the attempt was the latest to it', () => {
    const { numbers } = plan([
      ['home', 'busy', 'no_answer'],
      ['work', 'busy', 'rejected'],
      ['home', 'busy'],
    ]);
    assert.deepEqual(
      [...numbers].map(([id, { callStatus }]) => [id, callStatus]),
      [['work', 'rejected']],
    );
  });

  it('is the count of both statuses', () => {
    const { counts } = plan([
      ['home', 'busy', 'rejected'],
      ['home', 'busy'],
      ['home', 'no_answer', 'busy'],
    ]);
    assert.deepEqual(counts, { no_answer: -1, rejected: 1 });
  });
});

describe('a settled contact', () => {
  const cases: Record<string, [Made[], CallStatus, 'latest' | 'best', CallStatus | null]> = {
    'takes the status of its latest attempt': [
      [['home', 'no_answer', 'answered']],
      'no_answer',
      'latest',
      'answered',
    ],
    'keeps it when an earlier attempt changes': [
      [
        ['home', 'no_answer', 'answered'],
        ['home', 'busy'],
      ],
      'busy',
      'latest',
      null,
    ],
    'keeps the latest when another number has a better one': [
      [
        ['home', 'no_answer', 'answered'],
        ['work', 'busy'],
      ],
      'busy',
      'latest',
      null,
    ],
    'takes the best of its numbers': [
      [
        ['home', 'dialing_error', 'voicemail'],
        ['work', 'busy'],
      ],
      'busy',
      'best',
      'voicemail',
    ],
    'falls back on the next best': [
      [
        ['home', 'busy', 'dialing_error'],
        ['work', 'invalid_number'],
      ],
      'busy',
      'best',
      'invalid_number',
    ],
    'takes the latest of equally good ones': [
      [
        ['home', 'busy'],
        ['work', 'dialing_error', 'no_answer'],
      ],
      'busy',
      'best',
      'no_answer',
    ],
    'counts a number by its latest attempt': [
      [
        ['home', 'no_answer', 'voicemail'],
        ['home', 'busy'],
        ['work', 'dialing_error'],
      ],
      'busy',
      'best',
      null,
    ],
    'is never reopened': [[['home', 'answered', 'busy']], 'answered', 'latest', 'busy'],
    'keeps a status that did not come from its attempts': [
      [['home', 'busy', 'answered']],
      'restricted',
      'latest',
      null,
    ],
  };
  for (const [name, [made, from, settledWith, to]] of Object.entries(cases)) {
    it(name, () => {
      const { contact } = plan(made, settledAs(from, settledWith));
      assert.deepEqual(contact?.callStatus ?? null, to);
      assert.ok(contact === null || !contact.settles);
    });
  }
});

describe('a waiting contact', () => {
  const reached = callStatuses.filter((status) =>
    ['answered', 'transferred', 'abandoned'].includes(status),
  );

  for (const to of callStatuses) {
    const settles = reached.includes(to);
    it(`${settles ? 'is settled' : 'goes on'} when its latest attempt was ${to}`, () => {
      const { contact } = plan([['home', 'no_answer', to]]);
      const expected = { settles: true, callStatus: to, dialStatus: reading(to).dialStatus };
      assert.deepEqual(contact, settles ? expected : null);
    });

    for (const redialsAbandoned of [false, true]) {
      const more = redialsAbandoned ? ', in a campaign that redials abandoned calls' : '';
      it(`is settled as ${to} when the rules end such a call at once${more}`, () => {
        const abandoned = { afterMs: 1_000, max: 9, backoff: 1 };
        const { rule } = decideNext({
          now: new Date(0),
          attemptedAt: new Date(0).toISOString(),
          random: 0,
          timeZone: null,
          numberZones: null,
          settings: campaignSettings({ recycle: redialsAbandoned ? { abandoned } : {} }),
          callStatus: to,
          dialStatus: null,
          numberId: 'home' as NumberId,
          attempts: 1,
          attemptsByStatus: {},
          redialsGranted: {},
          numbers: ['home', 'work'].map((id) => ({
            id: id as NumberId,
            callStatus: null,
            dialStatus: null,
            settledAt: null,
            dialable: true,
          })),
          retargetedCampaigns: [],
        });
        const { contact } = plan([['home', 'no_answer', to]], { redialsAbandoned });
        assert.equal(contact !== null, ['connected', 'abandoned'].includes(rule), rule);
      });
    }
  }

  const unsettled: Record<string, [Made[], Partial<RecordedContact>]> = {
    'an earlier attempt was answered': [
      [
        ['home', 'no_answer', 'answered'],
        ['home', 'busy'],
      ],
      {},
    ],
    'it is being called': [[['home', 'no_answer', 'answered']], { hasLiveAttempt: true }],
    'a person asked for another call since': [
      [['home', 'no_answer', 'answered']],
      { isWantedByPerson: true },
    ],
    'it was reached before and waits by a rule': [[['home', 'answered', 'transferred']], {}],
    'it is still abandoned': [[['home', 'abandoned', 'abandoned']], {}],
  };
  it('is settled when an abandoned call, to be redialled, was answered after all', () => {
    const { contact } = plan([['home', 'abandoned', 'answered']], { redialsAbandoned: true });
    assert.equal(contact?.settles, true);
  });

  it('is settled when the number that is next was answered, though others were called after it', () => {
    const made: Made[] = [
      ['home', 'no_answer', 'answered'],
      ['work', 'busy'],
    ];
    const home = plan(made, { nextNumberId: 'home' as NumberId });
    assert.deepEqual(home.contact, { settles: true, callStatus: 'answered', dialStatus: 'ANSWER' });
    assert.equal(plan(made, { nextNumberId: 'work' as NumberId }).contact, null);
  });

  for (const [why, [made, change]] of Object.entries(unsettled)) {
    it(`goes on when ${why}`, () => assert.equal(plan(made, change).contact, null));
  }
});

describe('the reading of an attempt', () => {
  const evidence: EvidenceEvent[] = [
    { kind: 'dial_state', at: at(0), dialStatus: 'RINGING' },
    { kind: 'response', at: at(1), response: 'Failure', reason: 3 },
  ];
  const trunk = { reasonDialect: 'asterisk', reportsRinging: true } as const;
  const read = classifyCall(evidence, trunk);

  function isChanged(stored: Partial<RecordedAttempt['classification']>, to = read): boolean {
    const contact = contactOf([['home', 'no_answer']]);
    const attempts = contact.attempts.map((attempt) => ({
      ...attempt,
      classification: { ...read, ...stored },
    }));
    return planReclassification({ ...contact, attempts }, () => to).attempts.length > 0;
  }

  it('is the same however a time is written, and when its end was noted without evidence', () => {
    assert.equal(isChanged({}), false);
    assert.equal(isChanged({ endedAt: '2026-11-22T12:01:00Z' }), false);
    assert.equal(isChanged({ endedAt: at(9) }, { ...read, endedAt: null }), false);
  });

  const details: Partial<RecordedAttempt['classification']>[] = [
    { rule: null },
    { confidence: null },
    { ringMs: null },
    { dialStatus: 'FAILURE' },
    { endedAt: at(2) },
    { answeredAt: at(1) },
    { transferredTo: '2001' },
  ];
  for (const stored of details) {
    it(`is another one when ${Object.keys(stored).join()} differs`, () =>
      assert.equal(isChanged(stored), true));
  }
});
