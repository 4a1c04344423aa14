import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  weekdays,
  type CallingWindow,
  type CampaignSettings,
} from '../../domain/campaign-settings.ts';
import { judgeClaim } from '../../domain/judge-claim.ts';

const settings: CampaignSettings = {
  name: 'spring',
  trunks: ['a'],
  defaultCountry: null,
  timeZone: 'America/Mexico_City',
  callerId: null,
  ringTimeoutMs: 30_000,
  connect: { kind: 'queue', queue: 'sales' },
  answeringMachine: null,
  callingWindow: null,
  attempts: { perContact: null, perNumberPerDay: null },
  recycle: {},
  retarget: [],
};

const nineToEight: CallingWindow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  fromMinute: 9 * 60,
  toMinute: 20 * 60,
  timeZone: 'contact',
};

// Monday 10:00 in Mexico City, 17:00 in Berlin, Tuesday 05:00 in Auckland.
const now = new Date('2026-11-23T16:00:00Z');

function judge(
  window: CallingWindow | null,
  timeZone: string | null,
  numberZones: readonly string[] | null = null,
) {
  const changed = { ...settings, callingWindow: window };
  return judgeClaim(
    { settings: changed, timeZone, numberZones, claimedAt: now.toISOString(), history: [] },
    now,
  );
}

describe('judgeClaim', () => {
  it('allows any time without a window', () => {
    assert.deepEqual(judge(null, 'Pacific/Auckland'), { allowed: true });
  });

  it('goes by the zone of the contact', () => {
    assert.deepEqual(judge(nineToEight, 'Europe/Berlin'), { allowed: true });
    assert.deepEqual(judge(nineToEight, 'Pacific/Auckland'), {
      allowed: false,
      reason: 'calling_window',
      rule: 'callingWindow',
      retryAt: new Date('2026-11-23T20:00:00Z'),
    });
  });

  it('goes by the zone of the campaign when that of the contact is unknown', () => {
    assert.deepEqual(judge(nineToEight, null), { allowed: true });
    assert.deepEqual(judge(nineToEight, 'Mars/Olympus'), { allowed: true });
  });

  it('goes by the zone of the window when it has one of its own', () => {
    const inAuckland = { ...nineToEight, timeZone: 'Pacific/Auckland' };
    assert.equal(judge(inAuckland, 'Europe/Berlin').allowed, false);
  });

  it('goes by the zones of the number when that of the contact is unknown', () => {
    assert.deepEqual(judge(nineToEight, null, ['Pacific/Auckland']), {
      allowed: false,
      reason: 'calling_window',
      rule: 'callingWindow',
      retryAt: new Date('2026-11-23T20:00:00Z'),
    });
    assert.deepEqual(judge(nineToEight, 'Europe/Berlin', ['Pacific/Auckland']), { allowed: true });
    assert.deepEqual(judge(nineToEight, null, []), { allowed: true });
  });

  it('needs all zones the number may lie in to be open', () => {
    const eastAndCentral = ['America/Chicago', 'America/New_York'];
    assert.deepEqual(judge(nineToEight, null, eastAndCentral), { allowed: true });
    // 10:00 in Mexico City and Chicago, 08:00 in Los Angeles.
    assert.deepEqual(judge(nineToEight, null, ['America/Chicago', 'America/Los_Angeles']), {
      allowed: false,
      reason: 'calling_window',
      rule: 'callingWindow',
      retryAt: new Date('2026-11-23T17:00:00Z'),
    });
  });

  it('reads a zone of the number that this runtime does not know as that of the campaign', () => {
    assert.deepEqual(judge(nineToEight, null, ['Mars/Olympus']), { allowed: true });
    assert.equal(judge(nineToEight, null, ['Mars/Olympus', 'Pacific/Auckland']).allowed, false);
  });

  it('goes by the zone of the window, whatever the zones of the number', () => {
    const inBerlin = { ...nineToEight, timeZone: 'Europe/Berlin' };
    assert.deepEqual(judge(inBerlin, null, ['Pacific/Auckland', 'Asia/Tokyo']), { allowed: true });
  });

  const never = { allowed: false, reason: 'no_opening', rule: 'callingWindow', retryAt: null };

  it('says that zones which are never open together allow no call at all', () => {
    const short = { ...nineToEight, toMinute: 18 * 60 };
    assert.deepEqual(judge(short, null, ['Europe/London', 'Pacific/Auckland']), never);
  });

  it('knows no next time for a window that never opens', () => {
    assert.deepEqual(judge({ ...nineToEight, days: [] }, null), never);
  });

  it('allows no call outside the window in any zone the number may lie in', () => {
    const zones = [
      'America/New_York',
      'America/Chicago',
      'America/St_Johns',
      'Australia/Eucla',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Mars/Olympus',
    ];
    // Other code than the rules have: the clock is read as text.
    const localTime = (zone: string, at: Date) =>
      at.toLocaleString('sv-SE', { timeZone: zone === 'Mars/Olympus' ? settings.timeZone : zone });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...zones), { minLength: 1, maxLength: 4 }),
        fc.subarray([...weekdays], { minLength: 1 }),
        fc.nat(1438),
        fc.nat(1439),
        fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') }),
        fc.array(fc.integer({ min: -1, max: 1 }), { maxLength: 2 }),
        (numberZones, days, a, b, ms, nearDays) => {
          const at = new Date(ms);
          const dateOf = (day: number) => new Date(ms + day * 86_400_000).toISOString();
          const callingWindow = {
            days,
            fromMinute: Math.min(a, b),
            toMinute: Math.max(a, b) + 1,
            timeZone: 'contact',
            holidays: nearDays.map((day) => dateOf(day).slice(0, 10)),
          };
          const isOutside = numberZones.some((zone) => {
            const [date = '', time = ''] = localTime(zone, at).split(' ');
            const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
            const day = new Date(`${date}T12:00:00Z`).toUTCString().slice(0, 3).toLowerCase();
            const isHoliday = callingWindow.holidays.includes(date);
            if (isHoliday || !days.some((name) => name === day)) return true;
            return minute < callingWindow.fromMinute || minute >= callingWindow.toMinute;
          });
          const changed = { ...settings, callingWindow };
          const claim = { settings: changed, timeZone: null, numberZones };
          const { allowed } = judgeClaim(
            { ...claim, claimedAt: at.toISOString(), history: [] },
            at,
          );
          assert.equal(allowed, !isOutside);
        },
      ),
      { numRuns: 500 },
    );
  });
});
