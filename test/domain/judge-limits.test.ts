import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CallStatus } from '../../domain/call-status.ts';
import {
  weekdays,
  type CallingWindow,
  type CampaignSettings,
  type Cap,
  type CoolOff,
  type LimitScope,
} from '../../domain/campaign-settings.ts';
import { judgeClaim } from '../../domain/judge-claim.ts';
import { hindrancesOf, type PastAttempt } from '../../domain/judge-limits.ts';
import { campaignSettings } from '../support/campaign-fixture.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const everyScope: readonly LimitScope[] = ['person', 'campaign', 'contact'];

// Monday 10:00 in Mexico City.
const now = new Date('2026-11-23T16:00:00Z');
const zone = 'America/Mexico_City';

function past(ago: number, changes: Partial<PastAttempt> = {}): PastAttempt {
  const atMs = now.getTime() - ago;
  return { atMs, endedAtMs: atMs + 30_000, callStatus: 'busy', scopes: everyScope, ...changes };
}

function cap(max: number, perMs: number | null, changes: Partial<Cap> = {}): Cap {
  return { rule: `${max} in ${perMs}`, max, perMs, scope: 'person', counts: null, ...changes };
}

function coolOff(
  after: readonly CallStatus[],
  forMs: number,
  scope: LimitScope = 'person',
): CoolOff {
  return { rule: `${forMs} after ${after.join()}`, after, forMs, scope };
}

function untilOf(
  limits: Partial<Pick<CampaignSettings, 'attempts' | 'caps' | 'coolOffs'>>,
  history: readonly PastAttempt[],
): string[] {
  const settings = { ...campaignSettings(), ...limits };
  return hindrancesOf(settings, history, now, zone).map(({ until }) => until.toISOString());
}

describe('a cap', () => {
  it('holds until the oldest attempt that fills it is out of its period, to the millisecond', () => {
    const history = [past(3 * hourMs), past(2 * hourMs), past(hourMs)];
    const settings = { caps: [cap(2, 24 * hourMs)] };
    assert.deepEqual(untilOf(settings, history), ['2026-11-24T14:00:00.000Z']);
    assert.deepEqual(untilOf({ caps: [cap(4, 24 * hourMs)] }, history), []);
    const atEdge = [past(24 * hourMs), past(hourMs)];
    assert.deepEqual(untilOf(settings, atEdge), []);
    const justInside = [past(24 * hourMs - 1), past(hourMs)];
    assert.deepEqual(untilOf(settings, justInside), ['2026-11-23T16:00:00.001Z']);
  });

  it('a day goes by the calendar day of the zone', () => {
    // 10:00 there: the day began ten hours ago.
    const settings = { caps: [cap(1, null)] };
    assert.deepEqual(untilOf(settings, [past(10 * hourMs + 1)]), []);
    assert.deepEqual(untilOf(settings, [past(10 * hourMs)]), ['2026-11-24T06:00:00.000Z']);
    const perPersonPerDay = { perContact: null, perNumberPerDay: null, perPersonPerDay: 1 };
    assert.deepEqual(untilOf({ attempts: perPersonPerDay }, [past(hourMs)]), [
      '2026-11-24T06:00:00.000Z',
    ]);
  });

  it('counts what is in its scope', () => {
    const history = [past(hourMs, { scopes: ['person'] }), past(hourMs, { scopes: ['contact'] })];
    const counts = everyScope.map(
      (scope) => untilOf({ caps: [cap(1, 2 * hourMs, { scope })] }, history).length,
    );
    assert.deepEqual(counts, [1, 0, 1]);
  });

  it('counts the statuses it names, and an attempt whose status is not known yet', () => {
    const settings = { caps: [cap(1, 24 * hourMs, { counts: ['voicemail', 'abandoned'] })] };
    assert.equal(untilOf(settings, [past(hourMs)]).length, 0);
    assert.equal(untilOf(settings, [past(hourMs, { callStatus: 'voicemail' })]).length, 1);
    const live = past(minuteMs, { callStatus: null, endedAtMs: null });
    assert.equal(untilOf(settings, [live]).length, 1);
  });
});

describe('a cool-off', () => {
  it('holds from the end of the latest attempt that had its status', () => {
    const settings = { coolOffs: [coolOff(['abandoned', 'rejected'], 72 * hourMs)] };
    const history = [
      past(50 * hourMs, { callStatus: 'abandoned' }),
      past(10 * hourMs, { callStatus: 'rejected' }),
      past(hourMs, { callStatus: 'no_answer' }),
    ];
    assert.deepEqual(untilOf(settings, history), ['2026-11-26T06:00:30.000Z']);
    assert.deepEqual(untilOf(settings, [past(hourMs)]), []);
    assert.deepEqual(untilOf(settings, [past(73 * hourMs, { callStatus: 'abandoned' })]), []);
  });

  it('holds for what is in its scope', () => {
    const elsewhere = past(hourMs, { scopes: ['person'] });
    assert.equal(untilOf({ coolOffs: [coolOff(['busy'], 2 * hourMs)] }, [elsewhere]).length, 1);
    const own = { coolOffs: [coolOff(['busy'], 2 * hourMs, 'campaign')] };
    assert.equal(untilOf(own, [elsewhere]).length, 0);
  });
});

describe('judgeClaim with limits and rule packs', () => {
  const window = (from: number, to: number, changes: Partial<CallingWindow> = {}) => ({
    days: [...weekdays],
    fromMinute: from * 60,
    toMinute: to * 60,
    timeZone: 'contact',
    ...changes,
  });
  const rulePack = (name: string, ...windows: CallingWindow[]) => ({
    name,
    date: '2026-11-26',
    title: name,
    windows,
  });

  function judge(
    changes: Partial<CampaignSettings>,
    history: readonly PastAttempt[] = [],
    at = now,
  ) {
    const settings = campaignSettings(changes);
    const claimedAt = at.toISOString();
    return judgeClaim({ settings, timeZone: zone, numberZones: null, claimedAt, history }, at);
  }

  it('names the limit that lasts longest, and waits until a window is open after it', () => {
    const changes = {
      callingWindow: window(9, 20),
      caps: [cap(1, 2 * hourMs, { rule: 'two hours' }), cap(1, 12 * hourMs, { rule: 'twelve' })],
      coolOffs: [coolOff(['busy'], 3 * hourMs)],
    };
    assert.deepEqual(judge(changes, [past(hourMs)]), {
      allowed: false,
      reason: 'cap',
      rule: 'twelve',
      // 21:00 there when the cap ends.
      retryAt: new Date('2026-11-24T15:00:00Z'),
    });
  });

  it('names the pack whose windows are closed, also when the campaign’s own is open', () => {
    const changes = {
      callingWindow: window(8, 20),
      rules: [rulePack('morning', window(6, 12)), rulePack('evening', window(18, 24))],
    };
    assert.deepEqual(judge({ ...changes, rules: [changes.rules[1] ?? assert.fail()] }), {
      allowed: false,
      reason: 'calling_window',
      rule: 'evening: calling windows',
      retryAt: new Date('2026-11-24T00:00:00Z'),
    });
    assert.deepEqual(judge(changes), {
      allowed: false,
      reason: 'no_opening',
      rule: 'callingWindow and morning: calling windows and evening: calling windows',
      retryAt: null,
    });
  });

  it('opens for one of several windows of a pack, each on its days', () => {
    const rules = [
      rulePack('co', window(7, 19, { days: ['tue'] }), window(8, 15, { days: ['sat'] })),
    ];
    const opening = judge({ rules });
    assert.ok(!opening.allowed);
    assert.equal(opening.retryAt?.toISOString(), '2026-11-24T13:00:00.000Z');
    const saturday = new Date('2026-11-28T16:00:00Z');
    assert.deepEqual(judge({ rules }, [], saturday), { allowed: true });
  });

  it('names the window where it opens later than the limits end', () => {
    const changes = {
      callingWindow: window(11, 20, { days: ['tue'] }),
      caps: [cap(1, 2 * hourMs)],
    };
    const verdict = judge(changes, [past(hourMs)]);
    assert.ok(!verdict.allowed);
    assert.equal(verdict.rule, 'callingWindow');
    assert.equal(verdict.retryAt?.toISOString(), '2026-11-24T17:00:00.000Z');
  });
});

const statuses: readonly CallStatus[] = ['busy', 'no_answer', 'voicemail', 'abandoned', 'answered'];
const zones = ['America/Mexico_City', 'Europe/London', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'];

const anyCap: fc.Arbitrary<Cap> = fc
  .record({
    max: fc.integer({ min: 1, max: 4 }),
    perMs: fc.option(fc.integer({ min: minuteMs, max: 72 * hourMs })),
    scope: fc.constantFrom(...everyScope),
    counts: fc.option(fc.subarray([...statuses], { minLength: 1 })),
  })
  .map((keys) => ({ ...keys, rule: JSON.stringify(keys) }));

const anyCoolOff: fc.Arbitrary<CoolOff> = fc
  .record({
    after: fc.subarray([...statuses], { minLength: 1 }),
    forMs: fc.integer({ min: 1_000, max: 72 * hourMs }),
    scope: fc.constantFrom(...everyScope),
  })
  .map((keys) => ({ ...keys, rule: JSON.stringify(keys) }));

const anyWindow: fc.Arbitrary<CallingWindow> = fc
  .tuple(fc.nat(1438), fc.nat(1439), fc.subarray([...weekdays], { minLength: 1 }))
  .map(([a, b, days]) => ({
    days,
    fromMinute: Math.min(a, b),
    toMinute: Math.max(a, b) + 1,
    timeZone: 'contact',
  }));

const anySettings = fc.record({
  caps: fc.array(anyCap, { maxLength: 3 }),
  coolOffs: fc.array(anyCoolOff, { maxLength: 2 }),
  callingWindow: fc.option(anyWindow),
  rules: fc.array(
    fc
      .array(anyWindow, { maxLength: 2 })
      .map((windows) => ({ name: 'pack', date: '2026-11-26', title: 'pack', windows })),
    { maxLength: 2 },
  ),
  attempts: fc.option(fc.integer({ min: 1, max: 3 })).map((most) => ({
    perContact: null,
    perNumberPerDay: null,
    ...(most === null ? {} : { perPersonPerDay: most }),
  })),
});

/** One attempt: who asks, how long it takes, and how it ends. */
const anyTurn = fc.record({
  scopes: fc.subarray([...everyScope], { minLength: 1 }),
  status: fc.constantFrom(...statuses),
  lastsMs: fc.integer({ min: 0, max: hourMs }),
  thenMs: fc.integer({ min: 0, max: 30 * hourMs }),
});

interface Call {
  readonly atMs: number;
  readonly endedAtMs: number;
  readonly callStatus: CallStatus;
  readonly scopes: readonly LimitScope[];
}

// Other code than the rules have: the clock is read as text.
const clocks = new Map<string, Intl.DateTimeFormat>();
function clockText(atMs: number, inZone: string): readonly [date: string, time: string] {
  let clock = clocks.get(inZone);
  clock ??= new Intl.DateTimeFormat('sv-SE', {
    timeZone: inZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  clocks.set(inZone, clock);
  const [date = '', time = ''] = clock.format(atMs).split(' ');
  return [date, time];
}

function isOpenByText(window: CallingWindow, atMs: number, inZone: string): boolean {
  const [date, time] = clockText(atMs, inZone);
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const day = new Date(`${date}T12:00:00Z`).toUTCString().slice(0, 3).toLowerCase();
  return (
    window.days.some((name) => name === day) &&
    minute >= window.fromMinute &&
    minute < window.toMinute
  );
}

/** Checks a list of calls afterwards, each limit by itself. */
function assertWithin(settings: CampaignSettings, calls: readonly Call[], inZone: string): void {
  const perDay = settings.attempts.perPersonPerDay;
  const caps = [
    ...(settings.caps ?? []),
    ...(perDay === undefined ? [] : [cap(perDay, null, { rule: 'perPersonPerDay' })]),
  ];
  for (const { rule, max, perMs, scope, counts } of caps) {
    const counted = calls.filter(
      ({ scopes, callStatus }) =>
        scopes.includes(scope) && (counts === null || counts.includes(callStatus)),
    );
    counted.forEach((last, index) => {
      // A call is only judged by limits that look at its own scope.
      const first = counted[index - max];
      if (first === undefined) return;
      const isTooSoon =
        perMs === null
          ? clockText(first.atMs, inZone)[0] === clockText(last.atMs, inZone)[0]
          : last.atMs - first.atMs < perMs;
      assert.ok(!isTooSoon, `${rule} exceeded`);
    });
  }
  for (const { rule, after, forMs, scope } of settings.coolOffs ?? []) {
    for (const earlier of calls) {
      if (!earlier.scopes.includes(scope) || !after.includes(earlier.callStatus)) continue;
      const tooSoon = calls.find(
        ({ atMs }) => atMs > earlier.atMs && atMs < earlier.endedAtMs + forMs,
      );
      assert.equal(tooSoon, undefined, `${rule} ignored`);
    }
  }
  for (const { atMs } of calls) {
    const { callingWindow } = settings;
    if (callingWindow !== null) assert.ok(isOpenByText(callingWindow, atMs, inZone));
    for (const { windows } of settings.rules ?? []) {
      const isOpen = windows.some((window) => isOpenByText(window, atMs, inZone));
      assert.ok(windows.length === 0 || isOpen, 'outside the windows of a pack');
    }
  }
}

describe('whatever the limits, the packs, the outcomes and the times', () => {
  it('no cap is exceeded, no call is within a cool-off or outside a window, and every wait is finite', () => {
    let refusals = 0;
    let made = 0;
    fc.assert(
      fc.property(
        anySettings,
        fc.array(anyTurn, { maxLength: 12 }),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') }),
        (limits, turns, inZone, startMs) => {
          const settings = campaignSettings(limits);
          const calls: Call[] = [];
          let clockMs = startMs;
          for (const turn of turns) {
            // One phone, one contact after the other: the scopes of what is past, as this turn sees it.
            const history = calls.filter(({ atMs }) => atMs <= clockMs);
            const judge = (at: Date) =>
              judgeClaim(
                {
                  settings,
                  timeZone: inZone,
                  numberZones: null,
                  claimedAt: at.toISOString(),
                  history,
                },
                at,
              );
            let verdict = judge(new Date(clockMs));
            if (!verdict.allowed) {
              refusals += 1;
              if (verdict.retryAt === null) {
                assert.equal(verdict.reason, 'no_opening');
                break;
              }
              assert.ok(verdict.retryAt.getTime() >= clockMs, 'retryAt lies in the past');
              clockMs = verdict.retryAt.getTime();
              verdict = judge(verdict.retryAt);
              assert.deepEqual(verdict, { allowed: true }, 'refused at its own retryAt');
            }
            made += 1;
            const endedAtMs = clockMs + turn.lastsMs;
            calls.push({ ...turn, atMs: clockMs, endedAtMs, callStatus: turn.status });
            clockMs = endedAtMs + turn.thenMs;
          }
          assertWithin(settings, calls, inZone);
        },
      ),
      { numRuns: 400 },
    );
    // Otherwise nothing was tried.
    assert.ok(refusals > 200 && made > 400, `${refusals} refusals, ${made} calls`);
  });

  it('more history than the limits look at, in any order, changes nothing', () => {
    fc.assert(
      fc.property(
        anySettings,
        fc.array(
          fc.record({
            ago: fc.integer({ min: 0, max: 400 * hourMs }),
            callStatus: fc.constantFrom(...statuses),
            scopes: fc.subarray([...everyScope], { minLength: 1 }),
          }),
          { maxLength: 20 },
        ),
        (limits, attempts) => {
          const settings = campaignSettings(limits);
          const history = attempts.map(({ ago, ...rest }) => past(ago, rest));
          const recent = history.filter(
            ({ endedAtMs }) => (endedAtMs ?? 0) > now.getTime() - 72 * hourMs,
          );
          const all = hindrancesOf(settings, [...history].reverse(), now, zone);
          assert.deepEqual(hindrancesOf(settings, recent, now, zone), all);
        },
      ),
    );
  });
});
