import {
  answer,
  awaitAck,
  bye,
  once,
  respond,
  respondOn,
  type OnCancel,
  type Step,
} from '../support/sip-far-end-script.ts';
import { verdicts, type SipCase } from './sip-case.ts';
import { endedByThem, refused, ringOut, success } from './sip-evidence.ts';

const ringing = respond(180);

// Longer than the ring limit of the tests, shorter than Timer B (32 s), up to which the INVITE is sent again.
const untilGivenUp: Step = { kind: 'pause', ms: 6_000 };

// With the SIP code that Asterisk makes of each.
const hangupCauses = [
  [16, null],
  [31, '480'],
  [34, '503'],
  [1, '404'],
] as const;
const cancelAwaited: Step = { kind: 'await', what: 'CANCEL' };

/** An answer at the moment of our CANCEL: RFC 3261, 9.1 and 15.1.1 want it acknowledged and ended by a BYE. */
function crossing(how: string, onCancel: OnCancel): SipCase {
  return {
    title: `the phone is picked up as our CANCEL arrives, ${how}`,
    script: { invites: [[ringing]], onCancel },
    expected: verdicts.abandoned,
    source:
      'RFC 3261, 9.1 and 13.2.2.4; docs/architecture.md: answered, and dropped before anybody took it',
    evidence: ringOut(['RINGING']),
    received: ['INVITE', 'CANCEL', 'ACK', 'BYE'],
    sameEvidenceAs: 'rings until we give up',
  };
}

/** Answers that are unusual, and ends without one. */
export const answerCases: readonly SipCase[] = [
  {
    title: 'answers and hangs up at once, after our ACK',
    script: once(ringing, answer(), awaitAck, bye()),
    expected: verdicts.answered,
    source: 'RFC 3261, 15: the called side may end an established call at any time',
    evidence: endedByThem(['RINGING'], 0, null),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'answers and hangs up before our ACK',
    script: once(ringing, answer(), bye()),
    expected: verdicts.answered,
    source: 'RFC 3261, 15 forbids it; the 200 had established the call',
    evidence: endedByThem(['RINGING'], 0, null),
    received: ['INVITE', 'ACK'],
    // Its BYE may find the answer not yet taken: 481, and the call goes on until we end it.
    race: {
      evidence: success(['RINGING']),
      expected: verdicts.answered,
      received: ['INVITE', 'ACK', 'BYE'],
    },
  },
  ...hangupCauses.map(([cause, techCause]): SipCase => ({
    title: `answers and hangs up with Q.850 cause ${cause}`,
    script: once(ringing, answer(), awaitAck, bye(`Reason: Q.850;cause=${cause}`)),
    expected: verdicts.answered,
    source: 'RFC 3326: why the call ended, not how it began',
    evidence: endedByThem(['RINGING'], cause, techCause),
    received: ['INVITE', 'ACK'],
  })),
  {
    title: 'answers without ringing',
    script: once(answer()),
    expected: verdicts.answered,
    source: 'RFC 3261, 13.2.2.4',
    evidence: success(),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'answers and says nothing more: no sound and no BYE',
    script: once(ringing, answer()),
    expected: verdicts.answered,
    source: 'RFC 3261, 15: we may end it, and must, or it would last for ever',
    evidence: success(['RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'answers, and never confirms our BYE',
    script: { ...once(ringing, answer()), answersBye: false },
    expected: verdicts.answered,
    source: 'RFC 3261, 15.1.1: the call is over when the BYE is sent',
    evidence: success(['RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'answers twice with the same 200',
    script: once(ringing, answer(), answer()),
    expected: verdicts.answered,
    source: 'RFC 3261, 13.2.2.4: an ACK for each',
    evidence: success(['RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'answers without SDP',
    script: once(ringing, answer('none')),
    expected: verdicts.abandoned,
    source: 'RFC 3261, 13.2.1 and 13.2.2.4: picked up, but no call can come of it: ACK, then BYE',
    evidence: endedByThem(['RINGING'], 127, '406'),
    received: ['INVITE', 'ACK', 'BYE'],
  },
  {
    title: 'rings, then finds no codec it could use (488)',
    script: once(ringing, respond(488)),
    expected: verdicts.error,
    source: 'RFC 3261, 21.4.26',
    evidence: refused(488, ['RINGING']),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'answers with a codec nobody offered',
    script: once(ringing, answer('foreign')),
    expected: verdicts.abandoned,
    source: 'RFC 3264, 6; RFC 3261, 13.2.2.4: picked up, but no call can come of it: ACK, then BYE',
    evidence: refused(488, ['RINGING']),
    received: ['INVITE', 'ACK', 'BYE'],
    sameEvidenceAs: 'rings, then finds no codec it could use (488)',
  },
  {
    title: 'rings until we give up',
    script: once(ringing),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 9.1',
    evidence: ringOut(['RINGING']),
    received: ['INVITE', 'CANCEL', 'ACK'],
  },
  crossing('and the CANCEL taken afterwards', 'answer, cancel 200'),
  crossing('and the CANCEL refused (481)', 'answer, cancel 481'),
  crossing('though the CANCEL was taken', 'cancel 200, answer'),
  {
    title: 'rings on and ignores our CANCEL',
    script: { invites: [[ringing]], onCancel: 'ignore' },
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 9.1: we may take it as cancelled after 64 T1',
    evidence: ringOut(['RINGING']),
    received: ['INVITE', 'CANCEL'],
  },
  {
    title: 'no response at all',
    script: once(),
    expected: verdicts.silence,
    source:
      'docs/call-status.md: silence is carrier trouble; RFC 3261, 9.1: no CANCEL before a response',
    evidence: ringOut([]),
    received: ['INVITE'],
  },
  {
    title: 'silent at first, begins to ring after we gave up',
    script: once(untilGivenUp, ringing),
    expected: verdicts.silence,
    source: 'RFC 3261, 9.1: the CANCEL is sent as soon as there is a response',
    evidence: ringOut([]),
    received: ['INVITE', 'CANCEL', 'ACK'],
  },
  {
    title: 'silent at first, answers after we gave up',
    script: once(untilGivenUp, answer()),
    expected: verdicts.abandoned,
    source:
      'RFC 3261, 13.2.2.4; docs/architecture.md: answered, and dropped before anybody took it',
    evidence: ringOut([]),
    received: ['INVITE', 'ACK', 'BYE'],
    sameEvidenceAs: 'no response at all',
  },
  {
    title: 'busy, and answers after that',
    script: once(respond(486), awaitAck, answer()),
    expected: verdicts.busy,
    source:
      'RFC 3261, 17.1.1.2: the transaction is completed, a second final response means nothing',
    evidence: refused(486),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'rings, and turns busy as our CANCEL arrives',
    script: { invites: [[ringing, cancelAwaited, respondOn('b', 486)]], onCancel: 'ignore' },
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 9.1: whatever ends the INVITE after our CANCEL, we had given up',
    evidence: ringOut(['RINGING']),
    received: ['INVITE', 'CANCEL', 'ACK'],
  },
];
