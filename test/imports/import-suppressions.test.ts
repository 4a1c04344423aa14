import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { suppressionLists } from '../../db/suppression-lists.ts';
import { addSuppressions, listSuppressions } from '../../db/suppressions.ts';
import { phoneKey } from '../../domain/phone-key.ts';
import type { ImportFault } from '../../imports/csv-fault.ts';
import { importContacts } from '../../imports/import-contacts.ts';
import {
  importSuppressions,
  type ImportSuppressionsOptions,
  type SuppressionImportProgress,
} from '../../imports/import-suppressions.ts';
import { claimContact, reasonOf } from '../support/attempt-fixture.ts';
import { dialable, insertCampaign, insertTestContacts } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { piecesOf } from './pieces-of.ts';

const phoneSecret = new Uint8Array(32).fill(3);
const now = new Date('2026-06-15T12:00:00.000Z');
const day = (text: string) => new Date(`${text}T00:00:00.000Z`);

describe('importing a suppression list', () => {
  let database: TestDatabase;
  before(async () => {
    // Two connections: the import holds one of them.
    database = await createTestDatabase({ poolSize: 2 });
  });
  after(() => database.drop());

  async function load(content: string, options: Partial<ImportSuppressionsOptions> = {}) {
    const faults: ImportFault[] = [];
    const result = await importSuppressions({
      db: database.db,
      campaignId: null,
      file: piecesOf(content),
      phoneSecret,
      defaultCountry: 'MX',
      ...{ source: null, listDate: null, date: null, expires: null },
      ...{ replace: false, force: false, dryRun: false, now },
      onFault: (fault) => void faults.push(fault),
      onProgress: () => {},
      onBroughtIn: () => Promise.resolve(),
      ...options,
    });
    return { ...result, faults };
  }

  async function entriesOf(source: string) {
    const rows: [number: string, date: string, expiresAt: string | null][] = [];
    for await (const row of listSuppressions(database.db, { source })) {
      rows.push([row.number, row.date, row.expiresAt]);
    }
    return rows.sort();
  }

  const listDateOf = async (source: string) =>
    (await suppressionLists(database.db)).find((list) => list.source === source)?.listDate ?? null;

  it('takes numbers alone, one a line, as registers give them out', async () => {
    const { imported, refused, faults } = await load(
      '55 5020 0001\n\n+525550200002\n5550200003 x4\n',
      { source: 'alone' },
    );
    assert.deepEqual([imported, refused], [2, 1]);
    assert.deepEqual(faults, [
      {
        line: 4,
        column: 'number',
        value: '5550200003 x4',
        reason: 'extensions cannot be dialled: write the number without it',
      },
    ]);
    assert.deepEqual(
      (await entriesOf('alone')).map(([number]) => number),
      ['+525550200001', '+525550200002'],
    );
  });

  it('reads source, date and expiry of each row, and else those that are given', async () => {
    const csv =
      'note;expires;number;source;date\n' +
      'x;2026-12-31;55 5020 0011;rows;2026-01-02\n' +
      'x;;55 5020 0012;rows;\n' +
      'x;2020-01-01T00:00:00Z;55 5020 0013;;2019-05-01 10:30\n';
    const result = await load(csv, {
      source: 'given',
      date: day('2026-02-01'),
      expires: day('2030-01-01'),
    });
    assert.deepEqual([result.imported, result.refused, result.added], [3, 0, 3]);
    // The day an entry ends is part of it everywhere on earth.
    assert.deepEqual(await entriesOf('rows'), [
      ['+525550200011', '2026-01-02T00:00:00.000Z', '2027-01-01T12:00:00.000Z'],
      ['+525550200012', '2026-02-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z'],
    ]);
    assert.deepEqual(await entriesOf('given'), [
      ['+525550200013', '2019-05-01T10:30:00.000Z', '2020-01-01T00:00:00.000Z'],
    ]);
  });

  it('refuses what it cannot read row by row, with line, column, value and reason', async () => {
    const { imported, faults } = await load(
      'number,source,date,expires\n' +
        'abc,,,\n' +
        '55 5020 0021,,31/12/2026,\n' +
        '55 5020 0022,,2026-02-30,\n' +
        '55 5020 0023,,2026-06-17,\n' +
        '55 5020 0024,,2026-06-01,2026-05-01\n' +
        `55 5020 0025,${'x'.repeat(81)},,\n` +
        '55 5020 0026,,,never\n' +
        '55 5020 0027,,1899-12-31,\n' +
        '55 5020 0028\n' +
        '55 5020 0029,,,\n',
      { source: 'faulty' },
    );
    assert.equal(imported, 1);
    assert.deepEqual(
      faults.map(({ line, column, value }) => [line, column, value.slice(0, 20)]),
      [
        [2, 'number', 'abc'],
        [3, 'date', '31/12/2026'],
        [4, 'date', '2026-02-30'],
        [5, 'date', '2026-06-17'],
        [6, 'expires', '2026-05-01'],
        [7, 'source', 'x'.repeat(20)],
        [8, 'expires', 'never'],
        [9, 'date', '1899-12-31'],
        [10, '', ''],
      ],
    );
    assert.match(faults[1]?.reason ?? '', /write 2026-01-31/);
    assert.match(faults[3]?.reason ?? '', /future/);
  });

  it('refuses a file without numbers, or with a column twice, as a whole', async () => {
    for (const content of [
      'telephone\n55 5020 0031\n',
      'number,number\n55 5020 0031,\n',
      'number,date,date\n55 5020 0031,,\n',
      '55 5020 0031,55 5020 0032\n',
      '',
    ]) {
      await assert.rejects(load(content), { code: 'FILE_REFUSED' }, JSON.stringify(content));
    }
  });

  it('keeps the newest date and the longest protection of what is there', async () => {
    const source = 'refreshed';
    const csv = (...rows: string[]) => `number,date,expires\n${rows.join('\n')}\n`;
    await load(
      csv(
        '5550200041,2026-03-01,2026-08-01',
        '5550200042,2026-03-01,2026-08-01',
        '5550200043,2026-03-01,',
        '5550200044,2026-03-01,2026-08-01',
      ),
      { source },
    );
    const { added, changed, keptLonger, removed } = await load(
      csv(
        '5550200041,2026-04-01,2026-07-01',
        '5550200042,,2026-09-01',
        '5550200043,2026-02-01,2026-09-01',
        '5550200044,2026-02-01,2026-08-01',
        '5550200045,2026-04-01,',
      ),
      { source },
    );
    assert.deepEqual(
      { added, changed, keptLonger, removed },
      {
        added: 1,
        changed: 2,
        keptLonger: 2,
        removed: 0,
      },
    );
    const noon = (date: string) => `${date}T12:00:00.000Z`;
    const start = (date: string) => `${date}T00:00:00.000Z`;
    assert.deepEqual(await entriesOf(source), [
      ['+525550200041', start('2026-04-01'), noon('2026-08-02')],
      ['+525550200042', start('2026-03-01'), noon('2026-09-02')],
      ['+525550200043', start('2026-03-01'), null],
      ['+525550200044', start('2026-03-01'), noon('2026-08-02')],
      ['+525550200045', start('2026-04-01'), null],
    ]);
  });

  it('changes nothing of a list without dates that comes again', async () => {
    const list = '5550200051\n5550200052\n';
    await load(list, { source: 'weekly', listDate: day('2026-05-01') });
    const again = await load(list, { source: 'weekly', listDate: day('2026-06-01') });
    assert.deepEqual([again.added, again.changed], [0, 0]);
    assert.equal((await entriesOf('weekly'))[0]?.[1], '2026-05-01T00:00:00.000Z');
    assert.equal(await listDateOf('weekly'), '2026-06-01T00:00:00.000Z');
  });

  it('enters a number that a file has several times once, with the longest protection', async () => {
    const { imported, added } = await load(
      'number,date,expires\n' +
        '+52 55 5020 0061,2026-01-01,2026-09-01\n' +
        '0052 55 5020 0061,2026-02-01,2026-08-01\n' +
        '5215550200061,,2026-07-01\n' +
        '044 55 5020 0062,,2026-07-01\n' +
        '55 5020 0062,,\n',
      { source: 'twice' },
    );
    assert.deepEqual([imported, added], [5, 2]);
    assert.deepEqual(
      (await entriesOf('twice')).map(([, , expiresAt]) => expiresAt),
      ['2026-09-02T12:00:00.000Z', null],
    );
  });

  it('is a list of its own in each campaign', async () => {
    const { campaignId } = await insertCampaign(database.db);
    await load('5550200071\n', { source: 'scoped' });
    const own = await load('5550200071\n', { source: 'scoped', campaignId });
    assert.equal(own.added, 1);
    const replaced = await load('5550200072\n', { source: 'scoped', campaignId, replace: true });
    assert.deepEqual([replaced.added, replaced.removed], [1, 1]);
    assert.deepEqual(
      (await entriesOf('scoped')).map(([number]) => number),
      ['+525550200071', '+525550200072'],
    );
  });

  it('has changed nothing when it breaks off', async () => {
    async function* broken() {
      yield* piecesOf(`number\n${'5550200081\n'.repeat(10_001)}`);
      throw new Error('the disk is gone');
    }
    await assert.rejects(load('', { file: broken(), source: 'broken' }), /the disk is gone/);
    await assert.rejects(
      load('5550200082\n', {
        source: 'broken',
        onBroughtIn: () => Promise.reject(new Error('no audit, no import')),
      }),
      /no audit/,
    );
    assert.deepEqual(await entriesOf('broken'), []);
    assert.equal(await listDateOf('broken'), null);
    await load('5550200083\n', { source: 'broken' });
    assert.equal((await entriesOf('broken')).length, 1);
  });

  it('says how far it is', async () => {
    const told: SuppressionImportProgress[] = [];
    const rows = Array.from({ length: 20_001 }, (_, index) => `55502${10_000 + index}\nx\n`);
    const { imported, refused } = await load(`number\n${rows.join('')}`, {
      source: 'long',
      onProgress: (progress) => void told.push(progress),
    });
    assert.deepEqual([imported, refused], [20_001, 20_001]);
    assert.ok(told.length >= 3);
    assert.deepEqual(told.at(-1), { rows: 40_002, isStoring: true });
    assert.ok(told.slice(0, -1).every(({ isStoring }) => !isStoring));
  });

  describe('as the whole list of its source', () => {
    const csv = (...rows: string[]) => `number,date,expires\n${rows.join('\n')}\n`;

    it('removes what is not in it, shortens what it says, and leaves other sources alone', async () => {
      const source = 'whole';
      await load(csv('5550200101,2026-03-01,', '5550200102,2026-03-01,'), { source });
      await load('5550200102\n', { source: 'another' });
      const result = await load(csv('5550200101,2026-02-01,2026-12-31', '5550200103,,'), {
        source,
        replace: true,
      });
      const { added, changed, removed, keptLonger } = result;
      assert.deepEqual(
        { added, changed, removed, keptLonger },
        {
          added: 1,
          changed: 1,
          removed: 1,
          keptLonger: 0,
        },
      );
      assert.deepEqual(await entriesOf(source), [
        ['+525550200101', '2026-02-01T00:00:00.000Z', '2027-01-01T12:00:00.000Z'],
        ['+525550200103', now.toISOString(), null],
      ]);
      assert.equal((await entriesOf('another')).length, 1);
    });

    it('refuses rows of another source', async () => {
      const { imported, faults } = await load(
        'number,source\n5550200111,mine\n5550200112,\n5550200113,manual\n',
        { source: 'mine', replace: true, force: true },
      );
      assert.equal(imported, 2);
      assert.deepEqual(
        faults.map(({ line, column }) => [line, column]),
        [[4, 'source']],
      );
    });

    it('is seen by others as it was until it is whole', async () => {
      const source = 'atomic';
      await load('5550200121\n5550200122\n', { source });
      await load('5550200122\n5550200123\n', {
        source,
        replace: true,
        async onBroughtIn(trx) {
          const inside = await trx('suppressions').where({ source }).pluck('e164');
          assert.deepEqual(inside.sort(), ['+525550200122', '+525550200123']);
          assert.deepEqual(
            (await entriesOf(source)).map(([number]) => number),
            ['+525550200121', '+525550200122'],
          );
        },
      });
      assert.equal((await entriesOf(source))[1]?.[0], '+525550200123');
    });

    const ten = Array.from({ length: 10 }, (_, index) => `555020020${index}`);
    const doubtful: [string, string, RegExp][] = [
      ['is empty', 'number\n', /no number/],
      ['has many faulty rows', `${ten.slice(0, 8).join('\n')}\nabc\n`, /1 of 9 rows are faulty/],
      ['is much shorter', `${ten.slice(0, 4).join('\n')}\n`, /shrink from 10 entries to 4/],
    ];
    for (const [index, [what, file, message]] of doubtful.entries()) {
      it(`wants a person's word for a file that ${what}`, async () => {
        const source = `doubtful-${index}`;
        await load(ten.join('\n'), { source, listDate: day('2026-01-01') });
        const refusal = { code: 'LIST_DOUBTFUL', message };
        await assert.rejects(load(file, { source, replace: true }), refusal);
        const tried = await load(file, { source, replace: true, dryRun: true });
        assert.match(tried.doubt ?? '', message);
        assert.equal((await entriesOf(source)).length, 10);
        assert.equal(await listDateOf(source), '2026-01-01T00:00:00.000Z');
        const forced = await load(file, { source, replace: true, force: true });
        assert.equal((await entriesOf(source)).length, forced.imported);
        assert.equal(await listDateOf(source), now.toISOString());
      });
    }
  });

  it('tells in a dry run what it would do, and does nothing', async () => {
    const source = 'dry';
    await load('5550200301\n5550200302\n', { source, listDate: day('2026-01-01') });
    const { added, changed, removed, imported, dryRun, listDate } = await load(
      'number,date\n5550200302,2026-06-01\n5550200303,\n',
      {
        source,
        replace: true,
        dryRun: true,
        onBroughtIn: () => Promise.reject(new Error('nothing was brought in')),
      },
    );
    assert.deepEqual(
      { added, changed, removed, imported, dryRun, listDate },
      { added: 1, changed: 1, removed: 1, imported: 2, dryRun: true, listDate: now.toISOString() },
    );
    assert.deepEqual(
      (await entriesOf(source)).map(([number, date]) => [number, date.slice(0, 10)]),
      [
        ['+525550200301', '2026-01-01'],
        ['+525550200302', '2026-01-01'],
      ],
    );
    assert.equal(await listDateOf(source), '2026-01-01T00:00:00.000Z');
  });

  it('does not take a doubtful file for an up-to-date list, but keeps its numbers', async () => {
    const { doubt, listDate, imported } = await load('5550200311\nabc\n', { source: 'half' });
    assert.deepEqual([imported, listDate], [1, null]);
    assert.match(doubt ?? '', /1 of 2 rows/);
    assert.equal(await listDateOf('half'), null);
    assert.equal((await load('5550200312\n')).listDate, null, 'no source was named');
  });

  it('keeps a contact that has the number in another spelling from being dialled', async () => {
    const { db } = database;
    const spellings = ['+521 55 5020 0401', '(55) 5020-0401', '００５２５５５０２００４０１'];
    for (const [index, spelling] of spellings.entries()) {
      const { campaignId } = await insertCampaign(db, {}, 'draft');
      await load(`${spelling}\n`, { source: `spelled-${index}`, campaignId });
      await importContacts({
        db,
        campaignId,
        file: piecesOf('number\n044 55 5020 0401\n55 5020 0402\n'),
        phoneSecret,
        defaultCountry: 'MX',
        onFault: () => assert.fail(),
      });
      const statuses = await db('contacts').where({ campaign_id: campaignId }).orderBy('row_no');
      assert.deepEqual(
        statuses.map(({ call_status }: { call_status: string | null }) => call_status),
        ['restricted', null],
      );
    }
  });

  it('stops a contact that waits: an entry that was committed before a claim began always does', async () => {
    const { db } = database;
    const contacts = Array.from({ length: 30 }, (_, index) => {
      const e164 = `+52559021${1_000 + index}`;
      const key = phoneKey(e164, phoneSecret);
      return {
        ...{ externalId: null, name: null, timeZone: null, country: null, attributes: {} },
        numbers: [{ e164, phoneKey: key, valid: true }],
      };
    });
    const { campaignId, ownerEpoch } = await dialable(db);
    const ids = await insertTestContacts(db, campaignId, contacts);
    const verdicts = await Promise.all(
      contacts.map(async ({ numbers }, index) => {
        const contactId = ids[index] ?? assert.fail();
        const adding = addSuppressions(db, { campaignId: null, source: 'racing', numbers });
        // Every other claim runs against its entry; the others come right after it.
        const isAfter = index % 2 === 0;
        if (isAfter) await adding;
        const verdict = await claimContact(db, contactId, ownerEpoch);
        await adding;
        return { isAfter, reason: reasonOf(verdict) };
      }),
    );
    for (const { isAfter, reason } of verdicts) {
      if (isAfter) assert.equal(reason, 'suppressed');
      else assert.ok(reason === 'suppressed' || reason === 'claimed', reason);
    }
  });

  it('stops nobody any more from the instant at which an entry expires', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { e164, phone_key: key } = await db('numbers')
      .where({ contact_id: contactId })
      .first<{ e164: string; phone_key: string }>();
    await addSuppressions(db, {
      campaignId: null,
      source: 'ending',
      expiresAt: new Date(Date.now() + 3_600_000),
      numbers: [{ e164, phoneKey: key }],
    });
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'suppressed');
    await db.raw("update suppressions set expires_at = clock_timestamp() where source = 'ending'");
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'claimed');
  });

  it('ends with the longest protection and the newest date, in whatever order files come', async () => {
    const dates = fc.constantFrom(null, '2026-01-01', '2026-02-01', '2026-03-01');
    const ends = fc.constantFrom(null, '2026-07-01', '2027-07-01', '2028-07-01');
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(dates, ends), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 3,
        }),
        async (files) => {
          const source = `ordered-${(run += 1)}`;
          for (const rows of files) {
            const lines = rows.map(([date, end]) => `5550200500,${date ?? ''},${end ?? ''}`);
            await load(csvOf(lines), { source, listDate: day('2025-01-01') });
          }
          const all = files.flat();
          const [[, date, expiresAt] = []] = await entriesOf(source);
          const newest = all
            .map(([made]) => made ?? '2025-01-01')
            .sort()
            .at(-1);
          assert.equal(date?.slice(0, 10), knownDate(files) ?? newest);
          const forGood = all.some(([, end]) => end === null);
          const latest =
            all
              .map(([, end]) => end ?? '')
              .sort()
              .at(-1) ?? '';
          assert.equal(expiresAt ?? null, forGood ? null : `${latest.slice(0, 8)}02T12:00:00.000Z`);
        },
      ),
      { numRuns: 30 },
    );
  });
});

function csvOf(lines: readonly string[]): string {
  return `number,date,expires\n${lines.join('\n')}\n`;
}

/** The newest date that a file gave; undefined when none did. */
function knownDate(files: readonly (readonly (readonly [string | null, unknown])[])[]) {
  return files
    .flat()
    .flatMap(([date]) => date ?? [])
    .sort()
    .at(-1);
}
