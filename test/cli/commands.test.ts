import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recordOutcome } from '../../db/record-outcome.ts';
import { raiseOwnerEpoch } from '../../db/trunks.ts';
import { classifyCall } from '../../domain/classify-call.ts';
import type { ContactId } from '../../domain/ids.ts';
import { createEngineFolder, type EngineFolder } from '../client/engine-folder.ts';
import { claimed, endAttempt, redial } from '../support/attempt-fixture.ts';
import { testTrunk } from '../support/campaign-fixture.ts';
import { runInTerminal } from './run-in-terminal.ts';

const campaignFile = (name: string, more = '') =>
  `name: ${name}\ntrunks: [carrier-a]\ndefaultCountry: MX\nconnect: { play: hello-world }\n${more}`;

describe('the command line on a database', () => {
  let engine: EngineFolder;
  before(async () => {
    engine = await createEngineFolder();
  });
  after(() => engine.remove());

  const dialer = (args: readonly string[], stdin?: string) =>
    runInTerminal(args, { cwd: engine.cwd, ...(stdin === undefined ? {} : { stdin }) });
  const write = (name: string, content: string) => writeFile(path.join(engine.cwd, name), content);

  async function campaignWith(name: string, csv: string): Promise<void> {
    const created = await dialer(['campaign', 'create', '-'], campaignFile(name));
    assert.equal(created.code, 0, created.stderr);
    await dialer(['contacts', 'import', name, '-'], csv);
  }

  it('creates a campaign from a file, prints its id, and refuses its name a second time', async () => {
    await write('spring.yaml', campaignFile('spring'));
    const first = await dialer(['campaign', 'create', 'spring.yaml', '--json']);
    assert.equal(first.code, 0, first.stderr);
    const [created] = first.lines as [{ campaignId: string; name: string; warnings: string[] }];
    assert.match(created.campaignId, /^[0-9a-f-]{36}$/);
    assert.deepEqual([created.name, created.warnings], ['spring', []]);
    const second = await dialer(['campaign', 'create', 'spring.yaml']);
    assert.equal(second.code, 5);
    assert.match(second.stderr, /already a campaign spring/);
  });

  it('says of a rule pack that it is no legal advice, and what it does not do', async () => {
    const file = campaignFile('ruled', 'rules: [us-florida]\n');
    const created = await dialer(['campaign', 'create', '-'], file);
    assert.equal(created.code, 0, created.stderr);
    assert.match(created.stderr, /us-florida \(2026-11-26\) is no legal advice.*501\.059/);
    const [status] = (await dialer(['campaign', 'status', 'ruled', '--json'])).lines as [
      { settings: { caps: { rule: string }[]; rules: { date: string }[] } },
    ];
    assert.equal(status.settings.caps[0]?.rule, 'us-florida: 3 calls in 24h');
    assert.equal(status.settings.rules[0]?.date, '2026-11-26');
  });

  it('reads a campaign file as JSON, too', async () => {
    const file = { name: 'from-json', trunks: ['carrier-a'], connect: { agent: 'ana' } };
    assert.equal((await dialer(['campaign', 'create', '-'], JSON.stringify(file))).code, 0);
  });

  const badFiles: Record<string, [string, RegExp]> = {
    'is no YAML': ['a: [', /neither YAML nor JSON/],
    'has an unknown key': [campaignFile('x', 'speed: 3\n'), /speed/],
    'has a duration without unit': [campaignFile('x', 'ringTimeout: 30\n'), /ringTimeout/],
    'names an unknown trunk': [campaignFile('x').replace('carrier-a', 'nowhere'), /trunks\[0\]/],
    'retargets to a campaign that is not there': [
      campaignFile(
        'x',
        'retarget: [{ when: { callStatus: busy, attempts: 1 }, to: { campaign: nowhere } }]\n',
      ),
      /there is no campaign nowhere/,
    ],
    'names a rule pack that is not there': [
      campaignFile('x', 'rules: [us-tsr, us-all]\n'),
      /rules\[1\].*us-all|rules\[1\].*known: co-ley-2300/,
    ],
    'expands aliases': [`a: &a [x]\nb: [*a, *a]\n`, /neither YAML nor JSON/],
  };
  for (const [name, [content, message]] of Object.entries(badFiles)) {
    it(`ends with 2 and says where, when a campaign file ${name}`, async () => {
      const { code, stderr, stdout } = await dialer(['campaign', 'create', '-'], content);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });
  }

  it('refuses settings that would close a circle of retarget rules', async () => {
    const to = (campaign: string) =>
      `retarget: [{ when: { callStatus: busy, attempts: 1 }, to: { campaign: ${campaign} } }]\n`;
    await dialer(['campaign', 'create', '-'], campaignFile('circle-a'));
    await dialer(['campaign', 'create', '-'], campaignFile('circle-b', to('circle-a')));
    const { code, stderr } = await dialer(
      ['campaign', 'set', 'circle-a', '-'],
      campaignFile('circle-a', to('circle-b')),
    );
    assert.equal(code, 2);
    assert.match(stderr, /circle/);
  });

  it('gives a draft new settings at once, and refuses a file of another campaign', async () => {
    await dialer(['campaign', 'create', '-'], campaignFile('changing'));
    const file = campaignFile('changing', 'ringTimeout: 20s\n');
    const { code, lines } = await dialer(['campaign', 'set', 'changing', '-', '--json'], file);
    assert.deepEqual([code, lines], [0, [{ version: 2, warnings: [] }]]);
    const status = await dialer(['campaign', 'status', 'changing', '--json']);
    const [{ settingsVersion, settings }] = status.lines as [
      { settingsVersion: number; settings: { ringTimeoutMs: number } },
    ];
    assert.deepEqual([settingsVersion, settings.ringTimeoutMs], [2, 20_000]);
    assert.equal((await dialer(['campaign', 'set', 'spring', '-'], file)).code, 2);
  });

  it('imports the good rows, ends with 3 when rows were refused, and prints each fault as JSON', async () => {
    await dialer(['campaign', 'create', '-'], campaignFile('importing'));
    const csv = 'number,name\n55 5010 0200,Sample 01\nabc,Sample 02\n';
    const { code, lines } = await dialer(['contacts', 'import', 'importing', '-', '--json'], csv);
    assert.equal(code, 3);
    assert.deepEqual(lines, [
      {
        line: 3,
        column: 'number',
        value: 'abc',
        reason: 'there are letters in the number: write its digits',
      },
      { imported: 1, refused: 1 },
    ]);
    const again = await dialer(['contacts', 'import', 'importing', '-'], csv);
    assert.equal(again.stdout, 'imported 0, refused 2\n');
    assert.match(again.stderr, /line 2, number: "55 5010 0200": this phone is already/);
  });

  it('ends with 2 when a contacts file cannot be used at all', async () => {
    const args = ['contacts', 'import', 'importing', '-', '--json'];
    const { code, lines } = await dialer(args, 'PK\u0003\u0004 workbook');
    assert.equal(code, 2);
    assert.equal(lines.length, 2);
    assert.deepEqual(lines[1], { imported: 0, refused: 0 });
  });

  it('prints numbers as JSON with the fields of the public surface, in full', async () => {
    await campaignWith('numbers', 'number_1,number_2,external_id\n55 5010 0200,55 5011 0200,A\n');
    const { lines } = await dialer(['numbers', 'numbers', '--json']);
    assert.equal(lines.length, 2);
    const [first] = lines as [Record<string, unknown>];
    assert.deepEqual(Object.keys(first), [
      ...['contactId', 'externalId', 'number', 'dialStatus', 'dialStatusCode', 'callStatus'],
      ...[
        'group',
        'attempts',
        'lastAttemptAt',
        'nextAttemptAt',
        'waitingFor',
        'assignedTo',
        'refusedBy',
      ],
    ]);
    assert.equal(first['number'], '+525550100200');
  });

  it('masks numbers in tables for people and keeps every line within 120 columns', async () => {
    const { stdout } = await dialer(['numbers', 'numbers']);
    assert.doesNotMatch(stdout, /5550100200/);
    assert.match(stdout, /\+52\*{8}00/);
    assert.ok(stdout.split('\n').every((line) => line.length <= 120));
  });

  it('prints attempts and a report with the fields of the public surface', async () => {
    await campaignWith('figures', 'number,external_id\n55 5010 0200,A\n55 5011 0200,B\n');
    const contactId = await settleFirstContact('figures');

    const attempts = (await dialer(['attempts', 'figures', '--json'])).lines as [
      Record<string, unknown>,
    ];
    assert.deepEqual(Object.keys(attempts[0]), [
      ...[
        'attemptId',
        'contactId',
        'externalId',
        'number',
        'attemptNo',
        'trunk',
        'settingsVersion',
        'state',
      ],
      ...['dialStatus', 'callStatus', 'response', 'reason', 'cause', 'causeText', 'techCause'],
      ...['rule', 'confidence', 'hungUpBy', 'ringMs', 'talkMs', 'transferredTo', 'decision'],
      ...['startedAt', 'answeredAt', 'endedAt', 'evidence'],
    ]);
    assert.equal(attempts[0]['contactId'], contactId);

    const [report] = (await dialer(['report', 'figures', '--json'])).lines as [
      Record<string, unknown>,
    ];
    assert.deepEqual(Object.keys(report), [
      ...['campaign', 'total', 'connected', 'unanswered', 'failed', 'pending', 'percent'],
      ...['byCallStatus', 'byDialStatus', 'attempts'],
    ]);
    assert.deepEqual(
      [report['total'], report['connected'], report['pending'], report['attempts']],
      [2, 1, 1, 1],
    );
    const text = await dialer(['report', 'figures']);
    assert.match(text.stdout, /figures: 2 contacts, 1 attempts/);
    assert.match(text.stdout, /connected +1 +50\.0 % +answered 1/);
  });

  it('limits a report to contacts settled in a period', async () => {
    const { lines } = await dialer(['report', 'figures', '--from', '2999-01-01', '--json']);
    assert.equal((lines[0] as { total: number }).total, 0);
  });

  it('lists campaigns with counts that add up, one JSON object per line', async () => {
    const { lines } = await dialer(['campaign', 'list', '--json']);
    const campaigns = lines as Record<string, number | string>[];
    assert.ok(campaigns.length > 3);
    for (const { total, connected, unanswered, failed, pending } of campaigns) {
      assert.equal(
        total,
        Number(connected) + Number(unanswered) + Number(failed) + Number(pending),
      );
    }
    const table = await dialer(['campaign', 'list']);
    assert.ok(table.stdout.split('\n').every((line) => line.length <= 120));
  });

  it('shows a contact with numbers, attempts and history', async () => {
    const [number] = (await dialer(['numbers', 'figures', '--json'])).lines as [
      { contactId: string },
    ];
    const { code, lines } = await dialer(['contacts', 'show', number.contactId, '--json']);
    assert.equal(code, 0);
    const [contact] = lines as [{ callStatus: string; attempts: unknown[]; history: unknown[] }];
    assert.deepEqual([contact.callStatus, contact.attempts.length], ['answered', 1]);
    const text = await dialer(['contacts', 'show', number.contactId]);
    assert.match(text.stdout, /Attempts\nnumber/);
    assert.doesNotMatch(text.stdout, /5550100200/);
  });

  it('shows control codes of a contact escaped', async () => {
    await campaignWith('escapes', 'number,external_id\n55 5010 0200,ok\n');
    await engine.database
      .db('contacts')
      .where({ external_id: 'ok' })
      .update({ external_id: '\u001b[31m' });
    const { stdout } = await dialer(['numbers', 'escapes']);
    assert.ok(!stdout.includes('\u001b'));
    assert.match(stdout, /\\u001b\[31m/);
  });

  it('ends with 1 when there is no such campaign or contact', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const args of [
      ['report', 'nowhere'],
      ['numbers', 'nowhere'],
      ['campaign', 'start', 'nowhere'],
      ['contacts', 'show', unknown],
      ['contacts', 'show', "x'; drop table contacts; --"],
      ['contacts', 'cancel', unknown],
    ]) {
      const { code, stderr } = await dialer(args);
      assert.equal(code, 1, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, /There is no (campaign|contact)/);
    }
  });

  it('ends with 5 when a rule says no: a contact that is settled, a campaign that does not run', async () => {
    const [number] = (await dialer(['numbers', 'figures', '--json'])).lines as [
      { contactId: string },
    ];
    assert.equal((await dialer(['contacts', 'cancel', number.contactId])).code, 5);
    assert.equal((await dialer(['campaign', 'pause', 'spring'])).code, 5);
  });

  it('ends with 4 and changes nothing when Temporal is needed and does not answer', async () => {
    const { code, stderr } = await dialer(['campaign', 'start', 'spring']);
    assert.equal(code, 4);
    assert.match(stderr, /Temporal at 127\.0\.0\.1:1 does not answer/);
    const [status] = (await dialer(['campaign', 'status', 'spring', '--json'])).lines as [
      { state: string },
    ];
    assert.equal(status.state, 'draft');
  });

  it('keeps the Do-Not-Call list: add, list, import, remove', async () => {
    const added = await dialer([
      'suppress',
      'add',
      '55 5010 9999',
      '+525550109999',
      '--country',
      'mx',
    ]);
    assert.equal(added.stdout, 'added 1\n');
    const imported = await dialer(
      ['suppress', 'import', '-', '--country', 'MX', '--json'],
      `number,why\n'+52 55 5010 9998,x\nabc,y\n`,
    );
    assert.equal(imported.code, 3);
    const { imported: good, refused } = imported.lines.at(-1) as { imported: 1; refused: 1 };
    assert.deepEqual([good, refused], [1, 1]);
    const { lines } = await dialer(['suppress', 'list', '--json']);
    assert.deepEqual(
      (lines as { number: string }[]).map(({ number }) => number),
      ['+525550109999', '+525550109998'],
    );
    const removed = await dialer(['suppress', 'remove', '+521 55 5010 9999', '--json']);
    assert.deepEqual(removed.lines, [{ removed: 1 }]);
  });

  it('ends with 2 on numbers it cannot read, and names each', async () => {
    const { code, stderr } = await dialer(['suppress', 'add', 'abc', '55 5010 9997', '911']);
    assert.equal(code, 2);
    assert.match(stderr, /abc/);
    assert.match(stderr, /55 5010 9997/);
  });

  it('suppresses the numbers of a settled contact without Temporal', async () => {
    const [number] = (await dialer(['numbers', 'figures', '--json'])).lines as [
      { contactId: string; number: string },
    ];
    const args = ['contacts', 'suppress', number.contactId, '--reason', 'asked for it'];
    assert.equal((await dialer(args)).code, 0);
    const { stdout } = await dialer(['suppress', 'list', '--json']);
    assert.ok(stdout.includes(number.number));
    const shown = await dialer(['contacts', 'show', number.contactId]);
    assert.match(shown.stdout, /contact\.suppress +\S+Z +asked for it/);
  });

  describe('attempts reclassify', () => {
    const at = '2026-01-01T10:00:05.000Z';
    // Under 32 s of silence: carrier trouble, unless the trunk never reports ringing.
    const silence = [{ kind: 'response', at, response: 'Failure', reason: 3 } as const];
    const answer = [{ kind: 'response', at, response: 'Success', reason: 4 } as const];
    const asterisk = { reasonDialect: 'asterisk', reportsRinging: true } as const;

    /** A settled, a settled, a waiting and a never dialled contact. */
    async function dialledCampaign(name: string): Promise<void> {
      const { db } = engine.database;
      await campaignWith(
        name,
        'number,external_id\n55 5010 0301,A\n55 5010 0302,B\n55 5010 0303,C\n55 5010 0304,D\n',
      );
      await db('campaigns').where({ name }).update({ state: 'running' });
      const epoch = await raiseOwnerEpoch(db, testTrunk, 'test');
      const numbers = (await dialer(['numbers', name, '--json'])).lines as {
        contactId: ContactId;
      }[];
      for (const [index, evidence] of [silence, answer, silence].entries()) {
        const claim = await claimed(db, numbers[index]?.contactId ?? assert.fail(), epoch);
        const classification = classifyCall(evidence, asterisk);
        const { callStatus, dialStatus } = classification;
        const end = { next: 'end', callStatus, dialStatus, rule: 'numbers-exhausted' } as const;
        await recordOutcome(db, {
          attemptId: claim.attemptId,
          state: 'ended',
          classification,
          evidence,
          decision: index < 2 ? end : redial(claim, 'dialing_error'),
          now: at,
        });
      }
    }

    async function configure(change: (yaml: string) => string): Promise<() => Promise<void>> {
      const file = path.join(engine.cwd, 'dialer.yaml');
      const yaml = await readFile(file, 'utf8');
      await writeFile(file, change(yaml));
      return () => writeFile(file, yaml);
    }

    const issabel = (yaml: string) =>
      yaml.replace('secretFile: ./ami.secret', 'secretFile: ./ami.secret, reasonDialect: issabel');
    const mute = (yaml: string) => yaml.replace('channels: 30', 'channels: 30, ringing: false');
    const renamed = (yaml: string) => yaml.replace('carrier-a: {', 'carrier-b: {');

    async function stored(name: string): Promise<unknown[]> {
      const { db } = engine.database;
      const { rows } = await db.raw<{ rows: unknown[] }>(
        `select a.*, c.call_status as contact_status, c.attempts_by_status, n.call_status as shown,
           (select count(*) from reclassifications r where r.attempt_id = a.id) as traces
         from attempts a join contacts c on c.id = a.contact_id join numbers n on n.id = a.number_id
         join campaigns k on k.id = a.campaign_id where k.name = ? order by a.claimed_at`,
        [name],
      );
      return rows;
    }

    it('finds nothing while nothing has changed, and leaves no entry', async () => {
      await dialledCampaign('unchanged');
      const before = await stored('unchanged');
      const { code, lines } = await dialer(['attempts', 'reclassify', 'unchanged', '--json']);
      assert.equal(code, 0);
      assert.deepEqual(lines, [
        {
          ...{ campaign: 'unchanged', dryRun: false, attempts: 3, changed: 0 },
          ...{ contactsChanged: 0, contactsSettled: 0, changes: [], skipped: [], auditId: null },
        },
      ]);
      assert.deepEqual(await stored('unchanged'), before);
    });

    it('shows in a dry run exactly what it then does, and a repetition finds nothing', async () => {
      await dialledCampaign('muted');
      const restore = await configure(mute);
      try {
        const before = await stored('muted');
        const args = ['attempts', 'reclassify', 'muted', '--json'];
        const dry = await dialer([...args, '--dry-run']);
        assert.equal(dry.code, 0, dry.stderr);
        assert.deepEqual(await stored('muted'), before);
        const done = await dialer([...args, '--reason', 'the trunk is mute']);
        const [planned] = dry.lines as [Record<string, unknown>];
        const [carriedOut] = done.lines as [Record<string, unknown>];
        assert.deepEqual({ ...carriedOut, dryRun: true, auditId: null }, planned);
        assert.deepEqual(planned, {
          ...{ campaign: 'muted', dryRun: true, attempts: 3, changed: 2 },
          ...{ contactsChanged: 1, contactsSettled: 0, skipped: [], auditId: null },
          changes: [
            {
              from: { dialStatus: 'NO_ANSWER', callStatus: 'dialing_error', rule: 'silence' },
              to: { dialStatus: 'NO_ANSWER', callStatus: 'no_answer', rule: 'ring-timeout' },
              attempts: 2,
            },
          ],
        });
        const statuses = (rows: unknown[]) =>
          (rows as Record<string, unknown>[]).map((row) => [row['contact_status'], row['shown']]);
        assert.deepEqual(statuses(await stored('muted')), [
          ['no_answer', 'no_answer'],
          ['answered', 'answered'],
          [null, 'no_answer'],
        ]);
        const again = (await dialer(args)).lines as [Record<string, unknown>];
        assert.deepEqual([again[0]['changed'], again[0]['auditId']], [0, null]);

        const { db } = engine.database;
        const entries = await db('audit_log').where({ action: 'attempts.reclassify' });
        assert.equal(entries.length, 1);
        const [entry] = entries as [Record<string, unknown>];
        assert.equal(entry['id'], carriedOut['auditId']);
        assert.deepEqual(
          [entry['reason'], entry['applied_at'] !== null],
          ['the trunk is mute', true],
        );
        const details = entry['details'] as Record<string, unknown>;
        assert.deepEqual([details['changed'], details['contactsChanged']], [2, 1]);
        const traces = await db('reclassifications').where({ audit_id: entry['id'] });
        assert.equal(traces.length, 2);
      } finally {
        await restore();
      }
    });

    it('reads by the dialect of today, and settles who turns out to have been reached', async () => {
      await dialledCampaign('dialect');
      const { db } = engine.database;
      // As if a PBX that speaks the other dialect had been read as an Asterisk: 4 is an answer in both.
      await db.raw('alter table attempts disable trigger attempts_immutable');
      await db.raw(
        `update attempts set call_status = 'no_answer', dial_status = 0
         where call_status = 'answered' and campaign_id = (select id from campaigns where name = 'dialect')`,
      );
      await db.raw('alter table attempts enable trigger attempts_immutable');
      const restore = await configure(issabel);
      try {
        const { stdout, code } = await dialer(['attempts', 'reclassify', 'dialect', '--dry-run']);
        assert.equal(code, 0);
        assert.match(stdout, /dialect: 3 attempts read again, 3 are read differently/);
        assert.match(stdout, /dialing_error \(NO_ANSWER\) +dialing_error \(CONGESTION\) +2/);
        assert.match(stdout, /no_answer \(NO_ANSWER\) +answered \(ANSWER\) +1/);
        assert.match(stdout, /dry run: nothing was changed/);
      } finally {
        await restore();
      }
    });

    it('settles a pending contact that was reached, and counts it', async () => {
      await dialledCampaign('reached');
      const { db } = engine.database;
      await db.raw(
        `insert into late_evidence (attempt_id, event)
         select a.id, :event from attempts a join contacts c on c.id = a.contact_id
         where c.state = 'waiting' and a.campaign_id = (select id from campaigns where name = 'reached')`,
        { event: JSON.stringify(answer[0]) },
      );
      const { stdout } = await dialer(['attempts', 'reclassify', 'reached']);
      assert.match(stdout, /dialing_error \(NO_ANSWER\) +answered \(ANSWER\) +1/);
      assert.match(
        stdout,
        /1 contacts change their status; 1 of them were pending, and are settled/,
      );
      const [report] = (await dialer(['report', 'reached', '--json'])).lines as [
        Record<string, unknown>,
      ];
      assert.deepEqual([report['connected'], report['pending'], report['total']], [2, 1, 4]);
    });

    it('skips, counts and names a trunk that dialer.yaml does not have any more', async () => {
      const restore = await configure(renamed);
      try {
        const before = await stored('dialect');
        const { code, stderr, lines } = await dialer([
          'attempts',
          'reclassify',
          'dialect',
          '--json',
        ]);
        assert.equal(code, 0);
        assert.match(stderr, /skipped 3 attempts of carrier-a/);
        const [report] = lines as [Record<string, unknown>];
        assert.deepEqual(
          [report['attempts'], report['changed'], report['skipped']],
          [3, 0, [{ trunk: 'carrier-a', attempts: 3 }]],
        );
        assert.deepEqual(await stored('dialect'), before);
      } finally {
        await restore();
      }
    });

    it('is a subcommand beside the list, each with its own options and help', async () => {
      const list = await dialer(['attempts', 'unchanged', '--json']);
      assert.equal(list.lines.length, 3);
      assert.equal((await dialer(['attempts', '--json', 'unchanged'])).lines.length, 3);
      assert.equal((await dialer(['attempts', 'reclassify'])).code, 2);
      assert.equal((await dialer(['attempts', 'unchanged', '--dry-run'])).code, 2);
      assert.equal((await dialer(['attempts', 'reclassify', 'nowhere'])).code, 1);
      const help = await dialer(['attempts', 'reclassify', '--help']);
      assert.equal(help.code, 0);
      assert.match(help.stdout, /--dry-run.*\n.*--reason[^]*Examples:/);
      assert.match((await dialer(['attempts', '--help'])).stdout, /reclassify/);
    });
  });

  async function settleFirstContact(name: string): Promise<ContactId> {
    const { db } = engine.database;
    await db('campaigns').where({ name }).update({ state: 'running' });
    const [first] = (await dialer(['numbers', name, '--json'])).lines as [{ contactId: ContactId }];
    const epoch = await raiseOwnerEpoch(db, testTrunk, 'test');
    const { attemptId } = await claimed(db, first.contactId, epoch);
    await endAttempt(db, attemptId, { callStatus: 'answered', dialStatus: 'ANSWER' });
    return first.contactId;
  }
});
