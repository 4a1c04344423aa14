import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallingWindow, CampaignSettings } from '../../domain/campaign-settings.ts';
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

function judge(window: CallingWindow | null, timeZone: string | null) {
  return judgeClaim({ settings: { ...settings, callingWindow: window }, timeZone }, now);
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

  it('knows no next time for a window that never opens', () => {
    assert.deepEqual(judge({ ...nineToEight, days: [] }, null), {
      allowed: false,
      reason: 'calling_window',
      retryAt: null,
    });
  });
});
