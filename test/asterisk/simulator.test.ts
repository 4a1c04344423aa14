import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import type { OngoingCall } from '../../ami/ongoing-call.ts';
import { createPbxLink, type PbxLink } from '../../ami/pbx-link.ts';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { headerOf } from '../../asterisk/simulator/ami-wire.ts';
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../asterisk/simulator/start-simulator.ts';
import { classifyCall } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { within } from '../support/scripted-ami.ts';
import { anOriginate } from '../support/test-link.ts';
import { openManagerSession } from './manager-session.ts';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** A simulator fifty times as fast as the world, and a link to it. */
async function bench(
  t: TestContext,
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; link: PbxLink }> {
  const simulator = await startSimulator({ timing: { speed: 50 }, ...options });
  const timeouts = { graceMs: 200, backOffFirstMs: 10, backOffLongestMs: 50, checkEveryMs: 100 };
  const link = createPbxLink({ ...simulator, log, timeouts: { ...timeouts, actionMs: 2_000 } });
  t.after(async () => {
    await link.stop();
    await simulator.stop();
  });
  link.start();
  return { simulator, link };
}

function dial(link: PbxLink, ending: string, timeoutMs = 5_000): OngoingCall {
  const dialString = `PJSIP/52555700${ending}@carrier`;
  return link.originate(anOriginate({ dialString, timeoutMs }), () => true);
}

function ended(call: OngoingCall): Promise<readonly EvidenceEvent[]> {
  return within(10_000, 'the end', (resolve) => void call.ended.then(resolve));
}

function statusOf(events: readonly EvidenceEvent[]): string {
  return classifyCall(events, { reasonDialect: 'asterisk', reportsRinging: true }).callStatus;
}

const kinds = (events: readonly EvidenceEvent[]) => events.map((event) => event.kind);

function whenState(link: PbxLink, state: string): Promise<void> {
  return within(5_000, state, (resolve) => {
    const check = () => void (link.state() === state && resolve());
    link.onState(check);
    check();
  });
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialer-simulator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('faults of the simulator, as the adapter sees them', () => {
  it('a link that is cut in the middle of a call: the call goes on and its end is heard', async (t) => {
    const { simulator, link } = await bench(t, { timing: { speed: 5 } });
    await link.whenBooted(5_000);
    const call = dial(link, '0180');
    await within(2_000, 'ringing', (resolve) => call.onEvent(resolve));
    simulator.dropLinks();
    const events = await ended(call);
    assert.ok(events.some((event) => event.kind === 'gap' && event.why === 'link_lost'));
    assert.equal(statusOf(events), 'no_answer');
  });

  it('an answer that is lost although the call was placed: the call is found', async (t) => {
    const { simulator, link } = await bench(t, { timing: { speed: 5 } });
    await link.whenBooted(5_000);
    simulator.faults.loseAnswers = 1;
    const call = dial(link, '0180');
    await whenState(link, 'down');
    assert.deepEqual(simulator.liveCalls(), [call.channelId]);
    assert.equal(statusOf(await ended(call)), 'no_answer');
  });

  it('an Originate that never arrived: no channel, so nothing is known', async (t) => {
    const { simulator, link } = await bench(t);
    await link.whenBooted(5_000);
    simulator.faults.dropOriginates = 1;
    const events = await ended(dial(link, '0200'));
    assert.equal(statusOf(events), 'unconfirmed');
    assert.equal(statusOf(await ended(dial(link, '0200'))), 'answered');
  });

  it('an OriginateResponse that breaks off in the middle of a line', async (t) => {
    const { simulator, link } = await bench(t);
    await link.whenBooted(5_000);
    simulator.faults.halfLines = 1;
    const events = await ended(dial(link, '0486'));
    assert.ok(events.some((event) => event.kind === 'gap'));
  });

  it('a Hangup that never comes', async (t) => {
    const { simulator, link } = await bench(t);
    await link.whenBooted(5_000);
    simulator.faults.missingHangups = 1;
    const events = await ended(dial(link, '0486'));
    assert.ok(events.some((event) => event.kind === 'gap' && event.why === 'no_hangup'));
    assert.equal(statusOf(events), 'busy');
    assert.ok(kinds(await ended(dial(link, '0486'))).includes('hangup'));
  });

  it('a restart: calls are gone without a word', async (t) => {
    const { simulator, link } = await bench(t, { timing: { speed: 1 } });
    await link.whenBooted(5_000);
    const call = dial(link, '0201');
    await within(2_000, 'an answer', (resolve) => call.onEvent(resolve));
    await simulator.restart(50);
    assert.deepEqual(simulator.liveCalls(), []);
    assert.equal(statusOf(await ended(call)), 'answered');
  });

  it('a congested carrier says 503 to everybody', async (t) => {
    const { simulator, link } = await bench(t, { faults: { congested: true } });
    await link.whenBooted(5_000);
    const events = await ended(dial(link, '0200'));
    assert.equal(events.find((event) => event.kind === 'hangup')?.techCause, '503');
    simulator.faults.congested = false;
    assert.equal(statusOf(await ended(dial(link, '0200'))), 'answered');
  });

  it('a refused login', async (t) => {
    const { link } = await bench(t, { faults: { refuseLogins: true } });
    await whenState(link, 'refused');
  });

  it('a late FullyBooted: connected, but no call can be placed before it', async (t) => {
    const { link } = await bench(t, { faults: { bootDelayMs: 300 } });
    await whenState(link, 'connecting');
    assert.throws(() => dial(link, '0200'), { code: 'pbx_unreachable' });
    await link.whenBooted(5_000);
    assert.equal(statusOf(await ended(dial(link, '0200'))), 'answered');
  });

  it('one byte at a time, and late', async (t) => {
    const { link } = await bench(t, { faults: { oneByteAtATime: true, delayMs: 20 } });
    await link.whenBooted(5_000);
    assert.equal(statusOf(await ended(dial(link, '0603'))), 'rejected');
  });

  it('a PBX that accepts the connection and says nothing', async (t) => {
    const simulator = await startSimulator({ faults: { silent: true } });
    t.after(() => simulator.stop());
    const socket = net.connect(simulator.port, simulator.host);
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.end('Action: Ping\r\n\r\n');
    await once(socket.resume(), 'close');
    assert.equal(heard, '');
  });

  it('a user without read=call hears of no call', async (t) => {
    const rights = { read: ['system'], write: ['originate', 'call', 'reporting'] };
    const { link } = await bench(t, { rights });
    await link.whenBooted(5_000);
    assert.deepEqual(await link.checkRights(), { missing: ['read=call'] });
  });
});

describe('the simulator', () => {
  it('honours the ring time-out of each Originate, in its own time', async (t) => {
    const { link } = await bench(t);
    await link.whenBooted(5_000);
    const startedAt = performance.now();
    const short = ended(dial(link, '0180', 5_000)).then(() => performance.now() - startedAt);
    const long = ended(dial(link, '0180', 50_000)).then(() => performance.now() - startedAt);
    assert.ok((await short) < 900, 'five seconds, fifty times as fast');
    assert.ok((await long) >= 990, 'fifty seconds, fifty times as fast');
  });

  it('tells both orders of Hangup and OriginateResponse', async (t) => {
    const { link } = await bench(t);
    await link.whenBooted(5_000);
    const calls = await Promise.all(Array.from({ length: 12 }, () => ended(dial(link, '0486'))));
    const orders = new Set(
      calls.map((events) => kinds(events).indexOf('hangup') < kinds(events).indexOf('response')),
    );
    assert.deepEqual([...orders].sort(), [false, true]);
    assert.deepEqual([...new Set(calls.map(statusOf))], ['busy']);
  });

  it('hangs up when the manager says so, ringing or answered', async (t) => {
    const { simulator, link } = await bench(t, { timing: { speed: 1 } });
    await link.whenBooted(5_000);
    const session = await openManagerSession(simulator);
    t.after(() => session.close());
    for (const ending of ['0180', '0201']) {
      const call = dial(link, ending);
      await within(2_000, 'a sign of life', (resolve) => call.onEvent(resolve));
      const answer = await session.ask({ Action: 'Hangup', Channel: call.channelId });
      assert.equal(headerOf(answer, 'message'), 'Channel Hungup');
      assert.ok(kinds(await ended(call)).includes('hangup'));
    }
    const again = await session.ask({ Action: 'Hangup', Channel: '/.*/' });
    assert.equal(headerOf(again, 'message'), 'No such channel');
  });

  it('remembers from its record who was called, over restarts', async (t) => {
    const carrierLog = join(temporaryFolder(t), 'calls.csv');
    const first = await bench(t, { carrierLog });
    await first.link.whenBooted(5_000);
    assert.equal(statusOf(await ended(dial(first.link, '1486'))), 'busy');
    await first.simulator.stop();
    const second = await bench(t, { carrierLog });
    await second.link.whenBooted(5_000);
    assert.equal(statusOf(await ended(dial(second.link, '1486'))), 'answered');
    assert.deepEqual(
      readCarrierLog(carrierLog).map(({ number, code }) => [number, code]),
      [
        ['525557001486', '486'],
        ['525557001486', '200'],
      ],
    );
  });

  it('as a process, says where it listens and ends with its standard input', async (t) => {
    const main = new URL('../../asterisk/simulator/main.ts', import.meta.url).pathname;
    const options = { secret: 'of the test', carrierLog: join(temporaryFolder(t), 'calls.csv') };
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, DIALER_SIMULATOR: JSON.stringify(options) },
    });
    t.after(() => child.kill('SIGKILL'));
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const account = JSON.parse(line) as Simulator;
    assert.equal(account.secret, 'of the test');
    const session = await openManagerSession(account);
    session.close();
    child.stdin.end();
    const code = await within(5_000, 'the end of the process', (resolve) => {
      child.once('exit', resolve);
    });
    assert.equal(code, 0);
  });
});
