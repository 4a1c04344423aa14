import { earlyMedia, once, respond } from '../support/sip-far-end-script.ts';
import { verdicts, type SipCase, type Verdict } from './sip-case.ts';
import { refused } from './sip-evidence.ts';

type Row = readonly [code: number, cause: number, expected: Verdict, why: string];

// A cause tells more than a generic code does; one that says nothing leaves the code as it is.
const rows: readonly Row[] = [
  [480, 1, verdicts.invalid, 'unallocated number'],
  [480, 17, verdicts.busy, 'user busy'],
  [480, 18, verdicts.noAnswer, 'no user responding'],
  [480, 19, verdicts.noAnswer, 'no answer from the user'],
  [480, 20, verdicts.outOfService, 'subscriber absent'],
  [480, 21, verdicts.rejected, 'call rejected'],
  [480, 22, verdicts.outOfService, 'number changed'],
  [480, 27, verdicts.outOfService, 'destination out of order'],
  [480, 28, verdicts.invalid, 'invalid number format'],
  [480, 31, verdicts.noAnswer, 'normal, unspecified: says nothing'],
  [480, 41, verdicts.error, 'temporary failure'],
  [500, 1, verdicts.invalid, 'unallocated number'],
  [500, 17, verdicts.busy, 'user busy'],
  [500, 38, verdicts.error, 'network out of order'],
  [500, 41, verdicts.error, 'temporary failure'],
  [503, 1, verdicts.invalid, 'unallocated number'],
  [503, 17, verdicts.busy, 'user busy'],
  [503, 19, verdicts.noAnswer, 'no answer from the user'],
  [503, 34, verdicts.congestion, 'no circuit available'],
  [503, 41, verdicts.congestion, 'temporary failure: says no more than 503'],
  [502, 27, verdicts.outOfService, 'destination out of order'],
  [404, 1, verdicts.invalid, 'unallocated number'],
  [404, 3, verdicts.error, 'no route to destination: the carrier does not serve it'],
  [403, 1, verdicts.invalid, 'unallocated number'],
  [403, 21, verdicts.error, 'call rejected: says no more than 403'],
  [486, 17, verdicts.busy, 'user busy'],
  [487, 16, verdicts.noAnswer, 'normal clearing: says nothing'],
  [487, 19, verdicts.noAnswer, 'no answer from the user'],
  [603, 21, verdicts.rejected, 'call rejected'],
];

/**
 * Final responses with the header Reason (RFC 3326, allowed in responses by RFC 6432). Asterisk 22.10
 * reads it and then overwrites it with the cause that belongs to the code (chan_pjsip_session_end, since
 * 22.9.0), so none of it reaches us.
 */
export const reasonCases: readonly SipCase[] = [
  ...rows.map(([code, cause, expected, why]): SipCase => ({
    title: `${code} with Q.850 cause ${cause}`,
    script: once(respond(code, `Reason: Q.850;cause=${cause}`)),
    expected,
    source: `RFC 6432; Q.850, cause ${cause}: ${why}`,
    evidence: refused(code),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: `refuses with ${code}`,
  })),
  {
    title: '480 with Q.850 cause 1 and a text, after early media',
    script: once(earlyMedia(), respond(480, 'Reason: Q.850 ;cause=1 ;text="Unallocated number"')),
    expected: verdicts.invalid,
    source: 'RFC 3326, 2: spaces and a text are allowed',
    evidence: refused(480, ['PROGRESS']),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'an announcement as early media, then 480',
  },
  {
    title: '480 with a SIP reason first and Q.850 cause 1 second, in one header',
    script: once(respond(480, 'Reason: SIP;cause=404;text="Not Found", Q.850;cause=1')),
    expected: verdicts.invalid,
    source: 'RFC 3326, 2: several values, one per protocol',
    evidence: refused(480),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'refuses with 480',
  },
  {
    title: '480 with a SIP reason and Q.850 cause 1, in two headers',
    script: once(respond(480, 'Reason: SIP;cause=404', 'Reason: Q.850;cause=1')),
    expected: verdicts.invalid,
    source: 'RFC 3326, 2: several values, one per protocol',
    evidence: refused(480),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'refuses with 480',
  },
  {
    title: '603 Network Blocked: software of a network refused it, the person never knew (603+)',
    script: once({
      ...{ kind: 'respond', code: 603, tag: 'a', sdp: 'none', phrase: 'Network Blocked' },
      headers: ['Reason: Q.850;cause=21;text="v=analytics1.0;url=https://blocked.example"'],
    }),
    expected: verdicts.error,
    source: 'ATIS-1000099: told from a 603 by its phrase and its Reason; judged as 608 (RFC 8688)',
    evidence: refused(603),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'refuses with 603',
  },
  {
    title: '503 with the SIP reason 404',
    script: once(respond(503, 'Reason: SIP;cause=404')),
    expected: verdicts.congestion,
    source: 'RFC 6432: in responses only Q.850 is defined, so the code stands',
    evidence: refused(503),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'refuses with 503',
  },
  {
    title: '487 with the SIP reason 200: answered elsewhere',
    script: once(
      respond(180),
      respond(487, 'Reason: SIP;cause=200;text="Call completed elsewhere"'),
    ),
    expected: verdicts.noAnswer,
    source: 'RFC 3261, 21.4.25; RFC 6432 defines no SIP reason in responses',
    evidence: refused(487, ['RINGING']),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'rings, then refuses with 487',
  },
  {
    title: '480 with a Reason that cannot be read',
    script: once(respond(480, 'Reason: Q.850;cause=seventeen')),
    expected: verdicts.noAnswer,
    source: 'RFC 3326, 2: not of its form, so the code stands',
    evidence: refused(480),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'refuses with 480',
  },
  {
    title: '480 with the cause 300, which is none',
    script: once(respond(480, 'Reason: Q.850;cause=300')),
    expected: verdicts.noAnswer,
    source: 'Q.850: causes are 1 to 127, so the code stands',
    evidence: refused(480),
    received: ['INVITE', 'ACK'],
    sameEvidenceAs: 'refuses with 480',
  },
];
