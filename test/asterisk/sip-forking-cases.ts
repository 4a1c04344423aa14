import {
  answer,
  awaitAck,
  earlyMedia,
  once,
  respond,
  respondOn,
} from '../support/sip-far-end-script.ts';
import { verdicts, type SipCase } from './sip-case.ts';
import { cancelled, refused, ringOut, success } from './sip-evidence.ts';

const ringsTwice = [respondOn('a', 180), respondOn('b', 180)];

/** Several phones behind one number, and progress before the end (RFC 3261, 12.1, 16.7 and 21.1). */
export const forkingCases: readonly SipCase[] = [
  {
    title: 'two phones ring, the second answers',
    script: once(...ringsTwice, respondOn('b', 200, 'accepted')),
    expected: verdicts.answered,
    source: 'RFC 3261, 13.2.2.4',
    evidence: success(['RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'two phones ring and both answer: the second hears neither ACK nor BYE',
    script: once(...ringsTwice, respondOn('a', 200, 'accepted'), respondOn('b', 200, 'accepted')),
    expected: verdicts.answered,
    source:
      'RFC 3261, 13.2.2.4 wants an ACK for each and a BYE for the one not wanted. Measured: Asterisk ' +
      'lets the second wait until it gives up by itself (13.3.1.4)',
    evidence: success(['RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'two phones ring, then busy',
    script: once(...ringsTwice, respond(486)),
    expected: verdicts.busy,
    source: 'RFC 3261, 16.7, item 6',
    evidence: refused(486, ['RINGING']),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'two phones ring, one declines for all',
    script: once(...ringsTwice, respond(603)),
    expected: verdicts.rejected,
    source: 'RFC 3261, 16.7, item 6, and 21.6.2',
    evidence: refused(603, ['RINGING']),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'one branch plays early media, another rings and answers',
    script: once(
      respondOn('a', 183, 'accepted'),
      respondOn('b', 180),
      respondOn('b', 200, 'accepted'),
    ),
    expected: verdicts.answered,
    source: 'RFC 3261, 13.2.2.4',
    evidence: success(['PROGRESS', 'RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'two phones ring until we give up',
    script: once(...ringsTwice),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 9.1: one CANCEL ends all branches',
    evidence: ringOut(['RINGING']),
    received: cancelled,
  },
  ...(
    [
      [404, verdicts.invalid],
      [410, verdicts.outOfService],
      [480, verdicts.noAnswer],
      [486, verdicts.busy],
      [503, verdicts.congestion],
    ] as const
  ).map(([code, expected]): SipCase => ({
    title: `an announcement as early media, then ${code}`,
    script: once(earlyMedia(), respond(code)),
    expected,
    source: 'RFC 3261, 21: the final response counts, whatever was heard before',
    evidence: refused(code, ['PROGRESS']),
    received: ['INVITE', 'ACK'],
  })),
  {
    title: 'early media that wants to be confirmed (100rel), then busy',
    script: once(
      {
        ...{ kind: 'respond', code: 183, tag: 'a', sdp: 'accepted' },
        headers: ['Require: 100rel', 'RSeq: 1'],
      },
      { kind: 'await', what: 'PRACK' },
      respond(486),
    ),
    expected: verdicts.busy,
    source: 'RFC 3262, 4: a PRACK for the 183; the final response counts',
    evidence: refused(486, ['PROGRESS']),
    received: ['INVITE', 'ACK', 'PRACK'],
  },
  {
    title: 'queued (182), then busy',
    script: once(respond(182), respond(486)),
    expected: verdicts.busy,
    source: 'RFC 3261, 21.1.4 and 21.4.24',
    evidence: refused(486),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'forwarded (181), then answered',
    script: once(respond(181), answer()),
    expected: verdicts.answered,
    source: 'RFC 3261, 21.1.3',
    evidence: success(),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'a branch ends early (199), then unavailable',
    script: once(respondOn('a', 180), respondOn('a', 199), respond(480)),
    expected: verdicts.noAnswer,
    source: 'RFC 6228: 199 is no final response',
    evidence: refused(480, ['RINGING']),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'queued (182) until we give up',
    script: once(respond(182)),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 21.1.4: the called side is alive and holds the call',
    evidence: ringOut([]),
    received: cancelled,
    sameEvidenceAs: 'only 100 Trying until we give up',
  },
  {
    title: 'forwarded (181) until we give up',
    script: once(respond(181)),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 21.1.3: the called side is alive and sends the call on',
    evidence: ringOut([]),
    received: cancelled,
    sameEvidenceAs: 'only 100 Trying until we give up',
  },
  {
    title: 'only 100 Trying until we give up',
    script: once({ kind: 'respond', code: 100, tag: null, headers: [], sdp: 'none' }),
    expected: verdicts.silence,
    source: 'docs/call-status.md: silence is carrier trouble',
    evidence: ringOut([]),
    received: cancelled,
  },
  {
    title: 'rings, then its own ring timer ends the call',
    script: once(respond(180), respond(487, 'Reason: Q.850;cause=16')),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 21.4.25; RFC 6432: cause 16 says only that it was cleared',
    evidence: refused(487, ['RINGING']),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'busy, sent three times before and once after the ACK',
    script: once(respond(486), respond(486), respond(486), awaitAck, respond(486)),
    expected: verdicts.busy,
    source: 'RFC 3261, 17.1.1.2: each is acknowledged and only the first is told on',
    evidence: refused(486),
    received: ['INVITE', 'ACK'],
  },
];
