import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isInsideCallingWindow, nextOpening } from '../../domain/calling-window.ts';
import { weekdays, type CallingWindow, type Weekday } from '../../domain/campaign-settings.ts';

const weekDays: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

function window(from: string, to: string, days: readonly Weekday[] = weekdays): CallingWindow {
  return { days, fromMinute: minuteOf(from), toMinute: minuteOf(to), timeZone: 'contact' };
}

function minuteOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

describe('isInsideCallingWindow', () => {
  // 2026-11-23 is a Monday.
  const rows = [
    ['2026-11-23T15:00:00Z', 'America/Mexico_City', true], // 09:00
    ['2026-11-23T14:59:59.999Z', 'America/Mexico_City', false],
    ['2026-11-24T01:59:59.999Z', 'America/Mexico_City', true], // Monday 19:59:59
    ['2026-11-24T02:00:00Z', 'America/Mexico_City', false], // 20:00
    ['2026-11-22T18:00:00Z', 'America/Mexico_City', false], // Sunday
    ['2026-11-21T15:00:00Z', 'America/Mexico_City', false], // Saturday
    // The same instant is Monday in Auckland and Sunday in Mexico.
    ['2026-11-22T21:00:00Z', 'Pacific/Auckland', true],
    ['2026-11-22T21:00:00Z', 'America/Mexico_City', false],
    ['2026-11-23T03:15:00Z', 'Asia/Kathmandu', true], // 09:00, at +05:45
    ['2026-11-23T03:14:59Z', 'Asia/Kathmandu', false],
  ] as const;
  for (const [at, zone, expected] of rows) {
    it(`${at} in ${zone} is ${expected ? 'inside' : 'outside'} 09:00–20:00, mon–fri`, () => {
      const nineToEight = window('09:00', '20:00', weekDays);
      assert.equal(isInsideCallingWindow(nineToEight, new Date(at), zone), expected);
    });
  }

  it('may last until the end of the day', () => {
    const evening = window('20:00', '24:00', ['mon']);
    const zone = 'UTC';
    assert.ok(isInsideCallingWindow(evening, new Date('2026-11-23T23:59:59.999Z'), zone));
    assert.ok(!isInsideCallingWindow(evening, new Date('2026-11-24T00:00:00Z'), zone));
  });
});

describe('a holiday', () => {
  const closedAtChristmas = { ...window('09:00', '20:00'), holidays: ['2026-12-25'] };

  it('is closed from its first to its last minute, by the date of the zone', () => {
    const isOpen = (at: string, zone: string) =>
      isInsideCallingWindow(
        { ...closedAtChristmas, fromMinute: 0, toMinute: 1440 },
        new Date(at),
        zone,
      );
    assert.ok(isOpen('2026-12-25T05:59:59.999Z', 'America/Mexico_City'));
    assert.ok(!isOpen('2026-12-25T06:00:00Z', 'America/Mexico_City'));
    assert.ok(!isOpen('2026-12-26T05:59:59.999Z', 'America/Mexico_City'));
    assert.ok(isOpen('2026-12-26T06:00:00Z', 'America/Mexico_City'));
    assert.ok(!isOpen('2026-12-25T05:59:59Z', 'UTC'));
  });

  it('is passed over for the next opening', () => {
    const opening = nextOpening(closedAtChristmas, new Date('2026-12-24T20:00:00Z'), 'UTC');
    assert.equal(opening?.toISOString(), '2026-12-26T09:00:00.000Z');
  });

  it('on the day of a clock change leaves the change of the next day alone', () => {
    // Samoa: 2011-12-29 is followed by 2011-12-31.
    const hours = { ...window('09:00', '20:00'), holidays: ['2011-12-30', '2011-12-31'] };
    const opening = nextOpening(hours, new Date('2011-12-30T07:00:00Z'), 'Pacific/Apia');
    assert.equal(opening?.toISOString(), '2011-12-31T19:00:00.000Z');
  });

  it('a year of them closes for a year', () => {
    const all = Array.from({ length: 365 }, (_, day) =>
      new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const hours = { ...window('09:00', '20:00', ['mon']), holidays: all };
    const opening = nextOpening(hours, new Date('2026-01-01T00:00:00Z'), 'UTC');
    assert.equal(opening?.toISOString(), '2027-01-04T09:00:00.000Z');
  });
});

describe('nextOpening', () => {
  const rows: readonly [string, CallingWindow, string, string, string | null][] = [
    [
      'is now when the window is open',
      window('09:00', '20:00'),
      '2026-11-23T10:00:00.000Z',
      'UTC',
      '2026-11-23T10:00:00.000Z',
    ],
    [
      'is later today',
      window('09:00', '20:00'),
      '2026-11-23T03:00:00.000Z',
      'UTC',
      '2026-11-23T09:00:00.000Z',
    ],
    [
      'is tomorrow when today is over',
      window('09:00', '20:00'),
      '2026-11-23T20:00:00.000Z',
      'UTC',
      '2026-11-24T09:00:00.000Z',
    ],
    [
      'is on Monday after a Friday',
      window('09:00', '20:00', weekDays),
      '2026-11-27T20:30:00.000Z',
      'UTC',
      '2026-11-30T09:00:00.000Z',
    ],
    [
      'is a week away when only this weekday is allowed',
      window('09:00', '10:00', ['mon']),
      '2026-11-23T10:00:00.000Z',
      'UTC',
      '2026-11-30T09:00:00.000Z',
    ],
    [
      'is never without days',
      window('09:00', '20:00', []),
      '2026-11-23T10:00:00.000Z',
      'UTC',
      null,
    ],
    [
      // 02:00 to 03:00 does not exist on 2026-03-08.
      'is the clock change that jumps over its start',
      window('02:30', '05:00'),
      '2026-03-08T05:30:00.000Z',
      'America/New_York',
      '2026-03-08T07:00:00.000Z',
    ],
    [
      'is the day after, when a clock change swallows the window',
      window('02:10', '02:50'),
      '2026-03-08T05:30:00.000Z',
      'America/New_York',
      '2026-03-09T06:10:00.000Z',
    ],
    [
      // 01:00 to 02:00 comes twice on 2026-11-01.
      'is the first of two when its start comes twice',
      window('01:30', '05:00'),
      '2026-11-01T04:30:00.000Z',
      'America/New_York',
      '2026-11-01T05:30:00.000Z',
    ],
    [
      'is the second one when the first has closed',
      window('01:10', '01:20'),
      '2026-11-01T05:20:00.000Z',
      'America/New_York',
      '2026-11-01T06:10:00.000Z',
    ],
    [
      'is a clock change back into a window that had closed',
      window('00:00', '01:30'),
      '2026-11-01T05:45:00.000Z',
      'America/New_York',
      '2026-11-01T06:00:00.000Z',
    ],
    [
      'follows the zone through a clock change',
      window('09:00', '20:00'),
      '2026-10-31T23:30:00.000Z',
      'Europe/Berlin',
      '2026-11-01T08:00:00.000Z',
    ],
    [
      // Samoa had no 2011-12-30, a Friday.
      'passes over a day that the zone left out',
      window('09:00', '20:00', ['fri']),
      '2011-12-30T00:00:00.000Z',
      'Pacific/Apia',
      '2012-01-05T19:00:00.000Z',
    ],
  ];
  for (const [name, hours, at, zone, expected] of rows) {
    it(name, () => {
      assert.equal(nextOpening(hours, new Date(at), zone)?.toISOString() ?? null, expected);
    });
  }

  const zone = fc.constantFrom(
    'UTC',
    'America/New_York',
    'America/Mexico_City',
    'America/Havana',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Pacific/Chatham',
  );
  const anyWindow = fc
    .tuple(fc.subarray([...weekdays], { minLength: 1 }), fc.nat(1438), fc.nat(1439))
    .map(([days, a, b]) => ({
      days,
      fromMinute: Math.min(a, b),
      toMinute: Math.max(a, b) + 1,
      timeZone: 'contact',
    }));
  // Whole seconds: a window opens on one.
  const instant = fc
    .date({ min: new Date('2010-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

  it('is inside the window, and nothing before it is', () => {
    fc.assert(
      fc.property(
        anyWindow,
        instant,
        zone,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (hours, at, name, part) => {
          const opening = nextOpening(hours, at, name);
          assert.ok(opening && opening >= at);
          assert.ok(isInsideCallingWindow(hours, opening, name));
          if (opening.getTime() === at.getTime()) return;
          assert.ok(!isInsideCallingWindow(hours, new Date(opening.getTime() - 1000), name));
          const between = at.getTime() + Math.floor((opening.getTime() - 1 - at.getTime()) * part);
          assert.ok(!isInsideCallingWindow(hours, new Date(between), name));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
