import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callStatuses, type CallStatus } from '../../domain/call-status.ts';
import type { CampaignSettings, RecycleRule } from '../../domain/campaign-settings.ts';
import type { NumberState } from '../../domain/choose-number.ts';
import { decideNext, type DecisionInput } from '../../domain/decide-next.ts';
import { dialStatuses, type DialStatus } from '../../domain/dial-status.ts';
import type { NumberId } from '../../domain/ids.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms).toISOString();
const dayMs = 86_400_000;

const first = 'first' as NumberId;
const second = 'second' as NumberId;
const third = 'third' as NumberId;

/** What only the time of a redial follows from. */
const attempt = {
  now,
  attemptedAt: now.toISOString(),
  random: 0,
  timeZone: null,
  numberZones: null,
};

function settings(parts: Partial<CampaignSettings> = {}): CampaignSettings {
  return {
    name: 'spring',
    trunks: ['a'],
    defaultCountry: null,
    timeZone: 'UTC',
    callerId: null,
    ringTimeoutMs: 30_000,
    connect: { kind: 'queue', queue: 'sales' },
    answeringMachine: null,
    callingWindow: null,
    attempts: { perContact: null, perNumberPerDay: null },
    recycle: {},
    retarget: [],
    ...parts,
  };
}

function number(id: NumberId, parts: Partial<NumberState> = {}): NumberState {
  return { id, callStatus: null, dialStatus: null, settledAt: null, dialable: true, ...parts };
}

function decide(parts: Partial<DecisionInput>) {
  return decideNext({
    ...attempt,
    settings: settings(),
    callStatus: 'no_answer',
    dialStatus: 'NO_ANSWER',
    numberId: first,
    attempts: 1,
    attemptsByStatus: {},
    redialsGranted: {},
    numbers: [number(first)],
    retargetedCampaigns: ['spring'],
    ...parts,
  });
}

const rule = (afterMs: number, max: number, backoff = 1): RecycleRule => ({
  afterMs,
  max,
  backoff,
});

describe('an abandoned contact', () => {
  const abandoned = { callStatus: 'abandoned', dialStatus: 'ANSWER' } as const;

  it('is redialled when the rules say so, and ends when they do not or no redial is left', () => {
    const recycling = settings({ recycle: { abandoned: rule(60_000, 1) } });
    const again = decide({ ...abandoned, settings: recycling });
    assert.deepEqual([again.next, again.rule], ['dial', 'recycle-abandoned']);
    const spent = { settings: recycling, redialsGranted: { abandoned: 1 } };
    for (const parts of [{}, spent]) {
      const decision = decide({ ...abandoned, ...parts });
      assert.deepEqual([decision.next, decision.rule], ['end', 'abandoned']);
    }
  });

  it('is not rung at another number', () => {
    const numbers = [number(first), number(second)];
    assert.equal(decide({ ...abandoned, numbers }).next, 'end');
  });
});

describe('a machine that an agent was given all the same', () => {
  const machine = { callStatus: 'voicemail', dialStatus: 'ANSWER' } as const;
  const numbers = [number(first), number(second)];

  it('ends the contact: another number might ring a person who was talked to', () => {
    const decision = decide({ ...machine, numbers, wasTaken: true });
    assert.deepEqual([decision.next, decision.rule], ['end', 'taken']);
    assert.equal(decide({ ...machine, numbers }).rule, 'next-number');
  });

  it('is redialled when the rules name it', () => {
    const recycling = settings({ recycle: { voicemail: rule(1_000, 1) } });
    const decision = decide({ ...machine, numbers, wasTaken: true, settings: recycling });
    assert.equal(decision.rule, 'recycle-voicemail');
  });
});

describe('a number whose far end may still ring', () => {
  it('is not redialled sooner than it may be, and not later than its rule says', () => {
    const delayOf = (afterMs: number, leastDelayMs: number) => {
      const recycling = settings({ recycle: { dialing_error: rule(afterMs, 1) } });
      const decision = decide({ callStatus: 'dialing_error', settings: recycling, leastDelayMs });
      return decision.next === 'dial' ? Date.parse(decision.at) - now.getTime() : null;
    };
    assert.equal(delayOf(1_000, 32_000), 32_000);
    assert.equal(delayOf(60_000, 32_000), 60_000);
    assert.equal(delayOf(1_000, 0), 1_000);
  });
});

describe('a connected contact', () => {
  for (const callStatus of ['answered', 'transferred'] as const) {
    it(`ends at once when ${callStatus}, with numbers left and a rule for its dial status`, () => {
      const decision = decide({
        callStatus,
        dialStatus: 'ANSWER',
        settings: settings({ recycle: { ANSWER: rule(1000, 5) } }),
        numbers: [number(first), number(second)],
      });
      assert.deepEqual(decision, {
        next: 'end',
        callStatus,
        dialStatus: 'ANSWER',
        rule: 'connected',
      });
    });
  }

  it('is retargeted when a rule names its status', () => {
    const to = { kind: 'campaign', campaign: 'survey' } as const;
    const decision = decide({
      callStatus: 'answered',
      dialStatus: 'ANSWER',
      attemptsByStatus: { answered: 1 },
      settings: settings({ retarget: [{ when: { callStatus: 'answered', attempts: 1 }, to }] }),
    });
    assert.deepEqual(decision, { next: 'retarget', to, rule: 'retarget-answered' });
  });

  it('reached only by voicemail may be redialled, and else its next number is tried', () => {
    const voicemail = { callStatus: 'voicemail', dialStatus: 'ANSWER' } as const;
    const numbers = [number(first), number(second)];
    const recycled = decide({
      ...voicemail,
      numbers,
      settings: settings({ recycle: { voicemail: rule(dayMs, 1) } }),
    });
    assert.deepEqual(recycled, {
      next: 'dial',
      numberId: first,
      at: later(dayMs),
      becauseOf: 'voicemail',
      rule: 'recycle-voicemail',
    });
    assert.equal(decide({ ...voicemail, numbers }).rule, 'next-number');
    assert.equal(decide(voicemail).next, 'end');
  });
});

describe('recycling', () => {
  it('dials the same number again after the delay', () => {
    const decision = decide({
      settings: settings({ recycle: { no_answer: rule(7_200_000, 4) } }),
      numbers: [number(first), number(second)],
    });
    assert.deepEqual(decision, {
      next: 'dial',
      numberId: first,
      at: '2026-11-22T14:00:00.000Z',
      becauseOf: 'no_answer',
      rule: 'recycle-no_answer',
    });
  });

  it('grants no redial without an entry', () => {
    assert.deepEqual(decide({}), {
      next: 'end',
      callStatus: 'no_answer',
      dialStatus: 'NO_ANSWER',
      rule: 'numbers-exhausted',
    });
  });

  it('multiplies the delay by the back-off for each redial already granted', () => {
    const recycle = { no_answer: rule(60_000, 10, 2) };
    for (const [granted, delayMs] of [
      [0, 60_000],
      [1, 120_000],
      [3, 480_000],
    ] as const) {
      const redialsGranted = { no_answer: granted };
      const decision = decide({ settings: settings({ recycle }), redialsGranted });
      assert.ok(decision.next === 'dial');
      assert.equal(decision.at, later(delayMs));
    }
  });

  it('never delays more than a year', () => {
    const decision = decide({
      settings: settings({ recycle: { no_answer: rule(365 * dayMs, 100, 10) } }),
      redialsGranted: { no_answer: 99 },
    });
    assert.ok(decision.next === 'dial');
    assert.equal(decision.at, later(365 * dayMs));
  });

  it('stops when its max is reached', () => {
    const recycle = { no_answer: rule(1000, 2) };
    const granted = (count: number) =>
      decide({ settings: settings({ recycle }), redialsGranted: { no_answer: count } }).next;
    assert.equal(granted(1), 'dial');
    assert.equal(granted(2), 'end');
    const never = { no_answer: rule(1000, 0) };
    assert.equal(decide({ settings: settings({ recycle: never }) }).next, 'end');
  });

  it('asks the dial status only when the call status has no entry', () => {
    const both = { no_answer: rule(1000, 1), NO_ANSWER: rule(9000, 9) };
    const byCall = decide({ settings: settings({ recycle: both }) });
    assert.ok(byCall.next === 'dial' && byCall.becauseOf === 'no_answer');
    const used = decide({
      settings: settings({ recycle: both }),
      redialsGranted: { no_answer: 1 },
    });
    assert.equal(used.next, 'end', 'a used-up call status must not fall back to the dial status');
    const congested = decide({
      callStatus: 'dialing_error',
      dialStatus: 'CONGESTION',
      settings: settings({ recycle: { CONGESTION: rule(60_000, 5) } }),
    });
    assert.ok(congested.next === 'dial' && congested.becauseOf === 'CONGESTION');
  });

  it('redials a dead number only when the rules name that very status', () => {
    for (const callStatus of ['invalid_number', 'out_of_service'] as const) {
      const dead = { callStatus, dialStatus: 'FAILURE' } as const;
      const byDialStatus = settings({ recycle: { FAILURE: rule(1000, 5) } });
      assert.equal(decide({ ...dead, settings: byDialStatus }).next, 'end');
      const byName = settings({ recycle: { [callStatus]: rule(1000, 5) } });
      assert.equal(decide({ ...dead, settings: byName }).next, 'dial');
    }
  });

  it('does not dial a number that must not be dialled any more', () => {
    const decision = decide({
      settings: settings({ recycle: { no_answer: rule(1000, 5) } }),
      numbers: [number(first, { dialable: false }), number(second)],
    });
    assert.ok(decision.next === 'dial');
    assert.equal(decision.numberId, second);
  });

  it('takes names of built-in properties for no counters', () => {
    const decision = decide({
      settings: settings({ recycle: { no_answer: rule(1000, 1) } }),
      redialsGranted: Object.create({ no_answer: 7 }) as Record<string, number>,
    });
    assert.equal(decision.next, 'dial');
  });
});

describe('the next number', () => {
  it('is the first that is open and may be dialled, at once', () => {
    const decision = decide({
      numbers: [
        number(first),
        number(second, { callStatus: 'busy', settledAt: later(-dayMs) }),
        number(third),
        number('fourth' as NumberId),
      ],
    });
    assert.deepEqual(decision, {
      next: 'dial',
      numberId: third,
      at: now.toISOString(),
      becauseOf: null,
      rule: 'next-number',
    });
  });

  it('is not dialled after an unconfirmed call, which may have reached the person', () => {
    const unconfirmed = { callStatus: 'unconfirmed', dialStatus: null } as const;
    const numbers = [number(first), number(second)];
    assert.deepEqual(decide({ ...unconfirmed, numbers }), {
      next: 'end',
      callStatus: 'unconfirmed',
      dialStatus: null,
      rule: 'unconfirmed',
    });
    const allowed = settings({ recycle: { unconfirmed: rule(1000, 1) } });
    assert.equal(decide({ ...unconfirmed, numbers, settings: allowed }).next, 'dial');
  });

  it('is not dialled after a person cancelled the contact', () => {
    const decision = decide({ callStatus: 'cancelled', numbers: [number(first), number(second)] });
    assert.equal(decision.rule, 'cancelled');
  });
});

describe('the next number before a redial', () => {
  const firstOf = (afterMs: number, max = 5): RecycleRule => ({
    ...rule(afterMs, max),
    nextNumber: 'first',
  });
  const recycling = settings({ recycle: { no_answer: firstOf(60_000), busy: firstOf(5_000) } });
  const pending = (callStatus: CallStatus, dueInMs: number) => ({
    redial: { callStatus, dialStatus: null, at: later(-dayMs), dueAt: later(dueInMs) },
  });

  it('is dialled at once, and the number comes back when its delay is over', () => {
    const numbers = [number(first), number(second), number(third)];
    assert.deepEqual(decide({ settings: recycling, numbers }), {
      next: 'dial',
      numberId: second,
      at: now.toISOString(),
      becauseOf: null,
      redialAt: later(60_000),
      rule: 'next-number',
    });
  });

  it('is the one whose redial is due first when all were dialled, and that redial is granted then', () => {
    const numbers = [
      number(first),
      number(second, pending('busy', 9_000)),
      number(third, pending('busy', 8_000)),
    ];
    assert.deepEqual(decide({ settings: recycling, numbers }), {
      next: 'dial',
      numberId: third,
      at: later(8_000),
      becauseOf: 'busy',
      redialAt: later(60_000),
      rule: 'recycle-busy',
    });
    const overdue = [number(first), number(second, pending('busy', -9_000))];
    const decision = decide({ settings: recycling, numbers: overdue });
    assert.ok(decision.next === 'dial');
    assert.deepEqual([decision.numberId, decision.at], [second, now.toISOString()]);
  });

  it('is the number itself when it is due before the others, or when they have no redial left', () => {
    const itself = {
      next: 'dial',
      numberId: first,
      at: later(60_000),
      becauseOf: 'no_answer',
      rule: 'recycle-no_answer',
    };
    const laterOne = [number(first), number(second, pending('busy', dayMs))];
    assert.deepEqual(decide({ settings: recycling, numbers: laterOne }), itself);
    const others = [
      number(first),
      number(second, pending('busy', 1_000)),
      number(third, pending('rejected', 1_000)),
      number('fourth' as NumberId, { ...pending('busy', 1_000), dialable: false }),
    ];
    const redialsGranted = { busy: 5 };
    assert.deepEqual(decide({ settings: recycling, numbers: others, redialsGranted }), itself);
  });

  it('comes in the order of the numbers among those that are due together', () => {
    const numbers = [
      number(second, pending('busy', 1_000)),
      number(first),
      number(third, pending('busy', 1_000)),
    ];
    const decision = decide({ settings: recycling, numbers });
    assert.ok(decision.next === 'dial');
    assert.equal(decision.numberId, second);
  });

  it('waits for the others when this number is done with, and the end counts all that were dialled', () => {
    const numbers = [number(first), number(second, pending('busy', 9_000))];
    const done = { callStatus: 'invalid_number', numbers } as const;
    assert.deepEqual(decide({ ...done, settings: recycling }), {
      next: 'dial',
      numberId: second,
      at: later(9_000),
      becauseOf: 'busy',
      rule: 'recycle-busy',
    });
    assert.deepEqual(decide({ ...done, settings: recycling, redialsGranted: { busy: 5 } }), {
      next: 'end',
      callStatus: 'busy',
      dialStatus: null,
      rule: 'numbers-exhausted',
    });
  });

  it('is not dialled when the person has or may have been reached', () => {
    const recycle = {
      abandoned: firstOf(1_000),
      unconfirmed: firstOf(1_000),
      voicemail: firstOf(1_000),
    };
    const numbers = [number(first), number(second)];
    const numberAfter = (parts: Partial<DecisionInput>) => {
      const decision = decide({ settings: settings({ recycle }), numbers, ...parts });
      return decision.next === 'dial' ? decision.numberId : null;
    };
    assert.equal(numberAfter({ callStatus: 'abandoned', dialStatus: 'ANSWER' }), first);
    assert.equal(numberAfter({ callStatus: 'unconfirmed', dialStatus: null }), first);
    assert.equal(numberAfter({ callStatus: 'voicemail', wasTaken: true }), first);
    assert.equal(numberAfter({ callStatus: 'voicemail' }), second);
  });
});

describe('the end', () => {
  it('has the best result of all numbers, the latest among equals', () => {
    const earlier = number(second, {
      callStatus: 'voicemail',
      dialStatus: 'ANSWER',
      settledAt: later(-dayMs),
    });
    const decision = decide({
      callStatus: 'busy',
      dialStatus: 'BUSY',
      numbers: [number(first), earlier],
    });
    assert.deepEqual(decision, {
      next: 'end',
      callStatus: 'voicemail',
      dialStatus: 'ANSWER',
      rule: 'numbers-exhausted',
    });
    const equal = number(second, { callStatus: 'no_answer', settledAt: later(-1) });
    const latest = decide({
      callStatus: 'busy',
      dialStatus: 'BUSY',
      numbers: [equal, number(first)],
    });
    assert.ok(latest.next === 'end');
    assert.equal(latest.callStatus, 'busy');
  });

  it('comes at the cap on attempts, before retarget and recycle', () => {
    const parts = {
      attemptsByStatus: { no_answer: 3 },
      settings: settings({
        attempts: { perContact: 3, perNumberPerDay: null },
        recycle: { no_answer: rule(1000, 9) },
        retarget: [
          {
            when: { callStatus: 'no_answer', attempts: 1 },
            to: { kind: 'campaign', campaign: 'evening' },
          },
        ],
      }),
      numbers: [number(first), number(second)],
    } as const;
    assert.equal(decide({ ...parts, attempts: 3 }).rule, 'contact-cap');
    assert.equal(decide({ ...parts, attempts: 2 }).rule, 'retarget-no_answer');
  });
});

describe('retargeting', () => {
  const evening = { kind: 'campaign', campaign: 'evening' } as const;
  const ana = { kind: 'agent', agent: 'ana' } as const;
  const when = { callStatus: 'no_answer', attempts: 2 } as const;

  it('waits for the number of attempts with that status', () => {
    const parts = { settings: settings({ retarget: [{ when, to: evening }] }) };
    const after = (attempts: number) =>
      decide({ ...parts, attemptsByStatus: { no_answer: attempts, busy: 9 } }).next;
    assert.equal(after(1), 'end');
    assert.equal(after(2), 'retarget');
    assert.equal(after(3), 'retarget');
  });

  it('leaves the contact alone for as long as the rule says', () => {
    const delayed = { when, to: ana, afterMs: 2 * dayMs };
    const decision = decide({
      settings: settings({ retarget: [delayed] }),
      attemptsByStatus: { no_answer: 2 },
    });
    assert.deepEqual(decision, {
      next: 'retarget',
      to: ana,
      at: later(2 * dayMs),
      rule: 'retarget-no_answer',
    });
  });

  it('comes before recycling, and only for the status of this attempt', () => {
    const parts = {
      attemptsByStatus: { no_answer: 5, busy: 1 },
      settings: settings({
        retarget: [{ when, to: evening }],
        recycle: { no_answer: rule(1000, 9), busy: rule(1000, 9) },
      }),
    };
    assert.equal(decide(parts).next, 'retarget');
    assert.equal(decide({ ...parts, callStatus: 'busy', dialStatus: 'BUSY' }).next, 'dial');
  });

  it('passes over a campaign that the person has been in', () => {
    const parts = {
      attemptsByStatus: { no_answer: 2 },
      settings: settings({
        retarget: [
          { when, to: evening },
          { when, to: { kind: 'campaign', campaign: 'night' } },
        ],
      }),
    } as const;
    const decision = decide({ ...parts, retargetedCampaigns: ['evening', 'spring'] });
    assert.ok(decision.next === 'retarget');
    assert.deepEqual(decision.to, { kind: 'campaign', campaign: 'night' });
    const both = decide(parts);
    assert.ok(both.next === 'retarget');
    assert.deepEqual(both.to, evening, 'the first rule that applies wins');
    const all = decide({ ...parts, retargetedCampaigns: ['evening', 'night', 'spring'] });
    assert.equal(all.next, 'end');
  });

  it('leaves a contact with the agent who has it', () => {
    const parts = {
      attemptsByStatus: { no_answer: 2 },
      settings: settings({ retarget: [{ when, to: ana }] }),
    };
    assert.equal(decide(parts).next, 'retarget');
    assert.equal(decide({ ...parts, assignedAgent: 'ana' }).next, 'end');
  });
});

describe('for all settings and outcomes', () => {
  const recycleKeys = [...callStatuses, ...dialStatuses];
  const recycle = fc.dictionary(
    fc.constantFrom(...recycleKeys),
    fc.record(
      {
        afterMs: fc.integer({ min: 1000, max: 365 * dayMs }),
        max: fc.integer({ min: 0, max: 5 }),
        backoff: fc.double({ min: 1, max: 10, noNaN: true }),
        longestMs: fc.integer({ min: 365 * dayMs, max: 365 * dayMs }),
        jitterMs: fc.integer({ min: 1000, max: dayMs }),
        timeOfDay: fc.constant('other' as const),
        nextNumber: fc.constant('first' as const),
      },
      { requiredKeys: ['afterMs', 'max', 'backoff'] },
    ),
    { maxKeys: 8 },
  ) as fc.Arbitrary<CampaignSettings['recycle']>;
  const retarget = fc.array(
    fc.record({
      when: fc.record({
        callStatus: fc.constantFrom(...callStatuses),
        attempts: fc.integer({ min: 1, max: 6 }),
      }),
      to: fc.oneof(
        fc.record({
          kind: fc.constant('campaign' as const),
          campaign: fc.constantFrom('spring', 'evening', 'night'),
        }),
        fc.record({ kind: fc.constant('agent' as const), agent: fc.constantFrom('ana', 'bob') }),
      ),
    }),
    { maxLength: 4 },
  );
  const story = fc.record({
    recycle,
    retarget,
    perContact: fc.option(fc.integer({ min: 1, max: 8 })),
    dialable: fc.array(fc.boolean(), { maxLength: 4 }),
    outcomes: fc.infiniteStream(
      fc.record({
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        wasTaken: fc.boolean(),
        callStatus: fc.constantFrom(...callStatuses),
        dialStatus: fc.option(fc.constantFrom(...dialStatuses)),
      }),
    ),
  });
  type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

  /** Plays one contact as the engine does, until it ends; checks each decision on the way. */
  function play({ outcomes, dialable, perContact, ...rules }: Story) {
    const campaign = settings({ ...rules, attempts: { perContact, perNumberPerDay: null } });
    const redials = Object.values(rules.recycle).reduce((sum, { max }) => sum + max, 0);
    let numbers = [true, ...dialable].map((may, index) =>
      number(`n${index}` as NumberId, { dialable: may }),
    );
    // Each campaign dials the numbers anew, and an agent one of them once more.
    const most = numbers.length * 3 + 1 + redials;
    const attemptsByStatus: Record<string, number> = {};
    const redialsGranted: Record<string, number> = {};
    const retargetedCampaigns = ['spring'];
    const dueFrom = new Map<NumberId, number>();
    let assignedAgent: string | null = null;
    let numberId = 'n0' as NumberId;
    let clock = now;
    for (let attempts = 1; attempts <= most; attempts += 1) {
      const outcome = outcomes.next().value as {
        callStatus: CallStatus;
        dialStatus: DialStatus | null;
        random: number;
        wasTaken: boolean;
      };
      const { callStatus, dialStatus } = outcome;
      attemptsByStatus[callStatus] = (attemptsByStatus[callStatus] ?? 0) + 1;
      const decision = decideNext({
        ...attempt,
        ...outcome,
        now: clock,
        attemptedAt: clock.toISOString(),
        settings: campaign,
        numberId,
        attempts,
        attemptsByStatus,
        redialsGranted,
        numbers,
        retargetedCampaigns,
        assignedAgent,
      });
      assert.ok(perContact === null || attempts <= perContact, 'the cap');
      if (decision.next === 'end') return;
      assert.ok(perContact === null || attempts < perContact, 'the cap ends a contact');
      if (decision.next === 'retarget') {
        if (decision.to.kind === 'campaign') {
          assert.ok(!retargetedCampaigns.includes(decision.to.campaign), 'a circle');
          retargetedCampaigns.push(decision.to.campaign);
          numbers = numbers.map((one) => ({ ...one, callStatus: null, redial: null }));
          dueFrom.clear();
          numberId = 'n0' as NumberId;
        } else {
          assignedAgent = decision.to.agent;
        }
        continue;
      }
      const chosen = numbers.find(({ id }) => id === decision.numberId);
      assert.ok(chosen?.dialable && chosen.callStatus === null, 'an open, dialable number');
      const at = new Date(decision.at);
      assert.ok(at >= clock, 'in the past');
      const rule = campaign.recycle[callStatus] ?? campaign.recycle[dialStatus ?? 'ANSWER'];
      const { afterMs = 0, longestMs = afterMs } = rule ?? {};
      const leastDueAt = clock.getTime() + Math.min(afterMs, longestMs);
      if (decision.redialAt !== undefined) {
        assert.notEqual(decision.numberId, numberId);
        assert.ok(Date.parse(decision.redialAt) >= leastDueAt, 'kept for a redial too early');
        assert.ok(decision.becauseOf === null || decision.at <= decision.redialAt, 'out of turn');
        dueFrom.set(numberId, Date.parse(decision.redialAt));
        const result = { callStatus, dialStatus, at: clock.toISOString() };
        const redial = { ...result, dueAt: decision.redialAt };
        numbers = numbers.map((one) => (one.id === numberId ? { ...one, redial } : one));
      } else if (decision.numberId === numberId) {
        dueFrom.set(numberId, leastDueAt);
      } else {
        numbers = numbers.map((one) =>
          one.id === numberId ? { ...one, callStatus, settledAt: clock.toISOString() } : one,
        );
      }
      assert.equal(
        decision.becauseOf !== null,
        dueFrom.has(decision.numberId),
        'a redial is granted',
      );
      assert.ok(at.getTime() >= (dueFrom.get(decision.numberId) ?? 0), 'redialled too early');
      if (decision.becauseOf !== null) {
        const granted = (redialsGranted[decision.becauseOf] ?? 0) + 1;
        assert.ok(granted <= (campaign.recycle[decision.becauseOf]?.max ?? 0), 'more than max');
        redialsGranted[decision.becauseOf] = granted;
      }
      dueFrom.set(decision.numberId, dueFrom.get(decision.numberId) ?? 0);
      numberId = decision.numberId;
      clock = at;
    }
    assert.fail('the contact never ended');
  }

  it('a contact ends, keeps its cap and every max, and no ended or undialable number is dialled', () => {
    fc.assert(fc.property(story, play), { numRuns: 3000 });
  });

  it('an end carries a result that some number had', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...callStatuses),
        fc.array(fc.constantFrom(...callStatuses), { maxLength: 4 }),
        (callStatus, others) => {
          const numbers = others.map((status, index) =>
            number(`n${index}` as NumberId, { callStatus: status, settledAt: later(-index) }),
          );
          const decision = decide({ callStatus, numbers: [number(first), ...numbers] });
          assert.ok(decision.next === 'end');
          assert.ok([callStatus, ...others].includes(decision.callStatus));
        },
      ),
    );
  });
});
