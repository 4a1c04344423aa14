import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { weekdays, type CallingWindow } from '../../domain/campaign-settings.ts';
import { nextCommonOpening } from '../../domain/opening-hours.ts';

const minuteMs = 60_000;

function hours(from: string, to: string, more: Partial<CallingWindow> = {}): CallingWindow {
  const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const times = { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
  return { days: [...weekdays], timeZone: 'contact', ...times, ...more };
}

function inAll(window: CallingWindow, zones: readonly string[]) {
  return zones.map((zone) => ({ windows: [{ window, zone }] }));
}

function opening(window: CallingWindow, zones: readonly string[], at: string): string | null {
  return nextCommonOpening(inAll(window, zones), new Date(at))?.toISOString() ?? null;
}

// Other code than the rules have: the clock is read as text.
const clocks = new Map<string, Intl.DateTimeFormat>();
function isOpenByText(window: CallingWindow, zone: string, atMs: number): boolean {
  let clock = clocks.get(zone);
  clock ??= new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  clocks.set(zone, clock);
  const [date = '', time = ''] = clock.format(atMs).split(' ');
  const day = new Date(`${date}T12:00:00Z`).toUTCString().slice(0, 3).toLowerCase();
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  return (
    window.days.some((name) => name === day) &&
    !window.holidays?.includes(date) &&
    minute >= window.fromMinute &&
    minute < window.toMinute
  );
}

describe('nextCommonOpening', () => {
  const nineToEight = hours('09:00', '20:00');
  const rows: readonly [string, CallingWindow, readonly string[], string, string | null][] = [
    [
      'is now while all are open',
      nineToEight,
      ['America/Chicago', 'America/New_York'],
      '2026-11-23T15:30:00.000Z',
      '2026-11-23T15:30:00.000Z',
    ],
    [
      'is the opening of the zone that opens last',
      nineToEight,
      ['America/Chicago', 'America/New_York'],
      '2026-11-23T14:30:00.000Z', // 09:30 in New York, 08:30 in Chicago
      '2026-11-23T15:00:00.000Z',
    ],
    [
      'is tomorrow when one zone has closed, though another is open',
      nineToEight,
      ['America/Chicago', 'America/New_York'],
      '2026-11-24T01:30:00.000Z', // 20:30 in New York
      '2026-11-24T15:00:00.000Z',
    ],
    [
      'counts offsets of half and three quarter hours',
      hours('09:00', '18:00'),
      ['Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Eucla'], // +05:30, +05:45, +08:45
      '2026-11-23T00:00:00.000Z',
      '2026-11-23T03:30:00.000Z',
    ],
    [
      // 2026-03-08: New York from 02:00 to 03:00, Phoenix never.
      'follows the zone that changes its clock while the other does not',
      hours('09:00', '12:00'),
      ['America/New_York', 'America/Phoenix'],
      '2026-03-07T18:00:00.000Z', // after it, from 16:00 (Phoenix opens) to 16:00 (New York closes)
      '2026-11-01T16:00:00.000Z',
    ],
    [
      'passes over a local time that one of the zones skips',
      hours('02:00', '03:00'),
      ['America/New_York', 'America/Toronto'],
      '2026-03-08T06:30:00.000Z',
      '2026-03-09T06:00:00.000Z',
    ],
    [
      // 01:00 to 02:00 comes twice in New York on 2026-11-01; Bogota has it once, at the second time.
      'is the second of a repeated local time when the first does not suit the other zone',
      hours('01:00', '01:40'),
      ['America/New_York', 'America/Bogota'],
      '2026-11-01T05:00:00.000Z',
      '2026-11-01T06:00:00.000Z',
    ],
    [
      'closes where the date is a holiday, by the date of each zone',
      hours('00:00', '24:00', { holidays: ['2026-12-25'] }),
      ['Pacific/Auckland', 'America/Los_Angeles'],
      '2026-12-24T10:30:00.000Z', // 2026-12-24 23:30 in Auckland
      '2026-12-24T10:30:00.000Z',
    ],
    [
      'waits for the end of the holiday in the last zone',
      hours('00:00', '24:00', { holidays: ['2026-12-25'] }),
      ['Pacific/Auckland', 'America/Los_Angeles'],
      '2026-12-24T11:00:00.000Z',
      '2026-12-26T08:00:00.000Z',
    ],
    [
      'passes over a holiday on the day of a clock change',
      hours('01:30', '04:00', { holidays: ['2026-03-08'] }),
      ['America/New_York'],
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T05:30:00.000Z', // 01:30 in the summer time that began on the holiday
    ],
    [
      'is never in zones half a day apart',
      hours('09:00', '18:00'),
      ['Europe/London', 'Pacific/Auckland'],
      '2026-11-23T10:00:00.000Z',
      null,
    ],
    [
      // Eleven hours apart in November, nine once London has summer and Sydney winter time.
      'is found months away, when the clocks of both have changed',
      hours('09:00', '19:00'),
      ['Europe/London', 'Australia/Sydney'],
      '2026-11-23T10:00:00.000Z',
      '2027-04-04T08:00:00.000Z',
    ],
    [
      'waits for the next year of a window whose days are all holidays for long',
      hours('09:00', '10:00', {
        days: ['mon'],
        holidays: ['2026-11-30', '2026-12-07', '2026-12-14', '2026-12-21', '2026-12-28'],
      }),
      ['UTC'],
      '2026-11-23T10:00:00.000Z',
      '2027-01-04T09:00:00.000Z',
    ],
    [
      'is now without any hours',
      nineToEight,
      [],
      '2026-11-23T00:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
    ],
  ];
  for (const [name, window, zones, at, expected] of rows) {
    it(name, () => assert.equal(opening(window, zones, at), expected));
  }

  it('answers the same again for those that never open, and anew for other zones or another day', () => {
    const short = hours('09:00', '18:00');
    const zones = ['Europe/London', 'Pacific/Auckland'];
    for (const at of ['2026-11-23T10:00:00Z', '2026-11-23T10:00:01Z', '2026-11-25T00:00:00Z']) {
      assert.equal(opening(short, zones, at), null);
      assert.equal(opening(short, ['Europe/London'], at) === null, false);
      assert.equal(opening(hours('08:00', '19:30'), zones, at) === null, false);
    }
  });

  const zone = fc.constantFrom(
    'UTC',
    'America/New_York',
    'America/Chicago',
    'America/Phoenix',
    'America/St_Johns',
    'America/Havana',
    'Australia/Lord_Howe',
    'Australia/Eucla',
    'Africa/Casablanca',
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'Pacific/Chatham',
    'Pacific/Apia',
  );
  const anyWindow = fc
    .tuple(fc.subarray([...weekdays], { minLength: 3 }), fc.nat(1438), fc.nat(1439))
    .map(([days, a, b]) =>
      hours('00:00', '24:00', {
        days,
        fromMinute: Math.min(a, b),
        toMinute: Math.max(a, b) + 1,
      }),
    );
  // Around clock changes of these zones, and anywhere.
  const changes = [
    '2026-03-08',
    '2026-11-01',
    '2026-04-05',
    '2026-09-27',
    '2026-10-04',
    '2026-02-15',
  ];
  const instant = fc
    .oneof(
      fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -36, max: 36 }))
        .map(([day, hour]) => Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000),
      fc.integer({ min: Date.parse('2015-01-01'), max: Date.parse('2035-01-01') }),
    )
    .map((ms) => Math.floor(ms / minuteMs) * minuteMs);
  const holidaysNear = (at: number, offsets: readonly number[]) =>
    [
      ...new Set(offsets.map((day) => new Date(at + day * 86_400_000).toISOString().slice(0, 10))),
    ].sort();

  it('is the first minute at which all are open, as looking at every minute finds', () => {
    const limit = 4 * 1_440;
    fc.assert(
      fc.property(
        anyWindow,
        fc.uniqueArray(zone, { minLength: 1, maxLength: 3 }),
        instant,
        fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 2 }),
        (base, zones, at, offsets) => {
          const window = { ...base, holidays: holidaysNear(at, offsets) };
          const isFirst = (minute: number) =>
            zones.every((name) => isOpenByText(window, name, at + minute * minuteMs));
          let minute = 0;
          while (minute < limit && !isFirst(minute)) minute += 1;
          const found = nextCommonOpening(inAll(window, zones), new Date(at));
          if (minute < limit) assert.equal(found?.getTime(), at + minute * minuteMs);
          else assert.ok(found === null || found.getTime() >= at + limit * minuteMs);
        },
      ),
      { numRuns: 100 },
    );
  });
});
