import {
  answer,
  once,
  respond,
  responseFaults,
  type FarEndScript,
  type Step,
} from '../support/sip-far-end-script.ts';
import { verdicts, type SipCase, type Verdict } from './sip-case.ts';
import { cancelled, refused, ringOut, success } from './sip-evidence.ts';

/** The login of the trunk `far-end-login`. */
export const login = { username: 'dialer', password: 'a-password-of-the-test' };

const challenge = (code: 401 | 407): Step => ({ kind: 'challenge', code, login });

function challenged(code: 401 | 407): SipCase[] {
  const script = once(challenge(code), respond(180), respond(486));
  const source = 'RFC 3261, 22; docs/architecture.md: refused us (401, 403, 407)';
  return [
    {
      title: `asks for a login (${code}) and we have none`,
      script,
      expected: verdicts.error,
      source,
      evidence: refused(code),
      received: ['INVITE', 'ACK'],
    },
    {
      title: `asks for a login (${code}) and refuses ours`,
      script,
      trunk: 'far-end-wrong-login',
      expected: verdicts.error,
      source,
      evidence: refused(code),
      received: ['INVITE', 'ACK', 'INVITE', 'ACK'],
    },
    {
      title: `asks for a login (${code}), takes ours, and is busy`,
      script,
      trunk: 'far-end-login',
      expected: verdicts.busy,
      source: 'RFC 3261, 22.2: the same call once more, with a login',
      evidence: refused(486, ['RINGING']),
      received: ['INVITE', 'ACK', 'INVITE', 'ACK'],
    },
    {
      title: `asks for a login (${code}), takes ours, and answers`,
      script: once(challenge(code), respond(180), answer()),
      trunk: 'far-end-login',
      expected: verdicts.answered,
      source: 'RFC 3261, 22.2',
      evidence: success(['RINGING']),
      received: ['INVITE', 'ACK', 'INVITE', 'ACK', 'BYE'],
    },
  ];
}

type Plain = readonly [code: number, expected: Verdict, source: string];

const plain: readonly Plain[] = [
  [400, verdicts.error, 'RFC 3261, 21.4.1: our request was bad'],
  [402, verdicts.error, 'RFC 3261, 21.4.3: the carrier wants money'],
  [403, verdicts.error, 'RFC 3261, 21.4.4; docs/architecture.md: refused us'],
  [404, verdicts.invalid, 'RFC 3261, 21.4.5: does not exist'],
  [405, verdicts.error, 'RFC 3261, 21.4.6'],
  [415, verdicts.error, 'RFC 3261, 21.4.13'],
  [420, verdicts.error, 'RFC 3261, 21.4.15'],
  [423, verdicts.error, 'RFC 3261, 21.4.17: means nothing for an INVITE'],
  [433, verdicts.error, 'RFC 5079: refused because the caller is anonymous'],
  [480, verdicts.noAnswer, 'RFC 3261, 21.4.18: unavailable for now'],
  [481, verdicts.error, 'RFC 3261, 21.4.19'],
  [482, verdicts.error, 'RFC 3261, 21.4.20: the carrier sent the call in a circle'],
  [483, verdicts.error, 'RFC 3261, 21.4.21: the carrier sent the call in a circle'],
  [485, verdicts.invalid, 'RFC 3261, 21.4.23: the number is ambiguous'],
  [486, verdicts.busy, 'RFC 3261, 21.4.24'],
  [487, verdicts.noAnswer, 'RFC 3261, 21.4.25: ended before an answer'],
  [491, verdicts.error, 'RFC 3261, 21.4.27: means nothing for a first INVITE'],
  [493, verdicts.error, 'RFC 3261, 21.4.28'],
  [500, verdicts.error, 'RFC 3261, 21.5.1'],
  [501, verdicts.error, 'RFC 3261, 21.5.2'],
  [502, verdicts.outOfService, 'RFC 3398, 7.2.4.1: cause 27, destination out of order'],
  [503, verdicts.congestion, 'RFC 3261, 21.5.4'],
  [505, verdicts.error, 'RFC 3261, 21.5.6'],
  [513, verdicts.error, 'RFC 3261, 21.5.7'],
  [580, verdicts.error, 'RFC 3312, 8'],
  [603, verdicts.rejected, 'RFC 3261, 21.6.2'],
  [604, verdicts.invalid, 'RFC 3261, 21.6.3: exists nowhere'],
  [607, verdicts.rejected, 'RFC 8197: the called side does not want it'],
  [608, verdicts.error, 'RFC 8688: an intermediary refused it, the person never knew'],
];

/** Challenges, refusals that are about the request and not about the person, and responses that are none. */
export const refusalCases: readonly SipCase[] = [
  ...challenged(401),
  ...challenged(407),
  ...plain.map(([code, expected, source]): SipCase => ({
    title: `refuses with ${code}`,
    script: once(respond(code)),
    expected,
    source,
    evidence: refused(code),
    received: ['INVITE', 'ACK'],
  })),
  {
    title: 'rings, then refuses with 487',
    script: once(respond(180), respond(487)),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 21.4.25: ended before an answer',
    evidence: refused(487, ['RINGING']),
    received: ['INVITE', 'ACK'],
  },
  {
    title: 'wants longer session timers (422), gets them, and is busy',
    script: sessionTimer(respond(486)),
    expected: verdicts.busy,
    source: 'RFC 4028, 7.3: the same call once more, with the Min-SE asked for',
    evidence: refused(486),
    received: ['INVITE', 'ACK', 'INVITE', 'ACK'],
  },
  {
    title: 'wants longer session timers (422) and never has enough',
    script: sessionTimer(respond(422, 'Min-SE: 3600')),
    expected: verdicts.error,
    source: 'RFC 4028, 7.3',
    evidence: refused(422),
    received: ['INVITE', 'ACK', 'INVITE', 'ACK'],
  },
  ...responseFaults.map((fault): SipCase => ({
    title: `its only response is broken: ${fault}`,
    script: once({ kind: 'malformed', fault }),
    expected: verdicts.silence,
    source: 'RFC 3261, 8.1.3 and 17.1.3: not to be believed, so nothing was said',
    evidence: ringOut([]),
    received: ['INVITE'],
  })),
  {
    title: 'rings, then its final response is broken',
    script: once(respond(180), { kind: 'malformed', fault: 'status line' }),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 8.1.3: not to be believed, so it rang until we gave up',
    evidence: ringOut(['RINGING']),
    received: cancelled,
  },
];

function sessionTimer(second: Step): FarEndScript {
  return { invites: [[respond(422, 'Min-SE: 1900')], [second]] };
}
