import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PbxLink } from '../../ami/pbx-link.ts';
import { within, type ScriptedAmi, type ScriptedAmiOptions } from '../support/scripted-ami.ts';
import { anOriginate, shortEvidence, startTestLink, whenState } from '../support/test-link.ts';

const success = { Response: 'Success', Reason: 4 };
const failure = { Response: 'Failure', Reason: 0 };

async function startCall(t: Parameters<typeof startTestLink>[0], dialString = 'PJSIP/12345@t') {
  const options: ScriptedAmiOptions = {};
  const { link, pbx } = await startTestLink(t, options);
  await link.whenBooted(2_000);
  const call = link.originate(anOriginate({ dialString }), () => true);
  const { actionId } = await pbx.waitFor('Originate');
  const respond = (what: object) =>
    pbx.send({ Event: 'OriginateResponse', ActionID: actionId, ...what });
  const hangUp = (Cause: number, half = '', more = {}) =>
    pbx.send({ Event: 'Hangup', Uniqueid: call.channelId + half, Cause, ...more });
  return { link, pbx, options, call, respond, hangUp, id: call.channelId, actionId };
}

/** Once everything sent so far was read. */
async function read(link: PbxLink): Promise<void> {
  await link.ping();
}

function count(pbx: ScriptedAmi, name: string): number {
  return pbx.received.filter((action) => action.name === name).length;
}

describe('the end of a call', () => {
  it('is the response and the Hangup, after an answer', async (t) => {
    const { call, respond, hangUp, pbx, id } = await startCall(t);
    pbx.send({ Event: 'DialState', DestUniqueid: id, DialStatus: 'RINGING' });
    respond(success);
    hangUp(16, '', { 'Cause-txt': 'Normal Clearing' });
    assert.deepEqual(shortEvidence(await call.ended), [
      'dial_state RINGING',
      'response Success 4',
      'hangup 1 16 Normal Clearing ',
    ]);
    assert.equal(count(pbx, 'Status'), 0);
  });

  it('is the Hangup and then the response, for most failures', async (t) => {
    const { call, respond, hangUp } = await startCall(t);
    hangUp(17, '', { 'Cause-txt': 'User busy', TechCause: '486' });
    respond(failure);
    assert.deepEqual(shortEvidence(await call.ended), [
      'hangup 1 17 User busy 486',
      'response Failure 0',
    ]);
  });

  it('waits for the Hangup that comes a little after a failure', async (t) => {
    const { call, respond, hangUp } = await startCall(t);
    respond(failure);
    hangUp(1);
    assert.deepEqual(shortEvidence(await call.ended), ['response Failure 0', 'hangup 1 1  ']);
  });

  it('comes after a failure without any channel when the PBX says there is none', async (t) => {
    const { call, respond, pbx } = await startCall(t);
    respond(failure);
    assert.deepEqual(shortEvidence(await call.ended), ['response Failure 0']);
    assert.equal(count(pbx, 'Status'), 1);
  });

  it('has a gap when a channel was seen and never hung up', async (t) => {
    const { call, respond, pbx, id } = await startCall(t);
    pbx.send({ Event: 'Newchannel', Uniqueid: id });
    respond(failure);
    assert.deepEqual(shortEvidence(await call.ended), ['response Failure 0', 'gap no_hangup']);
  });

  it('is not a failure that speaks of a duplicate while the call lives', async (t) => {
    const { call, respond, hangUp, pbx, id } = await startCall(t);
    pbx.live.set(id, 'Up');
    respond(failure);
    await pbx.waitFor('Status', 2);
    pbx.live.delete(id);
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended), [
      'response Failure 0',
      'channel_state Up',
      'hangup 1 16  ',
    ]);
  });

  it('is found by asking when an answered call never hangs up', async (t) => {
    const { call, respond, pbx, id } = await startCall(t);
    pbx.live.set(id, 'Up');
    respond(success);
    await pbx.waitFor('Status', 2);
    pbx.live.delete(id);
    assert.deepEqual(shortEvidence(await call.ended), ['response Success 4', 'gap no_hangup']);
  });

  it('has no gap when the Hangup comes right after the answer to the question', async (t) => {
    const { call, respond, hangUp, pbx } = await startCall(t);
    respond(success);
    pbx.on('Status', ({ actionId: ActionID }, session) => {
      session.send({ Response: 'Error', ActionID, Message: 'No such channel' });
      hangUp(16);
    });
    assert.deepEqual(shortEvidence(await call.ended), ['response Success 4', 'hangup 1 16  ']);
  });

  it('is found by asking when no response ever comes', async (t) => {
    const { call, pbx } = await startCall(t);
    assert.deepEqual(shortEvidence(await call.ended), ['gap no_response']);
    assert.equal(count(pbx, 'Status'), 1);
  });

  it('is waited for when the response was lost but the call lives', async (t) => {
    const { call, hangUp, pbx, id } = await startCall(t);
    pbx.live.set(id, 'Up');
    await pbx.waitFor('Status', 2);
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended), [
      'channel_state Up',
      'hangup 1 16  ',
      'gap no_response',
    ]);
  });

  it('takes a response that comes late, after the Hangup', async (t) => {
    const { call, respond, hangUp, link } = await startCall(t);
    hangUp(19, '', { TechCause: '480' });
    await read(link);
    respond({ Response: 'Failure', Reason: 3 });
    assert.deepEqual(shortEvidence(await call.ended), ['hangup 1 19  480', 'response Failure 3']);
  });

  it('is unknown when the PBX refuses three times to say whether the call lives', async (t) => {
    const { call, respond, pbx } = await startCall(t);
    pbx.on('Status', ({ actionId: ActionID }, session) =>
      session.send({ Response: 'Error', ActionID, Message: 'Permission denied' }),
    );
    respond(success);
    assert.deepEqual(shortEvidence(await call.ended), ['response Success 4', 'gap no_hangup']);
    assert.equal(count(pbx, 'Status'), 3);
  });
});

describe('a Local channel', () => {
  const local = 'Local/12345@far';

  it('ends when both halves hung up: the second may know the cause', async (t) => {
    const { call, respond, hangUp, link } = await startCall(t, local);
    respond({ Response: 'Failure', Reason: 5 });
    hangUp(0);
    await read(link);
    hangUp(17, ';2');
    assert.deepEqual(shortEvidence(await call.ended), [
      'response Failure 5',
      'hangup 1 0  ',
      'hangup 2 17  ',
    ]);
  });

  it('ends after a grace when the second half says nothing', async (t) => {
    const { call, respond, hangUp } = await startCall(t, local);
    hangUp(21);
    respond(failure);
    assert.deepEqual(shortEvidence(await call.ended), ['hangup 1 21  ', 'response Failure 0']);
  });

  it('is not ended by its second half alone', async (t) => {
    const { call, respond, hangUp, link } = await startCall(t, local);
    respond(success);
    hangUp(16, ';2');
    await read(link);
    assert.equal(call.events().length, 2);
    hangUp(16);
    assert.equal((await call.ended).length, 3);
  });
});

describe('events of a call', () => {
  it('are each kept once, though told twice and in any order', async (t) => {
    const { call, respond, hangUp, pbx, id } = await startCall(t);
    const ring = { Event: 'DialState', DestUniqueid: id, DialStatus: 'RINGING' };
    const end = { Event: 'DialEnd', DestUniqueid: id, DialStatus: 'BUSY' };
    for (const event of [end, ring, end, ring]) pbx.send(event);
    hangUp(17);
    hangUp(18);
    respond(failure);
    respond(success);
    assert.deepEqual(shortEvidence(await call.ended), [
      'dial_end BUSY',
      'dial_state RINGING',
      'hangup 1 17  ',
      'response Failure 0',
    ]);
  });

  it('are ignored after the end', async (t) => {
    const { call, respond, hangUp, pbx, id, link } = await startCall(t);
    respond(success);
    hangUp(16);
    const atEnd = await call.ended;
    hangUp(17);
    hangUp(17, ';2');
    pbx.send({ Event: 'DialEnd', DestUniqueid: id, DialStatus: 'BUSY' });
    await read(link);
    assert.deepEqual(call.events(), atEnd);
    assert.equal(link.counters().callsFollowed, 0);
  });

  it('are heard as they come, until the listener is taken off', async (t) => {
    const { call, respond, hangUp, link } = await startCall(t);
    const heard: string[] = [];
    call.onEvent(() => {
      throw new Error('a mistake of the listener');
    });
    const stop = call.onEvent(({ kind }) => heard.push(kind));
    respond(success);
    await read(link);
    stop();
    hangUp(16);
    await call.ended;
    assert.deepEqual(heard, ['response']);
  });

  it('are not those of other calls: an unknown ActionID with our channel id is another send', async (t) => {
    const { call, pbx, id, link } = await startCall(t);
    pbx.send({ Event: 'OriginateResponse', ActionID: 'x', Uniqueid: id, ...failure });
    pbx.send({ Event: 'OriginateResponse', ActionID: 'constructor', ...failure });
    pbx.send({ Event: 'Hangup', Uniqueid: `${id}x`, Cause: 17 });
    pbx.send({ Event: 'Hangup', Uniqueid: `${id};3`, Cause: 17 });
    await read(link);
    assert.deepEqual(call.events(), []);
  });

  it('are found though the PBX writes the id in capitals', async (t) => {
    const { call, pbx, id, respond } = await startCall(t);
    respond(success);
    pbx.send({ Event: 'Hangup', Uniqueid: id.toUpperCase(), Cause: 16 });
    assert.equal((await call.ended).length, 2);
  });

  it('may come before the answer to the action', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    pbx.on('Originate', ({ actionId: ActionID }, session) => {
      session.send({ Event: 'OriginateResponse', ActionID, ...failure });
      session.send({ Response: 'Success', ActionID });
    });
    const call = link.originate(anOriginate(), () => true);
    assert.deepEqual(shortEvidence(await call.ended), ['response Failure 0']);
    assert.ok((await link.ping()) >= 0);
    assert.equal(link.counters().malformed, 0);
  });
});

describe('a link lost during a call', () => {
  async function lose(pbx: ScriptedAmi, link: PbxLink): Promise<void> {
    pbx.sessions[0]?.reset();
    await whenState(link, 'down');
  }

  it('is a gap, and the call goes on when its channel is still live', async (t) => {
    const { call, respond, hangUp, pbx, link, id } = await startCall(t);
    respond(success);
    await read(link);
    pbx.live.set(id, 'Up');
    await lose(pbx, link);
    await link.whenBooted(2_000);
    await pbx.waitFor('CoreShowChannels');
    await read(link);
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended), [
      'response Success 4',
      'gap link_lost',
      'hangup 1 16  ',
    ]);
  });

  it('ends the call when its channel is gone', async (t) => {
    const { call, pbx, link } = await startCall(t);
    await lose(pbx, link);
    assert.deepEqual(shortEvidence(await call.ended), ['gap link_lost']);
  });

  it('leaves the proof of an answer that was not heard', async (t) => {
    const { call, hangUp, pbx, link, id } = await startCall(t);
    pbx.live.set(id, 'Up');
    await lose(pbx, link);
    await pbx.waitFor('CoreShowChannels');
    await read(link);
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended), [
      'gap link_lost',
      'channel_state Up',
      'hangup 1 16  ',
    ]);
  });

  it('hears of an answer after the gap by the state of the channel', async (t) => {
    const { call, hangUp, pbx, link, id } = await startCall(t);
    pbx.live.set(id, 'Ringing');
    await lose(pbx, link);
    await pbx.waitFor('CoreShowChannels');
    await read(link);
    pbx.send({ Event: 'Newstate', Uniqueid: id, ChannelStateDesc: 'Up' });
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended), [
      'gap link_lost',
      'channel_state Ringing',
      'channel_state Up',
      'hangup 1 16  ',
    ]);
  });

  it('remembers the answer that was heard when the response was not', async (t) => {
    const { call, pbx, link, id } = await startCall(t);
    pbx.send({ Event: 'Newstate', Uniqueid: id, ChannelStateDesc: 'Up' });
    await read(link);
    assert.deepEqual(call.events(), []);
    await lose(pbx, link);
    assert.deepEqual(shortEvidence(await call.ended), ['gap link_lost', 'channel_state Up']);
  });

  it('was a restart when the PBX is younger than before', async (t) => {
    const { call, pbx, link, options } = await startCall(t);
    options.uptime = 1;
    await lose(pbx, link);
    assert.deepEqual(shortEvidence(await call.ended), ['gap pbx_restarted']);
  });

  it('was a restart when the PBX had announced it', async (t) => {
    const { call, pbx, link } = await startCall(t);
    pbx.send({ Event: 'Shutdown', Shutdown: 'Cleanly', Restart: 'True' });
    await read(link);
    await lose(pbx, link);
    assert.deepEqual(shortEvidence(await call.ended), ['gap pbx_restarted']);
  });

  it('keeps the response of a call placed just before, when it comes on the new link', async (t) => {
    const { call, respond, hangUp, pbx, link, id } = await startCall(t);
    pbx.live.set(id, 'Ringing');
    await lose(pbx, link);
    await pbx.waitFor('CoreShowChannels');
    await read(link);
    respond(success);
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended).slice(-2), [
      'response Success 4',
      'hangup 1 16  ',
    ]);
  });

  it('follows a channel that comes into being only after it was told gone', async (t) => {
    const { call, respond, hangUp, pbx, link, id } = await startCall(t);
    await lose(pbx, link);
    await pbx.waitFor('CoreShowChannels');
    await read(link);
    pbx.send({ Event: 'Newchannel', Uniqueid: id });
    pbx.live.set(id, 'Up');
    await pbx.waitFor('Status');
    respond(success);
    hangUp(16);
    assert.deepEqual(shortEvidence(await call.ended).slice(-2), [
      'response Success 4',
      'hangup 1 16  ',
    ]);
  });

  it('finds a call whose Originate was executed though its answer was lost', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const request = anOriginate();
    pbx.on('Originate', (_action, session) => {
      pbx.live.set(request.channelId, 'Up');
      session.reset();
    });
    const call = link.originate(request, () => true);
    await pbx.waitFor('CoreShowChannels');
    await read(link);
    pbx.send({ Event: 'Hangup', Uniqueid: request.channelId, Cause: 16 });
    assert.ok(shortEvidence(await call.ended).includes('channel_state Up'));
    assert.equal(count(pbx, 'Originate'), 1);
  });
});

describe('adopt', () => {
  it('gives null for a channel that is not live', async (t) => {
    const { link } = await startTestLink(t);
    await link.whenBooted(2_000);
    assert.equal(await link.adopt(anOriginate().channelId), null);
    assert.equal(link.counters().callsFollowed, 0);
  });

  it('follows a live call of somebody else to its Hangup', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const id = anOriginate().channelId;
    pbx.live.set(id, 'Up');
    const call = await link.adopt(id);
    pbx.send({ Event: 'Hangup', Uniqueid: id, Cause: 16 });
    assert.deepEqual(shortEvidence((await call?.ended) ?? []), [
      'gap adopted',
      'channel_state Up',
      'hangup 1 16  ',
    ]);
  });

  it('keeps an end that comes between the question and its answer', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const id = anOriginate().channelId;
    pbx.on('Status', ({ actionId: ActionID }, session) => {
      session.send({ Event: 'Hangup', Uniqueid: id, Cause: 16 });
      session.send({ Response: 'Error', ActionID, Message: 'No such channel' });
    });
    const call = await link.adopt(id);
    assert.deepEqual(shortEvidence((await call?.ended) ?? []), ['gap adopted', 'hangup 1 16  ']);
  });

  it('joins a call that is followed already, also when asked twice at once', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const own = link.originate(anOriginate(), () => true);
    assert.equal(await link.adopt(own.channelId), own);
    const id = anOriginate().channelId;
    pbx.live.set(id, 'Ringing');
    const [first, second] = await Promise.all([link.adopt(id), link.adopt(id)]);
    assert.ok(first !== null && first === second);
    assert.equal(await link.adopt(id), first);
    const gone = anOriginate().channelId;
    assert.deepEqual(await Promise.all([link.adopt(gone), link.adopt(gone)]), [null, null]);
  });

  it('ends by asking when the Hangup was not heard', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    const id = anOriginate().channelId;
    pbx.live.set(id, 'Up');
    const call = await link.adopt(id);
    pbx.live.clear();
    assert.deepEqual(shortEvidence((await call?.ended) ?? []), [
      'gap adopted',
      'channel_state Up',
      'gap no_hangup',
    ]);
  });

  it('does not know while the PBX is out of reach, and then says so', async (t) => {
    const { link, pbx } = await startTestLink(t);
    const id = anOriginate().channelId;
    await assert.rejects(link.adopt(id), { code: 'pbx_unreachable' });
    await link.whenBooted(2_000);
    pbx.on('Status', (_action, session) => session.reset());
    await assert.rejects(link.adopt(id), { code: 'pbx_unreachable' });
    assert.equal(link.counters().callsFollowed, 0);
  });

  it('asks for nothing but an id of ours', async (t) => {
    const { link, pbx } = await startTestLink(t);
    await link.whenBooted(2_000);
    for (const id of ['/.*/', '', 'PJSIP/1-1', anOriginate().channelId.toUpperCase()]) {
      await assert.rejects(link.adopt(id));
    }
    assert.equal(count(pbx, 'Status'), 0);
  });
});

describe('a stopped link', () => {
  it('leaves its calls open and hangs up nothing', async (t) => {
    const { call, link, pbx } = await startCall(t);
    let ended = false;
    void call.ended.then(() => (ended = true));
    await link.stop();
    await within(500, 'a moment', (resolve) => setTimeout(resolve, 200));
    assert.ok(!ended);
    assert.equal(count(pbx, 'Hangup'), 0);
  });
});
