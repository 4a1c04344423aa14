import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { showImportProgress } from '../../cli/show-import-progress.ts';
import { createEngineFolder, type EngineFolder } from '../client/engine-folder.ts';
import { runInTerminal } from './run-in-terminal.ts';

interface Entry {
  readonly number: string;
  readonly source: string;
  readonly campaign: string | null;
  readonly date: string;
  readonly expiresAt: string | null;
}

describe('dialer suppress', () => {
  let engine: EngineFolder;
  before(async () => {
    engine = await createEngineFolder();
  });
  after(() => engine.remove());

  const dialer = (args: readonly string[], stdin?: string) =>
    runInTerminal(args, { cwd: engine.cwd, ...(stdin === undefined ? {} : { stdin }) });
  const suppress = (...args: readonly string[]) => dialer(['suppress', ...args]);

  async function entriesOf(source: string): Promise<Entry[]> {
    const { lines } = await suppress('list', '--source', source, '--json');
    return lines as Entry[];
  }

  async function createCampaign(name: string, more = ''): Promise<void> {
    const file = `name: ${name}\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n${more}`;
    const { code, stderr } = await dialer(['campaign', 'create', '-'], file);
    assert.equal(code, 0, stderr);
  }

  it('adds numbers with source, date and end, and removes them by source', async () => {
    await createCampaign('adding', 'defaultCountry: MX\n');
    const added = await suppress(
      ...['add', '55 5040 0001', '044 55 5040 0001', '55 5040 0002', '--campaign', 'adding'],
      ...['--source', 'letter', '--date', '2026-01-02', '--expires', '2099-01-31', '--json'],
    );
    assert.deepEqual(added.lines, [{ added: 2 }], added.stderr);
    const entries = await entriesOf('letter');
    assert.equal(entries.length, 2);
    const entry = entries.find((each) => each.number === '+525550400001');
    assert.deepEqual(
      [entry?.number, entry?.campaign, entry?.date, entry?.expiresAt],
      ['+525550400001', 'adding', '2026-01-02T00:00:00.000Z', '2099-02-01T12:00:00.000Z'],
    );
    const number = '+525550400001';
    const inAdding = ['--campaign', 'adding'];
    assert.equal((await suppress('remove', number, '--json')).stdout, '{"removed":0}\n');
    const ofOther = await suppress('remove', number, ...inAdding, '--source', 'manual', '--json');
    assert.deepEqual(ofOther.lines, [{ removed: 0 }]);
    const ofLetter = await suppress('remove', number, ...inAdding, '--source', 'letter');
    assert.equal(ofLetter.stdout, 'removed 1\n');
  });

  it('leaves a restricted contact as it is when its number is removed, until it is recycled', async () => {
    await createCampaign('again', 'defaultCountry: MX\n');
    await suppress('add', '+525550400005');
    await dialer(['contacts', 'import', 'again', '-'], 'number\n044 55 5040 0005\n');
    const statuses = async () =>
      ((await dialer(['numbers', 'again', '--json'])).lines as { callStatus: string | null }[]).map(
        ({ callStatus }) => callStatus,
      );
    await suppress('remove', '+525550400005');
    assert.deepEqual(await statuses(), ['restricted']);
    const recycle = [
      'campaign',
      'recycle',
      'again',
      '--status',
      'restricted',
      '--reason',
      'agreed',
    ];
    const { code, stderr } = await dialer(recycle);
    assert.equal(code, 0, stderr);
    const [number] = (await dialer(['numbers', 'again', '--json'])).lines as [
      { waitingFor: string },
    ];
    assert.equal(number.waitingFor, 'campaign_not_running');
  });

  it('says of a number in any spelling whether it is suppressed, and why', async () => {
    await createCampaign('checking', 'defaultCountry: MX\n');
    await suppress('add', '+525550400011', '--expires', '2020-01-01', '--source', 'past');
    await suppress('add', '+525550400011', '--campaign', 'checking', '--date', '2026-02-03');
    const everywhere = await suppress('check', '(+52) 1 55 5040 0011', '--json');
    assert.deepEqual(
      (everywhere.lines as { suppressed: boolean; entries: Entry[] }[]).map((check) => [
        check.suppressed,
        check.entries.map(({ source }) => source),
      ]),
      [[false, ['past']]],
    );
    const here = await suppress('check', '55 5040 0011', '55 5040 0012', '--campaign', 'checking');
    assert.equal(here.code, 0, here.stderr);
    assert.equal(
      here.stdout,
      '+52********11 is suppressed\n' +
        `  past, all campaigns, since ${new Date().toISOString().slice(0, 10)}, over: 2020-01-02\n` +
        '  manual, campaign checking, since 2026-02-03\n' +
        '+52********12 may be dialled\n',
    );
    assert.equal((await suppress('check', 'abc')).code, 2);
  });

  it('imports a file of numbers alone, masks them in its list, and counts them by source', async () => {
    await writeFile(path.join(engine.cwd, 'numbers.txt'), '55 5040 0021\r\n55 5040 0022\r\n');
    const imported = await suppress(
      ...['import', 'numbers.txt', '--country', 'MX', '--source', 'file-a'],
      ...['--list-date', '2026-01-15'],
    );
    assert.deepEqual(
      [imported.code, imported.stderr, imported.stdout],
      [
        0,
        '',
        'imported 2, refused 0\nadded 2, changed 0, removed 0\nthe list is as of 2026-01-15\n',
      ],
    );
    const { stdout } = await suppress('list', '--source', 'file-a');
    assert.match(stdout, /\+52\*{8}21 .*file-a/);
    assert.doesNotMatch(stdout, /5550400021/);
    const lists = await suppress('lists', '--json');
    const list = (lists.lines as { source: string }[]).find(({ source }) => source === 'file-a');
    assert.ok(list && 'importedAt' in list && 'ageDays' in list && Number(list.ageDays) > 100);
    assert.deepEqual(
      { ...list, importedAt: null, ageDays: null },
      {
        source: 'file-a',
        campaign: null,
        entries: 2,
        inForce: 2,
        listDate: '2026-01-15T00:00:00.000Z',
        importedAt: null,
        ageDays: null,
      },
    );
    assert.match((await suppress('lists')).stdout, /file-a +\(all\) +2 +2 {2}2026-01-15 +\d+ days/);
  });

  it('replaces a list with a preview, and a doubtful one only by force', async () => {
    const all = Array.from({ length: 4 }, (_, index) => `+52555040003${index}\n`);
    const whole = ['import', '-', '--source', 'weekly', '--replace'];
    const first = await dialer(['suppress', ...whole], all.join(''));
    assert.equal(first.code, 0, first.stderr);
    const fewer = all.slice(1).join('');
    const preview = await dialer(['suppress', ...whole, '--dry-run'], fewer);
    assert.match(preview.stdout, /would be added 0, changed 0, removed 1\n/);
    assert.match(preview.stdout, /nothing was changed/);
    assert.equal((await entriesOf('weekly')).length, 4);
    const replaced = await dialer(['suppress', ...whole, '--json'], fewer);
    const result = replaced.lines.at(-1) as { imported: number; removed: number };
    assert.deepEqual([result.imported, result.removed], [3, 1]);
    const refused = await dialer(['suppress', ...whole], all[0]);
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /shrink from 3 entries to 1.*--force/);
    assert.equal((await entriesOf('weekly')).length, 3);
    assert.equal((await dialer(['suppress', ...whole, '--force'], all[0])).code, 0);
    assert.deepEqual(
      (await entriesOf('weekly')).map(({ number }) => number),
      ['+525550400030'],
    );
  });

  it('refuses to replace nobody’s list, and dates that are none', async () => {
    const file = '+525550400041\n';
    for (const [args, message] of [
      [['import', '-', '--replace'], /name the source/],
      [['import', '-', '--source', ''], /name of 1 to 80/],
      [['import', '-', '--list-date', '31/01/2026'], /write 2026-01-31/],
      [['import', '-', '--list-date', '2999-01-01'], /future/],
      [['add', '+525550400041', '--expires', 'soon'], /write 2026-01-31/],
    ] as const) {
      const { code, stderr } = await dialer(['suppress', ...args], file);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });

  it('leaves one audit entry of an import, with who, why and how many, and no number', async () => {
    const args = ['suppress', 'import', '-', '--source', 'audited', '--reason', 'monthly'];
    await dialer(args, '+525550400051\n+525550400052\nabc\n');
    await dialer([...args, '--dry-run'], '+525550400053\n');
    const entries = await engine.database
      .db('audit_log')
      .whereRaw("details ->> 'source' = 'audited'");
    assert.equal(entries.length, 1);
    const [entry] = entries as {
      actor: string;
      reason: string;
      action: string;
      details: Record<string, unknown>;
    }[];
    assert.deepEqual([entry?.action, entry?.reason], ['suppression.import', 'monthly']);
    assert.ok((entry?.actor ?? '') !== '');
    const { imported, refused, added } = entry?.details ?? {};
    assert.deepEqual([imported, refused, added], [2, 1, 2]);
    assert.doesNotMatch(JSON.stringify(entry), /5550400051/);
  });

  it('lets a campaign start only with the lists that it requires', async () => {
    await createCampaign(
      'requiring',
      'suppression: { lists: [{ source: required, maxAge: 30d }] }\n',
    );
    const start = () => dialer(['campaign', 'start', 'requiring']);
    const never = await start();
    assert.equal(never.code, 5);
    assert.match(never.stderr, /"required" was never imported.*suppress import/);
    const args = ['suppress', 'import', '-', '--source', 'required'];
    await dialer([...args, '--list-date', '2020-01-01'], '+525550400061\n');
    assert.match((await start()).stderr, /days old; at most 30 days/);
    const doctor = async () => (await dialer(['doctor'])).stdout;
    assert.match(await doctor(), /FAULT .*campaign requiring: .*"required" is \d+ days old/);
    await dialer(args, '+525550400061\n');
    assert.match(await doctor(), /ok .*campaign requiring: "required" is of 20/);
    // Here is no Temporal: the start goes on to where it is missed.
    assert.equal((await start()).code, 4);
  });
});

describe('the progress of an import', () => {
  function written(isTTY: boolean) {
    const stderr = Object.assign(new PassThrough(), { isTTY });
    return { progress: showImportProgress({ stderr }), text: () => String(stderr.read() ?? '') };
  }

  it('is a line of a terminal that makes room for whatever else is said', () => {
    const { progress, text } = written(true);
    progress.clear();
    progress.show({ rows: 1_200_000, isStoring: true });
    assert.equal(text(), '\r\u001b[2K1,200,000 rows read, bringing them in');
    progress.clear();
    progress.clear();
    assert.equal(text(), '\r\u001b[2K');
  });

  it('is nothing for a short import into a file', () => {
    const { progress, text } = written(false);
    progress.show({ rows: 10_000, isStoring: false });
    progress.show({ rows: 10_000, isStoring: true });
    progress.clear();
    assert.equal(text(), '');
  });
});
