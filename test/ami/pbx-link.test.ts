import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import net from 'node:net';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createPbxLink } from '../../ami/pbx-link.ts';
import { createKeptLog } from '../support/kept-log.ts';
import { headerOf, startScriptedAmi, within } from '../support/scripted-ami.ts';
import { anOriginate, startTestLink, whenState } from '../support/test-link.ts';

const unreachable = { name: 'NotReachableError', code: 'pbx_unreachable' };

describe('a PBX link', () => {
  it('is booted when FullyBooted comes in one chunk with the answer to the login', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    assert.equal(link.state(), 'booted');
    assert.equal(headerOf(await pbx.waitFor('Login'), 'username'), 'dialer');
  });

  it('does not mind a PBX without a banner that sends one byte at a time', async (t) => {
    const { link } = await startTestLink(t, { banner: false, oneByteAtATime: true });
    await link.whenBooted(2_000);
    assert.ok((await link.ping()) >= 0);
  });

  it('stays connecting until a late FullyBooted, and says in the log what it waits for', async (t) => {
    const { link, pbx, logLines } = await startTestLink(t, { fullyBooted: 'never' });
    await pbx.waitFor('Login');
    await within(2_000, 'a warning', (resolve) => {
      const timer = setInterval(() => {
        if (!logLines().some((line) => line.includes('FullyBooted'))) return;
        clearInterval(timer);
        resolve(undefined);
      }, 10);
    });
    assert.equal(link.state(), 'connecting');
    await assert.rejects(link.whenBooted(5), unreachable);
    await assert.rejects(link.ping(), unreachable);
    pbx.send({ Event: 'FullyBooted', Status: 'Fully Booted', Uptime: 1 });
    await link.whenBooted(2_000);
  });

  it('is not booted by a FullyBooted before its login was accepted', async (t) => {
    const { link, pbx } = await startTestLink(t, { login: 'silent' });
    const { actionId } = await pbx.waitFor('Login');
    pbx.send({ Event: 'FullyBooted', Uptime: 1 });
    pbx.send({ Event: 'Shutdown' });
    await assert.rejects(link.whenBooted(50), unreachable);
    pbx.send({ Response: 'Success', ActionID: actionId });
    await link.whenBooted(2_000);
  });

  it('is refused when the login is, and tries again slowly by a new connection', async (t) => {
    const options = { login: 'refuse' as 'refuse' | 'accept' };
    const { link, pbx } = await startTestLink(t, options);
    await whenState(link, 'refused');
    const refusedAt = performance.now();
    options.login = 'accept';
    await link.whenBooted(2_000);
    assert.ok(performance.now() - refusedAt > 90);
    assert.equal(pbx.received.filter(({ name }) => name === 'Login').length, 2);
    assert.equal(link.counters().connections, 2);
  });

  it('gives up a connection whose login is not answered, and makes another', async (t) => {
    const options = { login: 'silent' as 'silent' | 'accept' };
    const { link, pbx } = await startTestLink(t, options);
    await pbx.waitFor('Login');
    options.login = 'accept';
    await link.whenBooted(2_000);
    assert.equal(link.counters().connections, 2);
  });

  it('comes back after the PBX dropped it in the middle of a line', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    pbx.sessions[0]?.sendRaw('Event: Hangup\r\nUniq');
    pbx.sessions[0]?.reset();
    await whenState(link, 'down');
    await link.whenBooted(2_000);
    assert.equal(link.counters().malformed, 0);
  });

  it('comes back when the PBX is started later', async (t) => {
    const nobody = await startScriptedAmi();
    await nobody.stop();
    let isUp = false;
    const { link } = await startTestLink(t, {}, (port) => ({
      connect: () => net.createConnection(isUp ? port : nobody.port, '127.0.0.1'),
    }));
    await assert.rejects(link.whenBooted(50), unreachable);
    isUp = true;
    await link.whenBooted(2_000);
  });

  it('tries no more once it is stopped', async (t) => {
    const nobody = await startScriptedAmi();
    await nobody.stop();
    const connect = () => net.createConnection(nobody.port, '127.0.0.1');
    const { link } = await startTestLink(t, {}, () => ({ connect }));
    await whenState(link, 'down');
    await link.stop();
    const { connections } = link.counters();
    await within(1_000, 'the back-off', (resolve) => setTimeout(resolve, 100));
    assert.equal(link.counters().connections, connections);
    assert.equal(link.state(), 'down');
  });

  it('resets a link on which a ping is not answered', async (t) => {
    const { link, pbx } = await startTestLink(t, {}, () => ({
      timeouts: { pingEveryMs: 30, actionMs: 60 },
    }));
    await link.whenBooted(2_000);
    pbx.on('Ping', () => undefined);
    await whenState(link, 'down');
  });

  it('goes on with its pings though one is refused', async (t) => {
    const { link, pbx } = await startTestLink(t, {}, () => ({ timeouts: { pingEveryMs: 10 } }));
    pbx.on('Ping', ({ actionId }, session) =>
      session.send({ Response: 'Error', ActionID: actionId, Message: 'Busy' }),
    );
    await link.whenBooted(2_000);
    await pbx.waitFor('Ping', 3);
  });

  it('does not take its own stall for a dead link', async (t) => {
    const { link } = await startTestLink(t, {}, () => ({ timeouts: { actionMs: 50 } }));
    await link.whenBooted(2_000);
    const pong = link.ping();
    await within(1_000, 'the write', (resolve) => setImmediate(() => setImmediate(resolve)));
    const until = performance.now() + 150;
    while (performance.now() < until);
    await pong;
    assert.equal(link.counters().connections, 1);
  });

  it('does not wait for anything when a burst of events comes', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const call = link.originate(anOriginate(), () => true);
    const other = 'Event: Newexten\r\nChannel: PJSIP/x-1\r\nUniqueid: 1.2\r\n\r\n';
    pbx.sessions[0]?.sendRaw(other.repeat(30_000));
    pbx.send({ Event: 'Hangup', Uniqueid: call.channelId, Cause: 16 });
    await call.ended;
    assert.equal(link.state(), 'booted');
  });

  it('rejects at once what waits for it when it is stopped', async (t) => {
    const { link } = await startTestLink(t, { login: 'silent' });
    const waiting = assert.rejects(link.whenBooted(60_000), unreachable);
    await link.stop();
    await waiting;
  });

  it('stops waiting for the boot when the caller gives up', async (t) => {
    const { link } = await startTestLink(t, { login: 'silent' });
    const giveUp = new AbortController();
    const waiting = assert.rejects(link.whenBooted(60_000, giveUp.signal), unreachable);
    giveUp.abort();
    await waiting;
    await assert.rejects(link.whenBooted(60_000, giveUp.signal), unreachable);
  });

  it('may be stopped twice and before it was started, and started again', async (t) => {
    const { link } = await startTestLink(t);
    await link.whenBooted(2_000);
    await Promise.all([link.stop(), link.stop()]);
    await link.stop();
    assert.equal(link.state(), 'down');
    link.start();
    link.start();
    await link.whenBooted(2_000);
    assert.equal(link.counters().connections, 2);
  });

  it('refuses a user name or secret that would break out of the login', () => {
    const { log } = createKeptLog();
    const plain = { host: '127.0.0.1', port: 1, username: 'u', secret: 's', log };
    for (const secret of ['a\r\nAction: Command', 'a\nb', 'a\0b', '', 'x'.repeat(1100)]) {
      assert.throws(() => createPbxLink({ ...plain, secret }), { code: 'frame_refused' });
      assert.throws(() => createPbxLink({ ...plain, username: secret }), { code: 'frame_refused' });
    }
  });

  it('knows the version of the PBX and when it started', async (t) => {
    const { link, pbx } = await startTestLink(t, { uptime: 3_600 });
    await link.whenBooted(2_000);
    pbx.on('CoreSettings', ({ actionId }, session) =>
      session.send({ Response: 'Success', ActionID: actionId, AsteriskVersion: '22.10.1' }),
    );
    pbx.on('CoreStatus', ({ actionId }, session) =>
      session.send({ Response: 'Success', ActionID: actionId, CoreCurrentCalls: 7 }),
    );
    const { version, startedAt, currentCalls } = await link.serverInfo();
    assert.deepEqual([version, currentCalls], ['22.10.1', 7]);
    const ageMs = Date.now() - Date.parse(startedAt ?? '');
    assert.ok(ageMs > 3_599_000 && ageMs < 3_605_000, startedAt ?? 'null');
  });

  it('names the rights that the manager user lacks', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const commands = { Originate: 'x', Setvar: 'x', CoreShowChannels: 'x' };
    let shown: Record<string, string> = commands;
    pbx.on('ListCommands', ({ actionId }, session) =>
      session.send({ Response: 'Success', ActionID: actionId, ...shown }),
    );
    assert.deepEqual(await link.checkRights(), { missing: ['read=call'] });
    pbx.on('Originate', ({ actionId }, session) => {
      session.send({ Response: 'Success', ActionID: actionId });
      const Event = 'OriginateResponse';
      session.send({ Event, ActionID: actionId, Response: 'Failure', Reason: 0 });
    });
    assert.deepEqual(await link.checkRights(), { missing: [] });
    shown = {};
    assert.deepEqual(await link.checkRights(), {
      missing: ['write=originate', 'write=call', 'write=reporting'],
    });
  });

  it('tells what it asked for and was refused', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    pbx.on('CoreShowChannels', ({ actionId }, session) =>
      session.send({ Response: 'Error', ActionID: actionId, Message: 'Permission denied' }),
    );
    const refused = {
      name: 'ActionRefusedError',
      code: 'pbx_refused',
      message: 'Permission denied',
    };
    await assert.rejects(link.liveChannelIds(), refused);
  });

  it('lists live channels in lower case', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    pbx.live.set('ABC', 'Up').set('1.2;2', 'Ring');
    assert.deepEqual(await link.liveChannelIds(), new Set(['abc', '1.2;2']));
  });

  it('logs neither secret nor number nor name', async (t) => {
    const { link, pbx, logLines } = await startTestLink(t);
    await link.whenBooted(2_000);
    link.originate(anOriginate(), () => true);
    assert.throws(() => link.originate(anOriginate({ callerId: 'Acme\n' }), () => true));
    pbx.send({ Event: 'Hangup', Channel: 'PJSIP/525512345678', CallerIDName: 'Acme' });
    pbx.sessions[0]?.reset();
    await whenState(link, 'down');
    await link.stop();
    const text = logLines().join('\n');
    for (const personal of ['secret of', '525512345678', '5255500', 'Acme']) {
      assert.ok(!text.includes(personal), personal);
    }
  });

  it('lets the process end after stop, with calls open and nothing answered', async () => {
    const script = `
      import { startScriptedAmi } from ${JSON.stringify(new URL('../support/scripted-ami.ts', import.meta.url).href)};
      import { createPbxLink } from ${JSON.stringify(new URL('../../ami/pbx-link.ts', import.meta.url).href)};
      import { anOriginate } from ${JSON.stringify(new URL('../support/test-link.ts', import.meta.url).href)};
      const pbx = await startScriptedAmi();
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const link = createPbxLink({ host: '127.0.0.1', port: pbx.port, username: 'u', secret: 's', log });
      link.start();
      await link.whenBooted(5000);
      pbx.on('Originate', () => {});
      link.originate(anOriginate({ timeoutMs: 120000 }), () => true);
      await link.stop();
      await pbx.stop();
      console.log('stopped');`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
    assert.equal(stdout.trim(), 'stopped');
  });
});
