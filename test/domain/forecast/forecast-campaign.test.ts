import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isInsideCallingWindow } from '../../../domain/calling-window.ts';
import { weekdays, type CallingWindow } from '../../../domain/campaign-settings.ts';
import { assumedDurations } from '../../../domain/forecast/call-durations.ts';
import type { Ending } from '../../../domain/forecast/call-outcomes.ts';
import { forecastCampaign } from '../../../domain/forecast/forecast-campaign.ts';
import type { ForecastCall, ForecastPlan } from '../../../domain/forecast/forecast-plan.ts';
import { readLocalTime } from '../../../domain/local-time.ts';
import { campaignSettings, testTrunk } from '../../support/campaign-fixture.ts';

/** A Thursday. */
const start = new Date('2026-11-26T10:00:00Z');
const everyDay: CallingWindow = {
  days: weekdays,
  fromMinute: 9 * 60,
  toMinute: 20 * 60,
  timeZone: 'contact',
};

type Changes = Partial<Omit<ForecastPlan, 'settings' | 'outcomes'>> & {
  readonly settings?: Partial<ForecastPlan['settings']>;
  readonly outcomes?: Partial<Record<Ending, number>>;
};

/** Answered calls hold a channel for 100 s, busy ones for 3 s, unanswered ones for 30 s. */
function planOf({ settings: changes = {}, outcomes = { answered: 1 }, ...more }: Changes) {
  const settings = campaignSettings(changes);
  const plan: ForecastPlan = {
    settings,
    trunks: { [testTrunk]: { callsPerSecond: 1, channels: 30 } },
    contacts: 10,
    numbersPerContact: 1,
    zones: null,
    outcomes: Object.entries(outcomes).map(([of, share]) => ({ of: of as Ending, share })),
    durations: assumedDurations(settings, 88_000),
    start,
    seed: 1,
    ...more,
  };
  return plan;
}

function run(changes: Changes) {
  const calls: ForecastCall[] = [];
  const forecast = forecastCampaign({ ...planOf(changes), onCall: (call) => calls.push(call) });
  calls.sort((a, b) => a.began.getTime() - b.began.getTime());
  return { forecast, calls, began: calls.map(({ began }) => began.toISOString()) };
}

const secondsAfterStart = (iso: string | null) => (Date.parse(iso ?? '') - start.getTime()) / 1000;

describe('a forecast', () => {
  it('dials as fast as the trunk allows, and ends with the last call', () => {
    const { forecast, began } = run({});
    assert.deepEqual(began.map(secondsAfterStart), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(secondsAfterStart(forecast.finishedAt), 109);
    assert.deepEqual(forecast.groups, { connected: 10, unanswered: 0, failed: 0, pending: 0 });
    assert.deepEqual(forecast.hours, [
      { startsAt: '2026-11-26T10:00:00.000Z', calls: 10, connects: 10 },
    ]);
    // 0 + 1 + … + 9 seconds.
    assert.deepEqual(forecast.waits, [
      {
        reason: 'trunk_pace',
        rule: `${testTrunk}: 1 calls per second`,
        contactHours: 0.01,
        percent: 100,
      },
    ]);
  });

  it('waits for a free channel', () => {
    const trunks = { [testTrunk]: { callsPerSecond: 10, channels: 2 } };
    const { forecast, began } = run({ trunks, contacts: 5 });
    assert.deepEqual(began.map(secondsAfterStart), [0, 0.1, 100, 100.1, 200]);
    assert.equal(secondsAfterStart(forecast.finishedAt), 300);
    assert.equal(forecast.waits[0]?.reason, 'trunk_channels');
    // Three wait for 100 s and one for another 100 s, but for the tenths that are the pace's.
    assert.equal(forecast.waits[0]?.contactHours, 0.11);
  });

  it('grants the redials of a rule, and no more', () => {
    const recycle = { busy: { afterMs: 300_000, max: 2, backoff: 2 } };
    const { forecast, began } = run({ settings: { recycle }, outcomes: { busy: 1 }, contacts: 1 });
    assert.deepEqual(began.map(secondsAfterStart), [0, 303, 303 + 603]);
    assert.equal(secondsAfterStart(forecast.finishedAt), 909);
    assert.deepEqual(forecast.byCallStatus, { busy: 1 });
    assert.deepEqual(
      forecast.waits.map(({ reason, rule, contactHours }) => [reason, rule, contactHours]),
      [['redial', 'recycle-busy', 0.25]],
    );
  });

  it('goes on in the morning with whom the window kept out in the evening', () => {
    const { forecast, began } = run({
      settings: { callingWindow: everyDay },
      trunks: { [testTrunk]: { callsPerSecond: 10, channels: 1 } },
      contacts: 5,
      start: new Date('2026-11-26T19:57:00Z'),
    });
    assert.deepEqual(began, [
      '2026-11-26T19:57:00.000Z',
      '2026-11-26T19:58:40.000Z',
      '2026-11-27T09:00:00.000Z',
      '2026-11-27T09:01:40.000Z',
      '2026-11-27T09:03:20.000Z',
    ]);
    assert.equal(forecast.finishedAt, '2026-11-27T09:05:00.000Z');
    assert.equal(forecast.waits[0]?.reason, 'calling_window');
    // Three contacts, from shortly after 20:00:20 on.
    assert.ok(Math.abs((forecast.waits[0]?.contactHours ?? 0) - 3 * (13 - 20 / 3600)) < 0.01);
  });

  it('starts nobody before the window opens', () => {
    const { forecast, began } = run({
      settings: { callingWindow: everyDay },
      contacts: 100,
      start: new Date('2026-11-26T05:00:00Z'),
    });
    assert.equal(began[0], '2026-11-26T09:00:00.000Z');
    assert.equal(forecast.waits[0]?.contactHours, 400);
  });

  it('looks at the zone of each contact', () => {
    const zones = [
      { of: 'Asia/Tokyo', share: 0.5 },
      { of: 'America/Lima', share: 0.5 },
    ] as const;
    const { calls } = run({ settings: { callingWindow: everyDay }, contacts: 40, zones });
    const hours = new Set(calls.map(({ began }) => began.getUTCHours()));
    // 10:00 in UTC is 19:00 in Tokyo and 05:00 in Lima, where it is 09:00 four hours later.
    assert.deepEqual([...hours], [10, 14]);
  });

  it('dials a number as often as one day allows, and goes on the next day', () => {
    const recycle = { busy: { afterMs: 60_000, max: 4, backoff: 1 } };
    const { forecast, began } = run({
      settings: { recycle, attempts: { perContact: null, perNumberPerDay: 2 } },
      outcomes: { busy: 1 },
      contacts: 1,
    });
    assert.deepEqual(
      began.map((iso) => iso.slice(0, 19)),
      [
        '2026-11-26T10:00:00',
        '2026-11-26T10:01:03',
        '2026-11-27T00:00:00',
        '2026-11-27T00:01:03',
        '2026-11-28T00:00:00',
      ],
    );
    assert.deepEqual(forecast.waits[0]?.rule, 'attempts.perNumberPerDay: 2');
  });

  it('keeps a cap over any stretch of time, and names it', () => {
    const rule = 'us-florida: 2 calls in 24h';
    const cap = { rule, max: 2, perMs: 86_400_000, scope: 'person', counts: null } as const;
    const recycle = { busy: { afterMs: 60_000, max: 3, backoff: 1 } };
    const settings = { recycle, caps: [cap] };
    const { forecast, began } = run({ settings, outcomes: { busy: 1 }, contacts: 1 });
    assert.deepEqual(began.map(secondsAfterStart), [0, 63, 86_400, 86_463]);
    assert.deepEqual(
      [forecast.waits[0]?.reason, forecast.waits[0]?.rule, forecast.waits[0]?.contactHours],
      ['cap', rule, 23.97],
    );
  });

  it('keeps a cool-off, whichever number was called before', () => {
    const rule = 'coolOffs[0]: 1h after no_answer';
    const after = ['no_answer'] as const;
    const coolOff = { rule, after, forMs: 3_600_000, scope: 'contact' } as const;
    const { forecast, began } = run({
      settings: { coolOffs: [coolOff] },
      outcomes: { no_answer: 1 },
      contacts: 1,
      numbersPerContact: 2,
    });
    assert.deepEqual(began.map(secondsAfterStart), [0, 3_630]);
    assert.equal(forecast.waits[0]?.rule, rule);
  });

  it('goes on with another number when a phone was called often enough for good', () => {
    const recycle = { busy: { afterMs: 60_000, max: 9, backoff: 1 } };
    const attempts = { perContact: null, perNumberPerDay: null, perPerson: 2 };
    const { forecast, calls } = run({
      settings: { recycle, attempts },
      outcomes: { busy: 1 },
      contacts: 1,
      numbersPerContact: 2,
    });
    assert.deepEqual(
      calls.map(({ number }) => number),
      [0, 0, 1, 1],
    );
    assert.deepEqual(forecast.byCallStatus, { busy: 1 });
    assert.notEqual(forecast.finishedAt, null);
  });

  it('ends at the budget of the contact', () => {
    const recycle = { no_answer: { afterMs: 60_000, max: 50, backoff: 1 } };
    const attempts = { perContact: 3, perNumberPerDay: null };
    const settings = { recycle, attempts };
    const { forecast } = run({ settings, outcomes: { no_answer: 1 }, contacts: 7 });
    assert.equal(forecast.attempts, 21);
    assert.deepEqual(forecast.groups, { connected: 0, unanswered: 7, failed: 0, pending: 0 });
  });

  it('tries the next number when the first is done with', () => {
    const { forecast, calls, began } = run({
      outcomes: { no_answer: 1 },
      contacts: 1,
      numbersPerContact: 3,
    });
    assert.deepEqual(began.map(secondsAfterStart), [0, 30, 60]);
    assert.deepEqual(
      calls.map(({ number }) => number),
      [0, 1, 2],
    );
    assert.deepEqual(forecast.byCallStatus, { no_answer: 1 });
  });

  it('tries the next number before the redials of the first, and waits for those of a full phone in turn', () => {
    const busy = { afterMs: 600_000, max: 4, backoff: 1, nextNumber: 'first' } as const;
    const plan = { contacts: 1, numbersPerContact: 2, outcomes: { busy: 1 } };
    const turns = run({ ...plan, settings: { recycle: { busy } } });
    assert.deepEqual(
      turns.calls.map(({ number }) => number),
      [0, 1, 0, 1, 0, 1],
    );
    assert.deepEqual(turns.began.map(secondsAfterStart), [0, 3, 603, 606, 1_206, 1_209]);
    const attempts = { perContact: null, perNumberPerDay: null, perPerson: 1 };
    const full = run({ ...plan, settings: { recycle: { busy }, attempts } });
    assert.deepEqual(full.began.map(secondsAfterStart), [0, 3]);
    assert.equal(secondsAfterStart(full.forecast.finishedAt), 606);
  });

  it('counts whom rules send to another campaign, with the status they leave with', () => {
    const to = { kind: 'campaign', campaign: 'evening' } as const;
    const retarget = [{ when: { callStatus: 'busy', attempts: 2 }, to }] as const;
    const recycle = { busy: { afterMs: 60_000, max: 4, backoff: 1 } };
    const { forecast } = run({ settings: { recycle, retarget }, outcomes: { busy: 1 } });
    assert.equal(forecast.attempts, 20);
    assert.deepEqual(forecast.retargeted, { evening: 10 });
    assert.deepEqual(forecast.byCallStatus, { busy: 10 });
    assert.notEqual(forecast.finishedAt, null);
  });

  it('does not finish while contacts wait for an agent', () => {
    const to = { kind: 'agent', agent: 'ana' } as const;
    const retarget = [{ when: { callStatus: 'voicemail', attempts: 1 }, to }] as const;
    const outcomes = { answered: 0.5, voicemail: 0.5 };
    const { forecast } = run({ settings: { retarget }, outcomes, contacts: 100 });
    const { ana = 0 } = forecast.pendingBecause.waitsForAgent;
    assert.ok(ana > 30 && ana < 70);
    assert.equal(forecast.groups.pending, ana);
    assert.equal(forecast.finishedAt, null);
    assert.notEqual(forecast.lastCallEndsAt, null);
  });

  it('calls nobody whose window never opens', () => {
    const settings = { callingWindow: { ...everyDay, days: [] } };
    const { forecast } = run({ settings });
    assert.equal(forecast.attempts, 0);
    assert.equal(forecast.pendingBecause.noOpening, 10);
    assert.equal(forecast.finishedAt, null);
    assert.equal(forecast.lastCallEndsAt, null);
  });

  it('lets the next trunk take whom the first has let wait for four minutes', () => {
    const trunks = {
      slow: { callsPerSecond: 1, channels: 1 },
      spare: { callsPerSecond: 1, channels: 1 },
    };
    const settings = { trunks: ['slow', 'spare'] };
    const { calls } = run({ settings, trunks, contacts: 6 });
    const told = calls.map(({ trunk, began }) => [trunk, secondsAfterStart(began.toISOString())]);
    // The slow one has taken two: one talks, one waits at its gate.
    assert.deepEqual(told, [
      ['slow', 0],
      ['slow', 100],
      ['slow', 200],
      ['spare', 240],
      ['slow', 300],
      ['spare', 340],
    ]);
  });

  it('lets nobody down whom a slow trunk has let wait again and again', () => {
    const trunks = { [testTrunk]: { callsPerSecond: 1, channels: 1 } };
    const { calls } = run({ trunks, contacts: 30 });
    assert.equal(new Set(calls.map(({ contact }) => contact)).size, 30);
    const expected = Array.from({ length: 30 }, (_, index) => 100 * index);
    assert.deepEqual(
      calls.map(({ began }) => secondsAfterStart(began.toISOString())),
      expected,
    );
  });

  it('counts hours by the clock of the campaign', () => {
    const { forecast } = run({ settings: { timeZone: 'Asia/Kathmandu' } });
    assert.deepEqual(
      forecast.hours.map(({ startsAt }) => startsAt),
      ['2026-11-26T09:15:00.000Z'],
    );
  });
});

const plans = fc.record({
  seed: fc.nat(1_000_000),
  contacts: fc.integer({ min: 1, max: 60 }),
  numbersPerContact: fc.integer({ min: 1, max: 3 }),
  callsPerSecond: fc.constantFrom(0.05, 0.5, 3, 20),
  channels: fc.integer({ min: 1, max: 8 }),
  perContact: fc.option(fc.integer({ min: 1, max: 6 })),
  perNumberPerDay: fc.option(fc.integer({ min: 1, max: 3 })),
  busyMax: fc.nat(4),
  noAnswerMax: fc.nat(4),
  afterMs: fc.integer({ min: 1_000, max: 3 * 86_400_000 }),
  backoff: fc.constantFrom(1, 1.5, 3),
  retargetAt: fc.option(fc.integer({ min: 1, max: 4 })),
  window: fc.option(fc.record({ from: fc.nat(1300), minutes: fc.integer({ min: 5, max: 139 }) })),
  zone: fc.constantFrom('UTC', 'Europe/Madrid', 'America/Sao_Paulo', 'Asia/Kathmandu'),
  startDay: fc.nat(700),
});

type Drawn = typeof plans extends fc.Arbitrary<infer Plan> ? Plan : never;

function changesOf(drawn: Drawn): Changes {
  const { window, afterMs, backoff, retargetAt } = drawn;
  return {
    settings: {
      timeZone: drawn.zone,
      attempts: { perContact: drawn.perContact, perNumberPerDay: drawn.perNumberPerDay },
      callingWindow: window && {
        days: ['mon', 'wed', 'sat'],
        fromMinute: window.from,
        toMinute: window.from + window.minutes,
        timeZone: 'contact',
      },
      recycle: {
        busy: { afterMs, max: drawn.busyMax, backoff },
        no_answer: { afterMs: 600_000, max: drawn.noAnswerMax, backoff },
      },
      retarget:
        retargetAt === null
          ? []
          : [
              {
                when: { callStatus: 'no_answer', attempts: retargetAt },
                to: { kind: 'campaign', campaign: 'other' },
              },
            ],
    },
    trunks: { [testTrunk]: { callsPerSecond: drawn.callsPerSecond, channels: drawn.channels } },
    contacts: drawn.contacts,
    numbersPerContact: drawn.numbersPerContact,
    outcomes: { busy: 0.3, no_answer: 0.4, answered: 0.2, invalid_number: 0.1 },
    start: new Date(start.getTime() + drawn.startDay * 86_400_000),
    seed: drawn.seed,
  };
}

describe('every forecast', () => {
  function holds(check: (drawn: Drawn, result: ReturnType<typeof run>) => void): void {
    fc.assert(
      fc.property(plans, (drawn) => check(drawn, run(changesOf(drawn)))),
      { numRuns: 150 },
    );
  }

  it('has every contact once, and every call in its hours', () => {
    holds(({ contacts }, { forecast, calls }) => {
      const { connected, unanswered, failed, pending } = forecast.groups;
      assert.equal(connected + unanswered + failed + pending, contacts);
      assert.equal(pending, 0);
      assert.equal(calls.length, forecast.attempts);
      const sum = (key: 'calls' | 'connects') =>
        forecast.hours.reduce((total, hour) => total + hour[key], 0);
      assert.equal(sum('calls'), calls.length);
      assert.equal(sum('connects'), calls.filter((call) => call.callStatus === 'answered').length);
      assert.equal(forecast.finishedAt, forecast.lastCallEndsAt);
    });
  });

  it('exceeds no budget', () => {
    holds((drawn, { calls }) => {
      const redials = drawn.busyMax + drawn.noAnswerMax;
      const most = Math.min(drawn.perContact ?? Infinity, drawn.numbersPerContact + redials);
      for (const { contact, number, began } of calls) {
        const own = calls.filter((call) => call.contact === contact);
        assert.ok(own.length <= most);
        const dayOf = (at: Date) => readLocalTime(at, drawn.zone).dayMs;
        const sameDay = own.filter(
          (call) => call.number === number && dayOf(call.began) === dayOf(began),
        );
        assert.ok(sameDay.length <= (drawn.perNumberPerDay ?? Infinity));
      }
    });
  });

  it('has no call outside the window', () => {
    holds((drawn, { calls }) => {
      const { callingWindow = null } = changesOf(drawn).settings ?? {};
      if (callingWindow === null) return;
      for (const { began } of calls) {
        assert.ok(isInsideCallingWindow(callingWindow, began, drawn.zone), began.toISOString());
      }
    });
  });

  it('keeps the pace and the channels of the trunk', () => {
    holds(({ callsPerSecond, channels }, { calls }) => {
      const began = calls.map((call) => call.began.getTime());
      began.slice(1).forEach((at, index) => {
        assert.ok(at - (began[index] ?? 0) >= Math.floor(1000 / callsPerSecond) - 1);
      });
      for (const at of began) {
        const live = calls.filter(
          (call) => call.began.getTime() <= at && call.ended.getTime() > at,
        );
        assert.ok(live.length <= channels);
      }
    });
  });

  it('is the same for the same seed, and another one for another', () => {
    holds((drawn, { forecast }) => {
      const again = run(changesOf(drawn)).forecast;
      assert.deepEqual({ ...again, campaign: '' }, { ...forecast, campaign: '' });
    });
    const ofSeed = (seed: number) =>
      run({ seed, contacts: 200, outcomes: { answered: 0.5, busy: 0.5 } }).forecast.byCallStatus;
    assert.notDeepEqual(ofSeed(1), ofSeed(2));
  });
});
