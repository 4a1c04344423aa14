import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCampaignFile } from '../../domain/campaign-file.ts';
import { readRulePack } from '../../domain/rule-pack.ts';
import { shippedRulePacks } from '../../runtime/shipped-rule-packs.ts';

const source = { law: 'a law', url: 'https://law.example/1', read: 'summary', says: 'a figure' };
const pack = {
  title: 'A law',
  jurisdiction: 'somewhere',
  date: '2026-11-26',
  callingWindows: { windows: [{ from: '08:00', to: '21:00' }], ...source },
  caps: [{ max: 3, per: '24h', ...source }],
  coolOffs: [{ after: ['abandoned'], for: '72h', ...source }],
  notRepresented: ['The rest.'],
};

function pathsOf(value: unknown): string[] {
  const reading = readRulePack('a-law', value);
  return reading.ok ? [] : reading.faults.map(({ path }) => path);
}

function readWith(file: object, packs: Record<string, unknown> = { 'a-law': pack }) {
  const rulePacks = Object.fromEntries(
    Object.entries(packs).map(([name, value]) => {
      const reading = readRulePack(name, value);
      return [name, reading.ok ? reading.content : assert.fail()];
    }),
  );
  const least = { name: 'least', trunks: ['carrier-a'], connect: { queue: 'sales' } };
  return readCampaignFile({ ...least, ...file }, { trunks: ['carrier-a'], agents: [], rulePacks });
}

describe('readRulePack', () => {
  it('names each limit as a refusal names it', () => {
    const reading = readRulePack('a-law', pack);
    assert.ok(reading.ok);
    assert.equal(reading.content.caps[0]?.rule, 'a-law: 3 calls in 24h');
    assert.equal(reading.content.coolOffs[0]?.rule, 'a-law: 72h after abandoned');
    assert.equal(reading.content.windows[0]?.timeZone, 'contact');
  });

  it('wants a source for every figure, and a list of what it does not do', () => {
    const { url, read, says } = source;
    const noLaw = { max: 1, per: 'day', url, read, says };
    assert.deepEqual(
      pathsOf({
        ...pack,
        date: '2026-02-30',
        callingWindows: { windows: [{ from: '08:00', to: '07:00' }], ...source, read: 'no' },
        caps: [noLaw, { max: 1, per: 'week', ...source }],
        coolOffs: [{ after: ['restricted'], for: '72h', ...source, url: 'law.example' }],
        notRepresented: [],
        extra: 1,
      }).sort(),
      [
        'callingWindows.read',
        'callingWindows.windows[0].to',
        'caps[0].law',
        'caps[1].per',
        'coolOffs[0].after[0]',
        'coolOffs[0].url',
        'date',
        'extra',
        'notRepresented',
      ],
    );
  });
});

describe('a campaign that names rule packs', () => {
  it('takes over what they say, with their dates, so that its settings need no file', () => {
    const own = { max: 2, per: 'day', scope: 'contact', counts: ['busy', 'no_answer'] };
    const rest = { after: ['rejected'], for: '30d', scope: 'campaign' };
    const reading = readWith({ caps: [own], coolOffs: [rest], rules: ['a-law', 'a-law'] });
    assert.ok(reading.ok, JSON.stringify(reading));
    const { caps, coolOffs, rules } = reading.settings;
    assert.deepEqual(caps, [
      {
        rule: 'caps[0]: 2 busy/no_answer a day to one contact',
        max: 2,
        perMs: null,
        scope: 'contact',
        counts: ['busy', 'no_answer'],
      },
      { rule: 'a-law: 3 calls in 24h', max: 3, perMs: 86_400_000, scope: 'person', counts: null },
    ]);
    assert.deepEqual(
      coolOffs?.map(({ rule, forMs, scope }) => [rule, forMs, scope]),
      [
        ['coolOffs[0]: 30d after rejected in one campaign', 30 * 86_400_000, 'campaign'],
        ['a-law: 72h after abandoned', 72 * 3_600_000, 'person'],
      ],
    );
    assert.deepEqual(
      rules?.map(({ name, date, windows }) => [name, date, windows.length]),
      [['a-law', '2026-11-26', 1]],
    );
    assert.ok(reading.warnings.some((line) => /a-law .*no legal advice.*The rest\./.test(line)));
  });

  it('has none of their keys without them', () => {
    const reading = readWith({});
    assert.ok(reading.ok);
    for (const key of ['caps', 'coolOffs', 'rules']) assert.ok(!(key in reading.settings), key);
    assert.deepEqual(reading.settings.attempts, { perContact: null, perNumberPerDay: null });
  });

  it('is refused with all faults of its limits, and with a pack that is not known', () => {
    const reading = readWith({
      attempts: { perPerson: 0, perPersonPerDay: 'many' },
      caps: [
        { max: 1, per: '400d', scope: 'phone' },
        { per: 'day', counts: [] },
      ],
      coolOffs: [{ after: [], for: '2' }],
      rules: ['us-tsr', 'constructor', 3],
    });
    assert.ok(!reading.ok);
    assert.deepEqual(reading.faults.map(({ path }) => path).sort(), [
      'attempts.perPerson',
      'attempts.perPersonPerDay',
      'caps[0].per',
      'caps[0].scope',
      'caps[1].counts',
      'caps[1].max',
      'coolOffs[0].after',
      'coolOffs[0].for',
      'rules[0]',
      'rules[1]',
      'rules[2]',
    ]);
    assert.match(reading.faults.at(-1)?.message ?? '', /known: a-law/);
  });
});

describe('the rule packs that come with the product', () => {
  it('have these figures', () => {
    const figures = shippedRulePacks().map(({ name, windows, caps, coolOffs }) => ({
      name,
      windows: windows.map(
        ({ days, fromMinute, toMinute }) =>
          `${days[0]}-${days.at(-1)} ${fromMinute / 60}-${toMinute / 60}`,
      ),
      limits: [...caps, ...coolOffs].map(({ rule, scope }) => `${rule} (${scope})`),
    }));
    assert.deepEqual(figures, [
      {
        name: 'co-ley-2300',
        windows: ['mon-fri 7-19', 'sat-sat 8-15'],
        limits: ['co-ley-2300: 1 answered/transferred/voicemail/abandoned a day (person)'],
      },
      { name: 'mx-repep', windows: ['mon-sun 7-22'], limits: [] },
      {
        name: 'uk-ofcom',
        windows: [],
        limits: [
          'uk-ofcom: 72h after abandoned (person)',
          'uk-ofcom: 24h after voicemail (person)',
        ],
      },
      {
        name: 'us-florida',
        windows: ['mon-sun 8-20'],
        limits: ['us-florida: 3 calls in 24h (person)'],
      },
      { name: 'us-tsr', windows: ['mon-sun 8-21'], limits: [] },
    ]);
  });

  it('say what they do not do', () => {
    for (const { name, notRepresented } of shippedRulePacks()) {
      assert.ok(notRepresented.length >= 3, name);
    }
  });
});
