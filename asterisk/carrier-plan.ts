import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';

/**
 * The carrier plan: what the far end does with a call, by the last three digits of the number
 * dialled. One table drives the carrier's dialplan on a real Asterisk, the simulator, and the tests
 * that compare the two, so a number means the same everywhere. The codes are SIP's own where there is
 * one. The fourth digit from the end says for how long: 1–9, only the first so many calls to that
 * number meet the far end described and later ones are answered like 200, so that redialling has an
 * end; 0, always.
 */
export interface FarEnd {
  /** The last three digits. */
  readonly code: string;
  /** What happens, in a few words. */
  readonly title: string;
  readonly behaviour: FarEndBehaviour;
  /** What the PBX reports of it, and what that means for the contact. */
  readonly expected: ExpectedOutcome;
}

export type FarEndBehaviour =
  /** Answers at once; hangs up after a second, or leaves that to us. */
  | { readonly kind: 'answer'; readonly hangsUp: boolean }
  /** Rings, sends early media, or says nothing at all, until we give up. */
  | { readonly kind: 'ring' | 'early_media' | 'silence' }
  /** Refuses with a final SIP code, at once or after ringing for a second. */
  | { readonly kind: 'refuse'; readonly sipCode: number; readonly ringsFirst: boolean };

/** Evidence and verdict for one call, as docs and tests state it. */
export interface ExpectedOutcome {
  readonly dialStatus: DialStatus;
  readonly callStatus: CallStatus;
  readonly response: 'Success' | 'Failure';
  /** Reason of OriginateResponse, as on the wire. */
  readonly reason: number;
  /** Q.850 cause of the Hangup, when the answered call ends in the shipped dialplan. */
  readonly cause: number;
  readonly techCause: string | null;
}

/** Every far end there is, by code. */
export const carrierPlan: readonly FarEnd[] = [
  answers('200', 'answers, and hangs up after a second', true),
  answers('201', 'answers, and stays until we hang up', false),
  outlasts('180', 'rings until we give up', 'ring', 'no_answer'),
  outlasts('183', 'sends early media until we give up', 'early_media', 'no_answer'),
  outlasts('100', 'says nothing until we give up', 'silence', 'dialing_error'),
  refuses('486', 'is busy', 17, 'BUSY', 'busy'),
  refuses('600', 'is busy everywhere', 17, 'BUSY', 'busy'),
  refuses('603', 'declines', 21, 'NO_ANSWER', 'rejected'),
  refuses('403', 'refuses us', 21, 'FAILURE', 'dialing_error'),
  refuses('404', 'does not exist', 1, 'FAILURE', 'invalid_number'),
  refuses('484', 'is an incomplete number', 28, 'FAILURE', 'invalid_number'),
  refuses('410', 'is gone', 22, 'FAILURE', 'out_of_service'),
  refuses('480', 'is unavailable for the moment', 19, 'NO_ANSWER', 'no_answer'),
  refuses('408', 'cannot be reached in time', 18, 'FAILURE', 'dialing_error'),
  refuses('487', "is cut off by the carrier's own ring timer", 127, 'NO_ANSWER', 'no_answer'),
  refuses('488', 'speaks no codec of ours', 58, 'FAILURE', 'dialing_error'),
  refuses('606', 'speaks no codec of ours, wherever it is', 58, 'FAILURE', 'dialing_error'),
  refuses('500', 'is behind a failing server', 38, 'FAILURE', 'dialing_error'),
  refuses('502', 'is out of order', 27, 'FAILURE', 'out_of_service'),
  refuses('503', 'is behind a congested trunk', 34, 'CONGESTION', 'dialing_error'),
  refuses('504', 'is behind a server that times out', 102, 'FAILURE', 'dialing_error'),
  // The same after a second of ringing: what a person's telephone does.
  refusesRinging('986', 'rings, then is busy', '486', 17, 'BUSY', 'busy'),
  refusesRinging('903', 'rings, then declines', '603', 21, 'NO_ANSWER', 'rejected'),
  refusesRinging('908', 'rings, then times out', '408', 18, 'NO_ANSWER', 'no_answer'),
];

const byCode: ReadonlyMap<string, FarEnd> = new Map(carrierPlan.map((row) => [row.code, row]));

/**
 * What meets a call to `dialled` (a plus sign and other non-digits are ignored) when that number was
 * called `earlierCalls` times before. Digits that are not in the plan do not exist, like 404.
 */
export function farEndOf(dialled: string, earlierCalls: number): FarEnd {
  const digits = dialled.replace(/\D/g, '');
  const times = Number(digits.at(-4) ?? '0');
  const code = times > 0 && earlierCalls >= times ? '200' : digits.slice(-3);
  return byCode.get(code) ?? farEndOfCode('404');
}

/** The row of a code; throws on a code that is not in the plan. */
export function farEndOfCode(code: string): FarEnd {
  const row = byCode.get(code);
  if (row === undefined) throw new Error(`the carrier plan has no code ${code}`);
  return row;
}

function answers(code: string, title: string, hangsUp: boolean): FarEnd {
  return {
    code,
    title,
    behaviour: { kind: 'answer', hangsUp },
    expected: {
      dialStatus: 'ANSWER',
      callStatus: 'answered',
      response: 'Success',
      reason: 4,
      cause: 16,
      techCause: null,
    },
  };
}

function outlasts(
  code: string,
  title: string,
  kind: 'ring' | 'early_media' | 'silence',
  callStatus: CallStatus,
): FarEnd {
  return {
    code,
    title,
    behaviour: { kind },
    // 480 is Asterisk's own invention at the time-out; the carrier never said it.
    expected: {
      dialStatus: 'NO_ANSWER',
      callStatus,
      response: 'Failure',
      reason: 3,
      cause: 19,
      techCause: '480',
    },
  };
}

function refuses(
  code: string,
  title: string,
  cause: number,
  dialStatus: DialStatus,
  callStatus: CallStatus,
): FarEnd {
  return {
    code,
    title,
    behaviour: { kind: 'refuse', sipCode: Number(code), ringsFirst: false },
    expected: { dialStatus, callStatus, response: 'Failure', reason: 0, cause, techCause: code },
  };
}

function refusesRinging(
  code: string,
  title: string,
  sipCode: string,
  cause: number,
  dialStatus: DialStatus,
  callStatus: CallStatus,
): FarEnd {
  return {
    ...refuses(sipCode, title, cause, dialStatus, callStatus),
    code,
    behaviour: { kind: 'refuse', sipCode: Number(sipCode), ringsFirst: true },
  };
}
