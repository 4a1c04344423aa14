import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, it } from 'node:test';
import { headerOf } from '../support/scripted-ami.ts';
import { anOriginate, shortEvidence, startTestLink, whenState } from '../support/test-link.ts';

const unreachable = { name: 'NotSentError', code: 'pbx_unreachable' };
const always = () => true;

describe('originate', () => {
  it('writes one asynchronous Originate with the attempt id, before it returns', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const request = anOriginate();
    assert.equal(link.originate(request, always).channelId, request.channelId);
    const action = await pbx.waitFor('Originate');
    assert.equal(headerOf(action, 'channelid'), request.channelId);
    assert.equal(headerOf(action, 'async'), 'true');
  });

  it('sends nothing, now or later, while the link is not booted', async (t) => {
    const { link, pbx } = await startTestLink(t, { fullyBooted: 'never' });
    const request = anOriginate();
    assert.throws(() => link.originate(request, always), unreachable);
    await pbx.waitFor('Login');
    assert.throws(() => link.originate(request, always), unreachable);
    pbx.send({ Event: 'FullyBooted', Uptime: 5 });
    await link.whenBooted(2_000);
    await link.ping();
    assert.deepEqual(
      pbx.received.map(({ name }) => name),
      ['Login', 'Ping'],
    );
    assert.ok(link.originate(request, always), 'an id that was not written may still be');
  });

  it('sends nothing after the link was lost, also not after the next login', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    pbx.sessions[0]?.reset();
    await whenState(link, 'down');
    assert.throws(() => link.originate(anOriginate(), always), unreachable);
    await link.whenBooted(2_000);
    await link.ping();
    assert.ok(!pbx.received.some(({ name }) => name === 'Originate'));
  });

  it('asks last of all whether it may still send', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const expired = { name: 'NotSentError', code: 'claim_expired' };
    assert.throws(() => link.originate(anOriginate(), () => false), expired);
    let asked = 0;
    const ask = () => (asked += 1) > 0;
    assert.throws(() => link.originate(anOriginate({ timeoutMs: 1 }), ask), {
      code: 'frame_refused',
    });
    assert.equal(asked, 0);
    await link.ping();
    assert.ok(!pbx.received.some(({ name }) => name === 'Originate'));
  });

  it('refuses an id that was written before, during the call and after it', async (t) => {
    const { link, pbx } = await startTestLink(t);
    const other = await startTestLink(t);
    await link.whenBooted(2_000);
    await other.link.whenBooted(2_000);
    const request = anOriginate();
    const call = link.originate(request, always);
    const alreadySent = { name: 'AlreadySentError', code: 'already_sent' };
    assert.throws(() => link.originate(request, always), alreadySent);
    pbx.send({ Event: 'Hangup', Uniqueid: call.channelId, Cause: 17 });
    await call.ended;
    assert.throws(() => link.originate(request, always), alreadySent);
    assert.throws(() => other.link.originate(request, always), alreadySent);
    assert.equal(pbx.received.filter(({ name }) => name === 'Originate').length, 1);
  });

  it('refuses while bytes wait in the socket, and resets a link that does not take a frame at once', async (t) => {
    const sockets: net.Socket[] = [];
    const { link, pbx } = await startTestLink(t, {}, (port) => ({
      connect() {
        const socket = net.createConnection(port, '127.0.0.1');
        sockets.push(socket);
        return socket;
      },
    }));
    await link.whenBooted(2_000);
    sockets[0]?.cork();
    const call = link.originate(anOriginate(), always);
    assert.ok(sockets[0]?.destroyed);
    assert.equal(link.state(), 'down');
    assert.throws(() => link.originate(anOriginate(), always), unreachable);
    await link.whenBooted(2_000);
    assert.equal(sockets.length, 2);
    sockets[1]?.cork();
    sockets[1]?.write('X');
    assert.throws(() => link.originate(anOriginate(), always), unreachable);
    sockets[1]?.uncork();
    assert.deepEqual(shortEvidence(await call.ended), ['gap link_lost']);
    assert.ok(!pbx.received.some(({ name }) => name === 'Originate'));
  });

  it('resets a link on which the Originate itself is not answered', async (t) => {
    const { link, pbx } = await startTestLink(t, {}, () => ({ timeouts: { actionMs: 50 } }));
    await link.whenBooted(2_000);
    pbx.on('Originate', () => undefined);
    const call = link.originate(anOriginate(), always);
    await whenState(link, 'down');
    assert.deepEqual(shortEvidence(await call.ended), ['gap link_lost']);
    assert.equal(pbx.received.filter(({ name }) => name === 'Originate').length, 1);
  });

  it('counts an error answer as the end: no channel was made', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    pbx.on('Originate', ({ actionId }, session) =>
      session.send({ Response: 'Error', ActionID: actionId, Message: 'Invalid 525512345678' }),
    );
    const call = link.originate(anOriginate(), always);
    assert.deepEqual(shortEvidence(await call.ended), ['refused Invalid …']);
  });
});
