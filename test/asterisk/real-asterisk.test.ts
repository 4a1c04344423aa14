import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { startAsterisk } from '../../asterisk/provision/start-asterisk.ts';
import { headerOf } from '../../asterisk/simulator/ami-wire.ts';
import { identifyProcess } from '../../runtime/process-identity.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import {
  installedAsterisk,
  startRealAsterisk,
  type RealAsterisk,
} from '../support/start-real-asterisk.ts';
import { waitFor } from '../support/wait-for.ts';
import { openManagerSession, type ManagerSession } from './manager-session.ts';

interface DialplanCall {
  readonly ending: string;
  readonly exten?: string;
  readonly context: string;
  readonly variables: readonly string[];
}

/** Places a call by hand, without the adapter's checks; its id. */
async function place(session: ManagerSession, call: DialplanCall): Promise<string> {
  const channelId = randomUUID();
  const answer = await session.ask({
    Action: 'Originate',
    Channel: `PJSIP/52555700${call.ending}@carrier`,
    ChannelId: channelId,
    Async: 'true',
    Timeout: '5000',
    Context: call.context,
    Exten: 's',
    Priority: '1',
    ...(call.variables.length > 0 ? { Variable: call.variables.join('\r\nVariable: ') } : {}),
  });
  assert.equal(headerOf(answer, 'response'), 'Success');
  return channelId;
}

function hangupOf(session: ManagerSession, channelId: string) {
  return session.hear(
    'the Hangup',
    (item) => headerOf(item, 'event') === 'Hangup' && headerOf(item, 'uniqueid') === channelId,
  );
}

/** What the dialplan reported of this call. */
function stepsOf(session: ManagerSession, channelId: string): string[] {
  const reports = session
    .heard()
    .filter(
      (item) =>
        headerOf(item, 'userevent') === 'DialerStep' && headerOf(item, 'uniqueid') === channelId,
    );
  return reports.map((item) => headerOf(item, 'step'));
}

function callsTo(asterisk: RealAsterisk, ending: string): string[] {
  const calls = readCarrierLog(asterisk.carrierLog);
  return calls.filter(({ number }) => number.endsWith(ending)).map(({ code }) => code);
}

test('the shipped dialplan on a real Asterisk', async (t) => {
  const asterisk = await startRealAsterisk(t);
  if (asterisk === null) return;
  const session = await openManagerSession(asterisk.ami);
  t.after(() => session.close());

  await t.test('sends an answered call to the agent it names', async () => {
    const id = await place(session, {
      ending: '0201',
      context: 'dialer-agent',
      variables: ['DIALER_AGENT=PJSIP/525558010200@carrier'],
    });
    const hangup = await hangupOf(session, id);
    assert.equal(headerOf(hangup, 'cause'), '16');
    assert.deepEqual(callsTo(asterisk, '8010200'), ['200']);
  });

  await t.test('goes on to the fallback when the agent does not take it', async () => {
    const id = await place(session, {
      ending: '0201',
      context: 'dialer-agent',
      variables: ['DIALER_AGENT=PJSIP/525558020486@carrier', 'DIALER_FALLBACK=s@dialer-answered'],
    });
    const hangup = await hangupOf(session, id);
    assert.equal(headerOf(hangup, 'context'), 'dialer-answered');
    assert.deepEqual(callsTo(asterisk, '8020486'), ['486']);
  });

  for (const target of ['play_hello-world', 'queue_sales', 'agent_PJSIP/1002']) {
    await t.test(`goes on to a campaign's own target: ${target}`, async () => {
      const id = await place(session, {
        ending: '0201',
        context: 'dialer-agent',
        variables: [
          'DIALER_AGENT=PJSIP/525558050486@carrier',
          `DIALER_FALLBACK=${target}@dialer-connect`,
        ],
      });
      const hangup = await hangupOf(session, id);
      assert.equal(headerOf(hangup, 'context'), 'dialer-connect');
      assert.equal(headerOf(hangup, 'exten'), target);
    });
  }

  await t.test('rings one agent, whatever a variable adds to it', async () => {
    const id = await place(session, {
      ending: '0201',
      context: 'dialer-agent',
      variables: ['DIALER_AGENT=PJSIP/525558030486@carrier&PJSIP/525558040200@carrier'],
    });
    await hangupOf(session, id);
    assert.deepEqual(callsTo(asterisk, '8040200'), []);
  });

  await t.test('goes nowhere without a context to go to', async () => {
    for (const [context, name] of [
      ['dialer-agent', 'DIALER_FALLBACK'],
      ['dialer-amd', 'DIALER_CONNECT'],
    ] as const) {
      const id = await place(session, { ending: '0204', context, variables: [`${name}=s`] });
      const hangup = await hangupOf(session, id);
      assert.equal(headerOf(hangup, 'context'), context);
      assert.deepEqual(stepsOf(session, id), []);
    }
  });

  await t.test('does not claim to have left a message that it cannot play', async () => {
    const id = await place(session, {
      ending: '0061',
      context: 'dialer-amd',
      variables: ['DIALER_MACHINE=message', 'DIALER_MESSAGE=no-such-sound&hello-world'],
    });
    await waitFor(() => Promise.resolve(stepsOf(session, id).length > 0));
    await hangupOf(session, id);
    assert.deepEqual(stepsOf(session, id), ['message_started']);
  });

  await t.test('leaves a record of each call on disk that a kill does not take', async () => {
    const id = await place(session, {
      ending: '0180',
      context: 'dialer-answered',
      variables: [],
    });
    await waitFor(() => Promise.resolve(callsTo(asterisk, '7000180').length > 0));
    process.kill(asterisk.pids.dialer, 'SIGKILL');
    const record = join(asterisk.runDir, 'dialer/log/cel-custom/calls.csv');
    const rows = readFileSync(record, 'utf8')
      .split('\n')
      .filter((row) => row.includes(id));
    assert.match(rows[0] ?? '', /CHAN_START/);
  });

  await t.test('is replaced by a restart, and the carrier still knows whom it had', async () => {
    assert.deepEqual(callsTo(asterisk, '7001486'), []);
    for (const code of ['486', '200']) {
      await asterisk.restart();
      const again = await openManagerSession(asterisk.ami);
      const id = await place(again, {
        ending: '1486',
        context: 'dialer-answered',
        variables: [],
      });
      await hangupOf(again, id);
      again.close();
      assert.equal(callsTo(asterisk, '7001486').at(-1), code);
    }
  });
});

test('a real Asterisk whose owner is killed ends, and another owner starts in the same place', async (t) => {
  const installed = installedAsterisk();
  const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
  if (!requireOrSkip(t, installed !== null, reason) || installed === null) return;
  const runDir = await temporaryRunDir(t);
  const file = fileURLToPath(new URL('./asterisk-owner.ts', import.meta.url));
  const owner = spawn(process.execPath, ['--import', 'tsx', file, installed.root, runDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => owner.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  const { pids, port } = JSON.parse(line) as { pids: number[]; port: number };
  assert.ok(pids.every((pid) => identifyProcess(pid) !== null));
  owner.kill('SIGKILL');
  const next = await startAsterisk({ root: installed.root, runDir });
  t.after(() => next.stop());
  assert.equal(next.ami.port, port, 'the earlier one had left its port');
  await waitFor(() => Promise.resolve(pids.every((pid) => identifyProcess(pid) === null)));
});

test('a real Asterisk that ends by itself is reported, and stopping twice is no harm', async (t) => {
  const installed = installedAsterisk();
  const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
  if (!requireOrSkip(t, installed !== null, reason) || installed === null) return;
  const runDir = await temporaryRunDir(t);
  let report: (role: string) => void = () => undefined;
  const reported = new Promise<string>((resolve) => (report = resolve));
  const running = await startAsterisk({ root: installed.root, runDir, onExit: report });
  process.kill(running.pids.carrier, 'SIGKILL');
  assert.equal(await reported, 'carrier');
  await running.stop();
  await running.stop();
  assert.equal(identifyProcess(running.pids.dialer), null);
});

async function temporaryRunDir(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dialer-asterisk-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
