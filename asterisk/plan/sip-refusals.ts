import type { CallStatus } from '../../domain/call-status.ts';
import type { DialStatus } from '../../domain/dial-status.ts';
import { causeOfSipCode } from '../../domain/sip-cause-of-asterisk.ts';
import { failed, refused, row } from './build-outcome.ts';
import type { ExpectedOutcome, FarEndBehaviour, Outcome } from './outcome.ts';

type Verdict = readonly [DialStatus, CallStatus];

const failure: Verdict = ['FAILURE', 'dialing_error'];
const invalid: Verdict = ['FAILURE', 'invalid_number'];
const gone: Verdict = ['FAILURE', 'out_of_service'];
const unanswered: Verdict = ['NO_ANSWER', 'no_answer'];
const busy: Verdict = ['BUSY', 'busy'];
const declined: Verdict = ['NO_ANSWER', 'rejected'];
const congested: Verdict = ['CONGESTION', 'dialing_error'];

/**
 * Every final code from 300 to 699 that is registered with IANA, its name there, where it is defined,
 * and one unregistered code of each class.
 */
const codes: readonly (readonly [number, string, Verdict, string])[] = [
  [300, 'Multiple Choices', failure, 'RFC 3261 §21.3.1'],
  [301, 'Moved Permanently', gone, 'RFC 3261 §21.3.2: the number has changed'],
  [
    302,
    'Moved Temporarily',
    failure,
    'RFC 3261 §21.3.3; nobody is rung instead: redirect_method=user',
  ],
  [305, 'Use Proxy', failure, 'RFC 3261 §21.3.4'],
  [380, 'Alternative Service', failure, 'RFC 3261 §21.3.5'],
  [399, 'unregistered 3xx', failure, 'RFC 3261 §8.1.3.2: like 300'],
  [400, 'Bad Request', failure, 'RFC 3261 §21.4.1'],
  [401, 'Unauthorized', failure, 'RFC 3261 §21.4.2'],
  [402, 'Payment Required', failure, 'RFC 3261 §21.4.3'],
  [403, 'Forbidden', failure, 'RFC 3261 §21.4.4'],
  [404, 'Not Found', invalid, 'RFC 3261 §21.4.5'],
  [405, 'Method Not Allowed', failure, 'RFC 3261 §21.4.6'],
  [406, 'Not Acceptable', failure, 'RFC 3261 §21.4.7'],
  [407, 'Proxy Authentication Required', failure, 'RFC 3261 §21.4.8'],
  [408, 'Request Timeout', failure, 'RFC 3261 §21.4.9: nothing rang'],
  [410, 'Gone', gone, 'RFC 3261 §21.4.10'],
  [412, 'Conditional Request Failed', failure, 'RFC 3903'],
  [413, 'Request Entity Too Large', failure, 'RFC 3261 §21.4.11'],
  [414, 'Request-URI Too Long', failure, 'RFC 3261 §21.4.12'],
  [415, 'Unsupported Media Type', failure, 'RFC 3261 §21.4.13'],
  [416, 'Unsupported URI Scheme', failure, 'RFC 3261 §21.4.14'],
  [417, 'Unknown Resource-Priority', failure, 'RFC 4412'],
  [420, 'Bad Extension', failure, 'RFC 3261 §21.4.15'],
  [421, 'Extension Required', failure, 'RFC 3261 §21.4.16'],
  [422, 'Session Interval Too Small', failure, 'RFC 4028 §7.4: the PBX asks once more'],
  [423, 'Interval Too Brief', failure, 'RFC 3261 §21.4.17'],
  [424, 'Bad Location Information', failure, 'RFC 6442'],
  [425, 'Bad Alert Message', failure, 'RFC 8876'],
  [428, 'Use Identity Header', failure, 'RFC 8224'],
  [429, 'Provide Referrer Identity', failure, 'RFC 3892'],
  [430, 'Flow Failed', failure, 'RFC 5626'],
  [433, 'Anonymity Disallowed', failure, 'RFC 5079'],
  [436, 'Bad Identity Info', failure, 'RFC 8224'],
  [437, 'Unsupported Credential', failure, 'RFC 8224'],
  [438, 'Invalid Identity Header', failure, 'RFC 8224'],
  [439, 'First Hop Lacks Outbound Support', failure, 'RFC 5626'],
  [440, 'Max-Breadth Exceeded', failure, 'RFC 5393'],
  [469, 'Bad Info Package', failure, 'RFC 6086'],
  [470, 'Consent Needed', failure, 'RFC 5360'],
  [480, 'Temporarily Unavailable', unanswered, 'RFC 3261 §21.4.18'],
  [481, 'Call/Transaction Does Not Exist', failure, 'RFC 3261 §21.4.19'],
  [482, 'Loop Detected', failure, 'RFC 3261 §21.4.20'],
  [483, 'Too Many Hops', failure, 'RFC 3261 §21.4.21'],
  [484, 'Address Incomplete', invalid, 'RFC 3261 §21.4.22'],
  [485, 'Ambiguous', invalid, 'RFC 3261 §21.4.23'],
  [486, 'Busy Here', busy, 'RFC 3261 §21.4.24'],
  [
    487,
    'Request Terminated',
    unanswered,
    "RFC 3261 §21.4.25: not our CANCEL, so the carrier's own ring timer",
  ],
  [488, 'Not Acceptable Here', failure, 'RFC 3261 §21.4.26'],
  [489, 'Bad Event', failure, 'RFC 6665'],
  [491, 'Request Pending', failure, 'RFC 3261 §21.4.27'],
  [493, 'Undecipherable', failure, 'RFC 3261 §21.4.28'],
  [494, 'Security Agreement Required', failure, 'RFC 3329'],
  [499, 'unregistered 4xx', failure, 'RFC 3261 §8.1.3.2: like 400'],
  [500, 'Server Internal Error', failure, 'RFC 3261 §21.5.1'],
  [501, 'Not Implemented', failure, 'RFC 3261 §21.5.2'],
  [502, 'Bad Gateway', gone, 'RFC 3398 §8.2.6.1: Q.850 cause 27, destination out of order'],
  [503, 'Service Unavailable', congested, 'RFC 3261 §21.5.4'],
  [504, 'Server Time-out', failure, 'RFC 3261 §21.5.5'],
  [505, 'Version Not Supported', failure, 'RFC 3261 §21.5.6'],
  [513, 'Message Too Large', failure, 'RFC 3261 §21.5.7'],
  [555, 'Push Notification Service Not Supported', failure, 'RFC 8599'],
  [580, 'Precondition Failure', failure, 'RFC 3312'],
  [599, 'unregistered 5xx', failure, 'RFC 3261 §8.1.3.2: like 500'],
  [600, 'Busy Everywhere', busy, 'RFC 3261 §21.6.1'],
  [603, 'Decline', declined, 'RFC 3261 §21.6.2'],
  [604, 'Does Not Exist Anywhere', invalid, 'RFC 3261 §21.6.3'],
  [606, 'Not Acceptable', failure, 'RFC 3261 §21.6.4'],
  [607, 'Unwanted', declined, 'RFC 8197'],
  [608, 'Rejected', failure, 'RFC 8688: an intermediary refused, the person never knew'],
  [699, 'unregistered 6xx', declined, 'RFC 3261 §8.1.3.2: like 600, which nobody is to retry'],
];

/** Measured: a redirect to an address loses its code in one call of nine. */
const lostRedirect: ExpectedOutcome = {
  ...failed('dial-end-cancel', 'FAILURE', 'dialing_error', 0, null),
  confidence: 'unsure',
  issabel: { dialStatus: 'NO_ANSWER', callStatus: 'no_answer' },
};

const verdictOfClass: Readonly<Record<string, Verdict>> = { 6: declined };

/** The carrier refuses at once; the code is the SIP code. */
export const sipRefusals: readonly Outcome[] = codes.map(([sipCode, name, verdict, source]) =>
  refusal(sipCode, name, verdict, source),
);

/** What a code that has no row must give: its class decides (RFC 3261, section 8.1.3.2). */
export function unlistedRefusal(sipCode: number): Outcome {
  const verdict = verdictOfClass[String(sipCode).slice(0, 1)] ?? failure;
  return refusal(sipCode, 'unregistered', verdict, 'RFC 3261 §8.1.3.2');
}

function refusal(sipCode: number, name: string, verdict: Verdict, source: string): Outcome {
  const isRedirect = sipCode === 302;
  const behaviour: FarEndBehaviour = isRedirect
    ? { kind: 'redirect', redirectsTo: '525557090200' }
    : { kind: 'refuse', sipCode, ringsFirst: false };
  const expected = refused(sipCode, causeOfSipCode(sipCode) ?? 0, ...verdict);
  const change = isRedirect ? { race: lostRedirect } : {};
  return row(String(sipCode), `${sipCode} ${name}`, behaviour, expected, source, change);
}
