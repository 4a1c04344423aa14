import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isTimeZone, startOfNextLocalDay } from '../../domain/local-day.ts';
import { readLocalTime } from '../../domain/local-time.ts';

describe('startOfNextLocalDay', () => {
  const rows = [
    ['is the next midnight', '2026-11-22T12:00:00Z', 'UTC', '2026-11-23T00:00:00Z'],
    ['is a whole day after midnight itself', '2026-11-22T00:00:00Z', 'UTC', '2026-11-23T00:00:00Z'],
    [
      'is the midnight of the zone',
      '2026-11-22T05:59:59Z',
      'America/Mexico_City',
      '2026-11-22T06:00:00Z',
    ],
    [
      'comes 23 hours later in spring',
      '2026-03-08T05:00:00Z',
      'America/New_York',
      '2026-03-09T04:00:00Z',
    ],
    [
      'comes 25 hours later in autumn',
      '2026-11-01T04:00:00Z',
      'America/New_York',
      '2026-11-02T05:00:00Z',
    ],
    [
      'is 01:00 where midnight is skipped',
      '2026-03-07T20:00:00Z',
      'America/Havana',
      '2026-03-08T05:00:00Z',
    ],
    [
      'is the day after a day left out',
      '2011-12-30T09:59:59Z',
      'Pacific/Apia',
      '2011-12-30T10:00:00Z',
    ],
  ] as const;
  for (const [name, at, zone, expected] of rows) {
    it(name, () => {
      const start = startOfNextLocalDay(new Date(at), zone);
      assert.equal(start.toISOString(), new Date(expected).toISOString());
    });
  }

  it('is the first instant of another local date', () => {
    const instant = fc.date({
      min: new Date('2010-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    const zone = fc.constantFrom(
      'America/Havana',
      'America/Sao_Paulo',
      'Africa/Cairo',
      'Asia/Beirut',
      'Atlantic/Azores',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    );
    fc.assert(
      fc.property(instant, zone, (at, name) => {
        const dayOf = (ms: number) => readLocalTime(new Date(ms), name).dayMs;
        const start = startOfNextLocalDay(at, name).getTime();
        assert.ok(start > at.getTime());
        assert.ok(dayOf(start) > dayOf(at.getTime()));
        assert.equal(dayOf(start - 1), dayOf(at.getTime()));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('isTimeZone', () => {
  it('knows the names of the IANA database', () => {
    for (const name of [
      'UTC',
      'America/Mexico_City',
      'America/Argentina/Buenos_Aires',
      'Etc/GMT+5',
    ]) {
      assert.ok(isTimeZone(name), name);
    }
  });

  it('knows nothing else', () => {
    const unknown = [
      '',
      'Mars/Olympus',
      '+05:00',
      'contact',
      'UTC\n',
      ' UTC',
      '__proto__',
      '../UTC',
    ];
    for (const name of unknown) assert.ok(!isTimeZone(name), JSON.stringify(name));
  });
});
