import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { readEvent, type AmiEvent } from '../../ami/ami-event.ts';
import { defaultTimeouts } from '../../ami/ami-timeouts.ts';
import { createCallTracker } from '../../ami/call-tracker.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { createKeptLog } from '../support/kept-log.ts';
import { shortEvidence } from '../support/test-link.ts';

/** A followed call, fed with items as asterisk-manager would give them. */
function follow(isLocal = false) {
  const channelId = randomUUID();
  const actionId = randomUUID();
  const late: string[] = [];
  const tracker = createCallTracker((id, event) => late.push(`${id} ${shortEvidence([event])[0]}`));
  const options = {
    channelId,
    ringLimitMs: 30_000,
    isLocal,
    timeouts: defaultTimeouts,
    log: createKeptLog().log,
    askState: () => Promise.resolve(null),
  };
  const followed = tracker.follow(options, actionId);
  const hear = (item: Record<string, string>) => {
    const event = readEvent(item);
    assert.ok(event !== null && event !== 'malformed', JSON.stringify(item));
    tracker.hear(event);
  };
  const answer = () =>
    tracker.hear({ event: 'OriginateResponse', actionId, response: 'Success', reason: 4 });
  const fail = () =>
    tracker.hear({ event: 'OriginateResponse', actionId, response: 'Failure', reason: 0 });
  const evidence = () => shortEvidence(followed.call.events());
  return { tracker, channelId, actionId, hear, answer, fail, evidence, late, options, followed };
}

function dialBegin(
  source: string,
  dest: string,
  channel: string,
  linkedid = source,
  by = 'PJSIP/carrier-1',
) {
  return {
    event: 'DialBegin',
    channel: by,
    uniqueid: source,
    destuniqueid: dest,
    destlinkedid: linkedid,
    destchannel: channel,
  };
}

const dialEnd = (dest: string, dialstatus: string) => ({
  event: 'DialEnd',
  destuniqueid: dest,
  dialstatus,
});

const hangup = (uniqueid: string, cause: string, techcause = '') => ({
  event: 'Hangup',
  uniqueid,
  cause,
  'cause-txt': 'words',
  ...(techcause === '' ? {} : { techcause }),
});

const bridge = (event: string, uniqueid: string, id: string, members: string, type = 'basic') => ({
  event,
  uniqueid,
  bridgeuniqueid: id,
  bridgenumchannels: members,
  bridgetype: type,
});

describe('the phones an answered call rings', () => {
  it('are its legs, with the device and not the number', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    hear(dialBegin(channelId, '1.1', 'PJSIP/1001-0000002a'));
    hear({ event: 'DialState', destuniqueid: '1.1', dialstatus: 'RINGING' });
    hear(dialEnd('1.1', 'BUSY'));
    hear(hangup('1.1', '17', '486'));
    hear(dialBegin(channelId, '1.2', 'Local/5255500200@agents-0000002b;1'));
    hear(dialEnd('1.2', 'ANSWER'));
    assert.deepEqual(evidence(), [
      'response Success 4',
      'leg 1 target true dialled  PJSIP/1001 ',
      'leg 1 target true ringing  PJSIP/1001 ',
      'leg 1 target true not_answered BUSY PJSIP/1001 ',
      'leg_hangup 1 target 17 words 486',
      'leg 2 target true dialled   ',
      'leg 2 target true answered   ',
    ]);
  });

  it('are found through a Local channel of an agent, by the call they belong to', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    hear(dialBegin(channelId, '1.1', 'Local/1001@agents-0000002b;1'));
    hear(dialBegin('1.2', '1.3', 'PJSIP/1001-0000002c', channelId, 'Local/1001@agents-0000002b;2'));
    hear(dialBegin('1.3', '1.4', 'PJSIP/1002-0000002d', channelId));
    assert.deepEqual(evidence().slice(2), [
      'leg 2 target false dialled  PJSIP/1001 1001',
      'leg 3 target false dialled  PJSIP/1002 ',
    ]);
  });

  it('are nothing to a call of somebody else', () => {
    const { hear, answer, evidence } = follow();
    answer();
    hear(dialBegin('9.1', '9.2', 'PJSIP/1001-0000002c'));
    hear(dialEnd('9.2', 'ANSWER'));
    hear(hangup('9.2', '16'));
    assert.deepEqual(evidence(), ['response Success 4']);
  });
});

describe('the ways out of a Local channel', () => {
  it('are legs to the carrier, and only they have the SIP code', () => {
    const { channelId, hear, fail, evidence } = follow(true);
    hear({ event: 'DialBegin', destuniqueid: channelId, destchannel: 'Local/1@out-1;1' });
    hear(dialBegin(`${channelId};2`, '1.1', 'PJSIP/carrier-0000002a', channelId));
    hear({ event: 'DialState', destuniqueid: '1.1', dialstatus: 'PROGRESS' });
    hear(dialEnd('1.1', 'BUSY'));
    hear(hangup('1.1', '17', '486'));
    fail();
    assert.deepEqual(evidence(), [
      'leg 1 carrier true dialled  PJSIP/carrier ',
      'leg 1 carrier true ringing  PJSIP/carrier ',
      'leg 1 carrier true not_answered BUSY PJSIP/carrier ',
      'leg_hangup 1 carrier 17 words 486',
      'response Failure 0',
    ]);
  });

  it('are waited for, because one that failed may hang up after our own channel', async () => {
    const { tracker, channelId, hear, fail, followed } = follow(true);
    hear(dialBegin(`${channelId};2`, '1.1', 'PJSIP/carrier-0000002a', channelId));
    fail();
    hear(hangup(`${channelId};2`, '34'));
    hear(hangup(channelId, '0'));
    assert.equal(tracker.count(), 1);
    hear(hangup('1.1', '28', '484'));
    assert.equal(tracker.count(), 0);
    assert.equal(
      shortEvidence(await followed.call.ended).at(-1),
      'leg_hangup 1 carrier 28 words 484',
    );
  });

  it('are known by what their far end asked when their Hangup does not come', async () => {
    const { channelId, hear, fail, followed } = follow(true);
    hear(dialBegin(`${channelId};2`, '1.1', 'PJSIP/carrier-0000002a', channelId));
    hear({ event: 'HangupRequest', uniqueid: '1.1', cause: '21', techcause: '603' });
    fail();
    hear(hangup(`${channelId};2`, '34'));
    hear(hangup(channelId, '0'));
    assert.equal(
      shortEvidence(await followed.call.ended).at(-1),
      'leg_hangup 1 carrier 21  603',
      'after the grace',
    );
  });

  it('that failed before say nothing of who ends the call', () => {
    const { channelId, hear, answer, evidence } = follow(true);
    hear(dialBegin(`${channelId};2`, '1.1', 'PJSIP/carrier-0000002a', channelId));
    hear({ event: 'HangupRequest', uniqueid: '1.1' });
    hear(dialEnd('1.1', 'CONGESTION'));
    hear(hangup('1.1', '34', '503'));
    hear(dialBegin(`${channelId};2`, '1.2', 'PJSIP/other-0000002b', channelId));
    hear(dialEnd('1.2', 'ANSWER'));
    answer();
    hear({ event: 'SoftHangupRequest', uniqueid: channelId });
    assert.deepEqual(
      evidence().filter((line) => line.startsWith('hangup_request')),
      ['hangup_request us'],
    );
  });

  it('end with the contact, who is at the far end of one of them', () => {
    const { channelId, hear, answer, evidence } = follow(true);
    hear(dialBegin(`${channelId};2`, '1.1', 'PJSIP/carrier-0000002a', channelId));
    hear(dialEnd('1.1', 'ANSWER'));
    answer();
    hear({ event: 'HangupRequest', uniqueid: '1.1' });
    hear({ event: 'SoftHangupRequest', uniqueid: channelId });
    const requests = evidence().filter((line) => line.startsWith('hangup_request'));
    assert.deepEqual(requests, ['hangup_request contact', 'hangup_request us']);
  });
});

describe('an answered call', () => {
  it('talks when its channel shares a bridge with another, whoever came first', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    hear(bridge('BridgeEnter', channelId, 'b1', '1'));
    hear(bridge('BridgeEnter', '1.1', 'b1', '2'));
    hear(bridge('BridgeLeave', '1.1', 'b1', '1'));
    hear(bridge('BridgeLeave', channelId, 'b1', '0'));
    hear(bridge('BridgeEnter', '1.2', 'b2', '1'));
    hear(bridge('BridgeEnter', channelId, 'b2', '2'));
    assert.deepEqual(evidence().slice(1), [
      'bridge 1 talking',
      'bridge 1 left',
      'bridge 2 talking',
    ]);
  });

  it('does not talk to others on hold, nor where it no longer is', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    hear(bridge('BridgeEnter', channelId, 'park', '2', 'holding'));
    hear(bridge('BridgeLeave', channelId, 'park', '1', 'holding'));
    hear(bridge('BridgeEnter', '1.1', 'park', '2'));
    hear(bridge('BridgeEnter', '1.2', 'other', '2'));
    assert.deepEqual(evidence().slice(1), ['bridge 1 left']);
  });

  it('waits in a queue, and is given to an agent', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    hear({ event: 'QueueCallerJoin', uniqueid: channelId, queue: 'sales', position: '1' });
    hear({ event: 'AgentConnect', uniqueid: channelId, queue: 'sales', membername: 'Ana' });
    hear({ event: 'QueueCallerLeave', uniqueid: channelId, queue: 'sales' });
    hear({ event: 'QueueCallerAbandon', uniqueid: channelId, queue: 'a queue, with a comma' });
    assert.deepEqual(evidence().slice(1), [
      'queue joined sales',
      'queue agent_connected sales',
      'queue left sales',
      'queue abandoned ',
    ]);
  });

  it('tells what the shipped dialplan reports of it', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    const report = (name: string, more: Record<string, string>) =>
      hear({ event: 'UserEvent', userevent: name, uniqueid: channelId, ...more });
    report('DialerMachine', { status: 'MACHINE', cause: 'LONGGREETING-1600-1500' });
    report('DialerStep', { step: 'message_left' });
    report('DialerTransfer', { destination: 'PJSIP/2001' });
    assert.deepEqual(evidence().slice(1), [
      'machine MACHINE LONGGREETING-1600-1500',
      'step message_left',
      'transfer dialplan success PJSIP/2001',
    ]);
  });

  it('is transferred: blind to an extension, attended to a device', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    hear({
      event: 'BlindTransfer',
      result: 'Success',
      transfereruniqueid: '1.1',
      transfereeuniqueid: channelId,
      extension: '2001',
    });
    hear({
      event: 'AttendedTransfer',
      result: 'Success',
      origtransfererlinkedid: channelId,
      desttype: 'Bridge',
      transfertargetchannel: 'PJSIP/1002-0000002a',
    });
    hear({
      event: 'AttendedTransfer',
      result: 'Fail',
      transfereeuniqueid: channelId,
      desttype: 'Fail',
      secondtransfererexten: '2002',
    });
    hear({
      event: 'AttendedTransfer',
      result: 'Success',
      transfereeuniqueid: channelId,
      desttype: 'Bridge',
      transfertargetchannel: 'Local/501@departments-0000002b;1',
    });
    assert.deepEqual(evidence().slice(1), [
      'transfer blind success 2001',
      'transfer attended success PJSIP/1002',
      'transfer attended failed 2002',
      'transfer attended success 501',
    ]);
  });

  it('may be sent back to where it was before', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    const to = (extension: string) =>
      hear({ event: 'BlindTransfer', result: 'Success', transfereeuniqueid: channelId, extension });
    for (const extension of ['2001', '2001', '2002', '2001']) to(extension);
    assert.deepEqual(evidence().slice(1), [
      'transfer blind success 2001',
      'transfer blind success 2002',
      'transfer blind success 2001',
    ]);
  });

  it('keeps the answer of an agent although a queue rang many phones before', () => {
    const { channelId, hear, answer, evidence } = follow();
    answer();
    for (let n = 0; n < 100; n += 1) {
      hear(dialBegin(channelId, `1.${n}`, 'PJSIP/1001-0000002a'));
      hear(dialEnd(`1.${n}`, 'NOANSWER'));
      hear(hangup(`1.${n}`, '0'));
    }
    hear(dialBegin(channelId, '2.1', 'PJSIP/1002-0000002a'));
    hear(dialEnd('2.1', 'ANSWER'));
    assert.equal(evidence().length, 61);
    assert.equal(evidence().at(-1), 'leg 101 target true answered  PJSIP/1002 ');
  });
});

describe('what cannot be read of such events', () => {
  const wrong: Record<string, Record<string, string>> = {
    'a machine status that AMD does not have': {
      event: 'UserEvent',
      userevent: 'DialerMachine',
      uniqueid: 'a',
      status: 'ROBOT',
    },
    'a step the dialplan does not have': {
      event: 'UserEvent',
      userevent: 'DialerStep',
      uniqueid: 'a',
      step: 'dance',
    },
    'a user event of ours without a channel': { event: 'UserEvent', userevent: 'DialerTransfer' },
    'a bridge without a number of channels': {
      event: 'BridgeEnter',
      uniqueid: 'a',
      bridgeuniqueid: 'b',
    },
    'a transfer of nobody': { event: 'BlindTransfer', result: 'Success', extension: '2001' },
  };
  for (const [what, item] of Object.entries(wrong)) {
    it(`is malformed: ${what}`, () => assert.equal(readEvent(item), 'malformed'));
  }

  it('is not ours: any other user event', () => {
    assert.equal(readEvent({ event: 'UserEvent', userevent: 'Payroll', uniqueid: 'a' }), null);
  });

  it('keeps no destination that is not a plain word', () => {
    const item = { event: 'BlindTransfer', result: 'Success', transfereeuniqueid: 'a' };
    const read = readEvent({ ...item, extension: 'a=b\r\nAction: x' }) as AmiEvent & {
      destination: string | null;
    };
    assert.equal(read.destination, null);
  });
});

describe('late evidence', () => {
  const dialplan: EvidenceEvent['kind'][] = ['hangup', 'response'];

  it('is told once for each fact, and does not change what was complete', async () => {
    const { tracker, channelId, actionId, hear, fail, late, followed } = follow();
    fail();
    hear(hangup(channelId, '17', '486'));
    const complete = await followed.call.ended;
    assert.deepEqual(complete.map(({ kind }) => kind).sort(), dialplan);
    hear(hangup(channelId, '17', '486'));
    hear(dialEnd(channelId, 'NOANSWER'));
    hear({ event: 'Newstate', uniqueid: channelId, channelstatedesc: 'Up' });
    hear({ event: 'Newstate', uniqueid: channelId, channelstatedesc: 'Up' });
    hear(dialEnd(channelId, 'ANSWER'));
    tracker.hear({ event: 'OriginateResponse', actionId, response: 'Success', reason: 4 });
    assert.deepEqual(late, [`${channelId} channel_state Up`, `${channelId} dial_end ANSWER`]);
    assert.deepEqual(await followed.call.ended, complete);
    assert.equal(tracker.count(), 0);
  });

  it('comes of a call that was looked for in vain, and of no other', () => {
    const { tracker, channelId, hear, late } = follow();
    tracker.drop(channelId);
    hear(dialEnd(channelId, 'ANSWER'));
    hear(hangup(channelId, '16'));
    hear(hangup(randomUUID(), '16'));
    assert.deepEqual(late, [`${channelId} dial_end ANSWER`, `${channelId} hangup 1 16 words `]);
  });

  it('is of the call that is open when its id is followed again', () => {
    const { tracker, channelId, hear, late, options } = follow();
    tracker.drop(channelId);
    const again = tracker.follow({ ...options, ringLimitMs: null }, null);
    hear(hangup(channelId, '16'));
    assert.deepEqual(shortEvidence(again.call.events()), ['hangup 1 16 words ']);
    assert.deepEqual(late, []);
  });
});
