import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { headerOf, type AmiAction } from '../../asterisk/simulator/ami-wire.ts';
import { shippedAmdSettings } from '../../bench/amd-pair-configuration.ts';
import { startAmdPair, type AmdPair } from '../../bench/amd-pair.ts';
import { labelledSounds, type LabelledSound } from '../../bench/labelled-sounds.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import { installedAsterisk } from '../support/start-real-asterisk.ts';
import { openManagerSession, type ManagerSession } from './manager-session.ts';

const sounds = labelledSounds();

test('the shipped dialplan listens for answering machines', { concurrency: true }, async (t) => {
  const pair = await startPair(t);
  if (pair === null) return;
  const [session, carrier] = await Promise.all([
    openManagerSession(pair.ami),
    openManagerSession(pair.carrierAmi),
  ]);
  t.after(() => [session, carrier].forEach((each) => each.close()));
  const call = (sound: LabelledSound, variables: readonly string[]) =>
    placeCall(session, pair, sound, [
      ...variables,
      'DIALER_CONNECT=play_hello-world@dialer-connect',
    ]);

  await Promise.all([
    t.test('hangs up on a machine', async () => {
      const { verdict, end, steps } = await call(named('machine-en-long'), [
        'DIALER_MACHINE=hangup',
      ]);
      await isMachine(verdict);
      assert.equal(headerOf(await end(), 'context'), 'dialer-amd');
      assert.deepEqual(steps(), []);
    }),

    t.test('connects a person', async () => {
      const { verdict, end } = await call(named('hello'), ['DIALER_MACHINE=hangup']);
      assert.equal(headerOf(await verdict, 'status'), 'HUMAN');
      await isConnected(end());
    }),

    t.test('connects silence, which proves no machine', async () => {
      const { verdict, end } = await call(named('person-silence'), ['DIALER_MACHINE=hangup']);
      assert.match(headerOf(await verdict, 'cause'), /^INITIALSILENCE/);
      await isConnected(end());
    }),

    t.test('connects a machine that is to be passed on', async () => {
      const { verdict, end } = await call(named('machine-es-mailbox'), ['DIALER_MACHINE=pass']);
      await isMachine(verdict);
      await isConnected(end());
    }),

    t.test('leaves the message once the greeting is over, and is heard', async () => {
      const greeting = named('greeting');
      const { verdict, end, step, steps } = await call(greeting, [
        'DIALER_MACHINE=message',
        'DIALER_MESSAGE=hello-world',
      ]);
      await isMachine(verdict);
      const isAtFarEnd = (name: string) => (item: AmiAction) =>
        headerOf(item, 'event') === name && headerOf(item, 'exten') === pair.numberOf(greeting);
      await step('message_started');
      assert.ok(carrier.heard().some(isAtFarEnd('UserEvent')), 'the greeting was over');
      await carrier.hear('our message, at the far end', isAtFarEnd('ChannelTalkingStart'));
      assert.equal(headerOf(await end(), 'context'), 'dialer-amd');
      assert.deepEqual(steps(), ['message_started', 'message_left']);
    }),
  ]);
});

function named(name: string): LabelledSound {
  const sound = sounds.find(({ file }) => file === `${name}.gsm`);
  assert.ok(sound, `no sound ${name}`);
  return sound;
}

async function isMachine(verdict: Promise<AmiAction>): Promise<void> {
  const event = await verdict;
  assert.equal(headerOf(event, 'status'), 'MACHINE');
  assert.match(headerOf(event, 'cause'), /^(MAXWORDS|LONGGREETING)-/);
}

async function isConnected(end: Promise<AmiAction>): Promise<void> {
  assert.equal(headerOf(await end, 'context'), 'dialer-connect');
  assert.equal(headerOf(await end, 'exten'), 'play_hello-world');
}

interface PlacedCall {
  readonly verdict: Promise<AmiAction>;
  /** Its Hangup. */
  end(): Promise<AmiAction>;
  step(name: string): Promise<AmiAction>;
  /** Those reported so far. */
  steps(): string[];
}

/** Resolves when the call is answered. */
async function placeCall(
  session: ManagerSession,
  pair: AmdPair,
  sound: LabelledSound,
  variables: readonly string[],
): Promise<PlacedCall> {
  const channelId = randomUUID();
  const isOurs = (item: AmiAction, event: string) =>
    headerOf(item, 'event') === event && headerOf(item, 'uniqueid') === channelId;
  const isReport = (item: AmiAction, name: string) =>
    isOurs(item, 'UserEvent') && headerOf(item, 'userevent') === name;
  await session.ask({
    Action: 'Originate',
    Channel: `PJSIP/${pair.numberOf(sound)}@carrier`,
    ChannelId: channelId,
    Async: 'true',
    Timeout: '5000',
    Context: 'dialer-amd',
    Exten: 's',
    Priority: '1',
    Variable: variables.join('\r\nVariable: '),
  });
  await session.hear('the answer', (item) => isOurs(item, 'OriginateResponse'));
  return {
    verdict: session.hear('a verdict', (item) => isReport(item, 'DialerMachine')),
    end: () => session.hear('the Hangup', (item) => isOurs(item, 'Hangup')),
    step: (name) =>
      session.hear(name, (item) => isReport(item, 'DialerStep') && headerOf(item, 'step') === name),
    steps: () =>
      session
        .heard()
        .filter((item) => isReport(item, 'DialerStep'))
        .map((item) => headerOf(item, 'step')),
  };
}

async function startPair(t: TestContext): Promise<AmdPair | null> {
  const installed = installedAsterisk();
  const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
  if (!requireOrSkip(t, installed !== null, reason) || installed === null) return null;
  const runDir = await mkdtemp(join(tmpdir(), 'dialer-amd-'));
  const pair = await startAmdPair({
    root: installed.root,
    runDir,
    sounds,
    settings: shippedAmdSettings(),
  });
  t.after(async () => {
    await pair.stop();
    await rm(runDir, { recursive: true, force: true });
  });
  return pair;
}
