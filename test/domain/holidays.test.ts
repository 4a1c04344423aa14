import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCampaignFile } from '../../domain/campaign-file.ts';
import { readCalendar } from '../../domain/holidays.ts';

const known = {
  trunks: ['a'],
  agents: [],
  calendars: { mx: ['2026-09-16', '2026-12-25'], ar: ['2026-07-09'] },
};

function reading(window: object, names: Parameters<typeof readCampaignFile>[1] = known) {
  const callingWindow = { from: '09:00', to: '20:00', ...window };
  return readCampaignFile(
    { name: 'spring', trunks: ['a'], connect: { queue: 'sales' }, callingWindow },
    names,
  );
}

function holidaysOf(window: object) {
  const read = reading(window);
  assert.ok(read.ok, JSON.stringify(read));
  return read.settings.callingWindow?.holidays;
}

function faultsOf(window: object, names?: Parameters<typeof readCampaignFile>[1]) {
  const read = reading(window, names);
  assert.ok(!read.ok);
  return read.faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('the holidays of a campaign file', () => {
  it('are dates, kept in order', () => {
    assert.deepEqual(holidaysOf({ holidays: ['2026-12-25', '2026-05-01'] }), [
      '2026-05-01',
      '2026-12-25',
    ]);
  });

  it('are absent without any', () => {
    assert.equal(holidaysOf({}), undefined);
    assert.equal(holidaysOf({ holidays: [] }), undefined);
  });

  it('come from a calendar by its name, with the days themselves', () => {
    assert.deepEqual(holidaysOf({ calendar: 'mx' }), ['2026-09-16', '2026-12-25']);
  });

  it('are those of the calendar and the list together', () => {
    assert.deepEqual(holidaysOf({ calendar: 'mx', holidays: ['2026-12-25', '2026-12-24'] }), [
      '2026-09-16',
      '2026-12-24',
      '2026-12-25',
    ]);
  });

  const wrong: readonly [value: unknown, place: RegExp][] = [
    [['2026-02-30'], /^callingWindow\.holidays\[0\]: there is no 2026-02-30/],
    [['2026-12-25', '2027-02-29'], /^callingWindow\.holidays\[1\]: there is no 2027-02-29/],
    [['2026-13-01'], /^callingWindow\.holidays\[0\]: there is no 2026-13-01/],
    [['25.12.2026'], /^callingWindow\.holidays\[0\]: this is not a date/],
    [['2026-12-25 '], /^callingWindow\.holidays\[0\]: this is not a date/],
    [[20261225], /^callingWindow\.holidays\[0\]: this is not a date/],
    [['9999-12-25'], /^callingWindow\.holidays\[0\]: .* 2000 to 2099/],
    [['1999-12-31'], /^callingWindow\.holidays\[0\]: .* 2000 to 2099/],
    [['2026-12-25', '2026-12-25'], /^callingWindow\.holidays\[1\]: 2026-12-25 is here twice/],
    ['2026-12-25', /^callingWindow\.holidays: this must be a list/],
    [Array.from({ length: 1001 }, () => '2026-12-25'), /^callingWindow\.holidays: .*at most 1000/],
  ];
  for (const [holidays, place] of wrong) {
    it(`are refused when they are ${JSON.stringify(holidays).slice(0, 40)}`, () => {
      const faults = faultsOf({ holidays });
      assert.ok(
        faults.some((fault) => place.test(fault)),
        faults.join('\n'),
      );
    });
  }

  it('refuse a calendar that dialer.yaml does not name', () => {
    assert.match(faultsOf({ calendar: 'uk' }).join(), /^callingWindow\.calendar: .*known: mx, ar$/);
    assert.match(faultsOf({ calendar: 'constructor' }).join(), /^callingWindow\.calendar: /);
    assert.match(
      faultsOf({ calendar: 'mx' }, { trunks: ['a'], agents: [] }).join(),
      /^callingWindow\.calendar: .*known: none$/,
    );
  });
});

describe('readCalendar', () => {
  const christmas = { date: '2026-12-25', name: 'Navidad', source: 'LFT, art. 74, VIII' };

  it('reads dated entries with a name and a source each', () => {
    const may = { ...christmas, date: '2026-05-01' };
    assert.deepEqual(readCalendar([christmas, may]), {
      ok: true,
      content: ['2026-05-01', '2026-12-25'],
    });
  });

  it('reports all faults, each with its place', () => {
    const read = readCalendar([
      { ...christmas, date: '2026-02-30' },
      { date: '2026-01-01', name: 'Año Nuevo' },
      { ...christmas, name: 'a\nb' },
      { ...christmas, until: '2026-12-31' },
    ]);
    assert.ok(!read.ok);
    assert.deepEqual(
      read.faults.map(({ path }) => path),
      ['[0].date', '[1].source', '[2].name', '[3].until'],
    );
  });

  for (const value of [null, [], {}, 'x', [christmas, christmas], [[]]]) {
    it(`refuses ${JSON.stringify(value).slice(0, 60)}`, () => {
      assert.equal(readCalendar(value).ok, false);
    });
  }
});
