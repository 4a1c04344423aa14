import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { weekdays, type CallingWindow, type RecycleRule } from '../../domain/campaign-settings.ts';
import { redialTime, type EndedAttempt } from '../../domain/redial-time.ts';
import { campaignSettings } from '../support/campaign-fixture.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** An attempt that ended when it was made. */
function attempt(at: string, parts: Partial<EndedAttempt> = {}): EndedAttempt {
  return {
    now: new Date(at),
    attemptedAt: new Date(at).toISOString(),
    random: 0,
    settings: campaignSettings(),
    timeZone: null,
    numberZones: null,
    ...parts,
  };
}

function rule(afterMs: number, parts: Partial<RecycleRule> = {}): RecycleRule {
  return { afterMs, max: 9, backoff: 1, ...parts };
}

function redialAt(one: EndedAttempt, by: RecycleRule, granted = 0): string {
  return redialTime(one, by, granted).toISOString();
}

function window(from: number, to: number, parts: Partial<CallingWindow> = {}): CallingWindow {
  const minutes = { fromMinute: from * 60, toMinute: to * 60 };
  return { days: [...weekdays], timeZone: 'contact', ...minutes, ...parts };
}

const within = (callingWindow: CallingWindow) => campaignSettings({ callingWindow });
const noon = '2026-11-23T12:00:00.000Z';

describe('the delay of a redial', () => {
  it('grows by the back-off up to its longest, else up to 365 days', () => {
    const delays = (by: RecycleRule) =>
      [0, 1, 2, 3, 500].map((granted) => Date.parse(redialAt(attempt(noon), by, granted)));
    const after = (...hours: number[]) => hours.map((count) => Date.parse(noon) + count * hourMs);
    const capped = rule(hourMs, { backoff: 2, longestMs: 5 * hourMs });
    assert.deepEqual(delays(capped), after(1, 2, 4, 5, 5));
    const uncapped = rule(hourMs, { backoff: 10 });
    assert.deepEqual(delays(uncapped), after(1, 10, 100, 1_000, 365 * 24));
  });

  it('is lengthened by a share of the jitter, never shortened', () => {
    const by = rule(hourMs, { jitterMs: 600_000, longestMs: hourMs });
    assert.equal(redialAt(attempt(noon), by), '2026-11-23T13:00:00.000Z');
    assert.equal(redialAt(attempt(noon, { random: 0.5 }), by), '2026-11-23T13:05:00.000Z');
    assert.equal(redialAt(attempt(noon, { random: 1 - 2 ** -52 }), by), '2026-11-23T13:09:59.999Z');
  });

  it('is at least as long as the far end may still ring, with the jitter after that', () => {
    const parts = { random: 0.5, leastDelayMs: 32_000 };
    const by = rule(1_000, { jitterMs: 10_000 });
    assert.equal(redialAt(attempt(noon, parts), by), '2026-11-23T12:00:37.000Z');
  });
});

describe('another time of day', () => {
  const other = rule(hourMs, { timeOfDay: 'other' });

  it('follows morning by afternoon, afternoon by evening, and evening by the next morning', () => {
    const cases = [
      ['2026-11-23T08:00:00Z', '2026-11-23T12:00:00.000Z'],
      ['2026-11-23T11:59:59Z', '2026-11-23T12:59:59.000Z'],
      ['2026-11-23T12:00:00Z', '2026-11-23T17:00:00.000Z'],
      ['2026-11-23T16:30:00Z', '2026-11-23T17:30:00.000Z'],
      ['2026-11-23T17:00:00Z', '2026-11-24T08:00:00.000Z'],
      ['2026-11-23T20:59:59Z', '2026-11-24T08:00:00.000Z'],
      // At night no part is the other one: the first to come.
      ['2026-11-23T21:00:00Z', '2026-11-24T08:00:00.000Z'],
      ['2026-11-23T07:00:00Z', '2026-11-23T08:00:00.000Z'],
    ] as const;
    for (const [at, expected] of cases) assert.equal(redialAt(attempt(at), other), expected, at);
  });

  it('begins with the minute', () => {
    const at = attempt('2026-11-23T12:00:00Z', { settings: within(window(8, 17)) });
    assert.equal(redialAt(at, other), '2026-11-24T08:00:00.000Z');
  });

  it('goes by when the call was made, not by when its end was learnt', () => {
    const reconciled = { now: new Date('2026-11-23T13:00:00Z') };
    assert.equal(
      redialAt(attempt('2026-11-23T09:00:00Z', reconciled), other),
      '2026-11-23T14:00:00.000Z',
    );
  });

  it('is read on the clock of the contact, else the first of its number, else the campaign', () => {
    const at = '2026-11-23T16:00:00Z';
    const settings = campaignSettings({ timeZone: 'Asia/Tokyo' });
    const places = [
      // 10:00 there: from noon on.
      [{ timeZone: 'America/Mexico_City' }, '2026-11-23T18:00:00.000Z'],
      // 17:00 there: the next morning.
      [{ numberZones: ['Europe/Berlin', 'Europe/Athens'] }, '2026-11-24T07:00:00.000Z'],
      // 01:00 there, and at night: from 08:00 on.
      [{}, '2026-11-23T23:00:00.000Z'],
      [{ timeZone: 'Mars/Olympus', numberZones: null }, '2026-11-23T23:00:00.000Z'],
    ] as const;
    for (const [place, expected] of places) {
      assert.equal(redialAt(attempt(at, { settings, ...place }), other), expected);
    }
  });

  it('keeps to the hours of the calling window, its days and its holidays', () => {
    const at = '2026-11-20T18:00:00Z'; // Friday evening
    const weekday = window(9, 20, { days: ['mon', 'tue', 'wed', 'thu', 'fri'] });
    const monday = { settings: within(weekday) };
    assert.equal(redialAt(attempt(at, monday), other), '2026-11-23T09:00:00.000Z');
    const tuesday = { settings: within({ ...weekday, holidays: ['2026-11-23'] }) };
    assert.equal(redialAt(attempt(at, tuesday), other), '2026-11-24T09:00:00.000Z');
  });

  it('is given up for the delay alone where the window is open in no other part', () => {
    const at = '2026-11-23T09:30:00Z';
    for (const hours of [window(9, 12), window(21, 23)]) {
      assert.equal(
        redialAt(attempt(at, { settings: within(hours), random: 0.5 }), {
          ...other,
          jitterMs: 60_000,
        }),
        '2026-11-23T10:30:30.000Z',
      );
    }
    // Open together until 13:00 in Mexico City, and in the summer of Madrid until 12:00: the afternoon
    // is months away then.
    const place = {
      settings: within(window(9, 20)),
      numberZones: ['America/Mexico_City', 'Europe/Madrid'],
    };
    assert.equal(
      redialAt(attempt('2026-11-23T15:30:00Z', place), other),
      '2026-11-23T18:00:00.000Z',
    );
    assert.equal(
      redialAt(attempt('2026-07-23T15:30:00Z', place), other),
      '2026-07-23T16:30:00.000Z',
    );
  });

  it('is where the jitter leaves it, and never outside of it', () => {
    const evening = '2026-11-23T18:00:00Z';
    const spread = { ...other, jitterMs: 2 * hourMs };
    const settings = within(window(9, 20));
    const half = attempt(evening, { settings, random: 0.5 });
    assert.equal(redialAt(half, spread), '2026-11-24T10:00:00.000Z');
    // The delay ends at 11:50 on the next day, and an hour later it is another part, which is allowed.
    const late = { ...spread, afterMs: 17 * hourMs + 50 * 60_000 };
    assert.equal(redialAt(half, late), '2026-11-24T12:50:00.000Z');
    // Two hours after 16:50 it would be evening again.
    const later = { ...spread, afterMs: 22 * hourMs + 50 * 60_000 };
    assert.equal(redialAt(half, later), '2026-11-24T16:50:00.000Z');
  });

  it('follows a clock change', () => {
    const berlin = { timeZone: 'Europe/Berlin' };
    // Saturday evening; the clock is set back in the night, so 08:00 is an hour later.
    assert.equal(
      redialAt(attempt('2026-10-24T16:00:00Z', berlin), other),
      '2026-10-25T07:00:00.000Z',
    );
    // And forward in spring.
    assert.equal(
      redialAt(attempt('2026-03-28T17:00:00Z', berlin), other),
      '2026-03-29T06:00:00.000Z',
    );
  });
});

describe('for all rules, zones and times', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/Mexico_City',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
  ];
  const story = fc.record({
    at: fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    timeZone: fc.option(fc.constantFrom(...zones)),
    numberZones: fc.option(fc.subarray(zones)),
    from: fc.integer({ min: 0, max: 22 }),
    hours: fc.integer({ min: 1, max: 24 }),
    days: fc.subarray([...weekdays], { minLength: 1 }),
    hasWindow: fc.boolean(),
    afterMs: fc.integer({ min: 1_000, max: 3 * dayMs }),
    backoff: fc.double({ min: 1, max: 10, noNaN: true }),
    longer: fc.option(fc.integer({ min: 0, max: 10 * dayMs })),
    jitterMs: fc.option(fc.integer({ min: 1_000, max: dayMs })),
    isOther: fc.boolean(),
    granted: fc.integer({ min: 0, max: 100 }),
    leastDelayMs: fc.integer({ min: 0, max: 60_000 }),
  });

  // Other code than the rules have: the clock is read as text.
  const clocks = new Map<string, Intl.DateTimeFormat>();
  function clockOf(atMs: number, zone: string) {
    let clock = clocks.get(zone);
    clock ??= new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(zone, clock);
    const [day = '', time = ''] = clock.format(atMs).split(/, ?| /);
    return { day: day.toLowerCase(), hour: Number(time.slice(0, 2)) };
  }
  function partOf(atMs: number, zone: string): string {
    const { hour } = clockOf(atMs, zone);
    if (hour < 8 || hour >= 21) return 'night';
    return hour < 12 ? 'morning' : hour < 17 ? 'afternoon' : 'evening';
  }

  it('never comes before its delay, and never in the part of the day of the call if another is open', () => {
    fc.assert(
      fc.property(story, (one) => {
        const toMinute = Math.min(24, one.from + one.hours) * 60;
        const hours = { ...window(one.from, 24), toMinute, days: one.days };
        const settings = campaignSettings({ callingWindow: one.hasWindow ? hours : null });
        const places = one.timeZone === null ? (one.numberZones ?? []) : [one.timeZone];
        const allZones = places.length === 0 ? ['UTC'] : places;
        const longestMs = one.longer === null ? undefined : one.afterMs + one.longer;
        const by = rule(one.afterMs, {
          backoff: one.backoff,
          ...(longestMs !== undefined && { longestMs }),
          ...(one.jitterMs !== null && { jitterMs: one.jitterMs }),
          ...(one.isOther && { timeOfDay: 'other' as const }),
        });
        const ended = attempt(new Date(one.at).toISOString(), { ...one, settings });
        const at = redialTime(ended, by, one.granted).getTime();

        const grown = Math.min(one.afterMs * one.backoff ** one.granted, longestMs ?? 365 * dayMs);
        const earliest = one.at + Math.max(grown, one.leastDelayMs);
        assert.ok(at >= Math.floor(earliest), 'before its delay');
        const unspread = redialTime({ ...ended, random: 0 }, by, one.granted).getTime();
        assert.ok(at >= unspread && at - unspread <= (one.jitterMs ?? 0), 'the jitter');
        if (!one.isOther) return assert.equal(unspread, Math.floor(earliest));

        const [zone = 'UTC'] = allZones;
        const isGood = (ms: number) =>
          !['night', partOf(one.at, zone)].includes(partOf(ms, zone)) &&
          (!one.hasWindow ||
            allZones.every((place) => {
              const { day, hour } = clockOf(ms, place);
              const isOpenDay = one.days.some((name) => name === day);
              return isOpenDay && hour >= one.from && hour * 60 < toMinute;
            }));
        if (isGood(at)) {
          // Nothing good was passed over.
          for (let ms = earliest; ms < unspread; ms += 15 * 60_000) assert.ok(!isGood(ms));
          return;
        }
        assert.ok(at - earliest <= (one.jitterMs ?? 0), 'neither its delay nor another part');
        for (let ms = earliest; ms < earliest + 8 * dayMs; ms += 15 * 60_000) {
          assert.ok(!isGood(ms), new Date(ms).toISOString());
        }
      }),
      { numRuns: 300 },
    );
  });
});
