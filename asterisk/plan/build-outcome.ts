import type { CallStatus } from '../../domain/call-status.ts';
import type { DialStatus } from '../../domain/dial-status.ts';
import type { ExpectedOutcome, FarEndBehaviour, Order, Outcome } from './outcome.ts';

/** What most calls ask for: over the trunk, to the context that goes by the digits dialled. */
export const plainOrder: Order = {
  dialString: 'PJSIP/{number}@carrier',
  connect: 'context',
  target: 's@outcomes',
  assignedAgent: null,
  machine: 'off',
};

/** A row whose parts are the usual ones unless told. */
export function row(
  code: string,
  title: string,
  behaviour: FarEndBehaviour,
  expected: ExpectedOutcome,
  source: string,
  change: Partial<
    Pick<Outcome, 'digits' | 'order' | 'connectSide' | 'sameEvidenceAs' | 'race'>
  > = {},
): Outcome {
  const usual = { digits: code.slice(-3), order: plainOrder, connectSide: 'plays' } as const;
  return { code, title, behaviour, ...usual, ...change, expected, source };
}

/** Codes that say what became of the call; of the others only the class is read (docs/call-status.md). */
const tellingCodes: ReadonlySet<number> = new Set([
  301, 404, 408, 410, 480, 484, 485, 486, 487, 502, 503, 600, 604, 606, 608,
]);

/** A final SIP code that reached us as Reason 0, which the dialect `issabel` calls NO_ANSWER. */
export function refused(
  sipCode: number,
  cause: number,
  dialStatus: DialStatus,
  callStatus: CallStatus,
): ExpectedOutcome {
  // A redirect is not clear enough for a dialect that takes the Reason at its word.
  const seed = sipCode < 400 && sipCode !== 301 ? 'no_answer' : callStatus;
  return {
    ...failed(`sip-${sipCode}`, dialStatus, callStatus, cause, String(sipCode)),
    confidence: tellingCodes.has(sipCode) ? 'certain' : 'likely',
    issabel: { dialStatus: 'NO_ANSWER', callStatus: seed },
  };
}

/** A failure that arrives as Reason 0. */
export function failed(
  rule: string,
  dialStatus: DialStatus,
  callStatus: CallStatus,
  cause: number | null,
  techCause: string | null,
): ExpectedOutcome {
  return {
    dialStatus,
    callStatus,
    rule,
    confidence: 'certain',
    response: 'Failure',
    reason: 0,
    cause,
    techCause,
    hungUpBy: null,
    transferredTo: null,
    issabel: { dialStatus: 'NO_ANSWER', callStatus },
  };
}

/** Reason 3: our own time-out. 480 is Asterisk's invention then, and 3 is CONGESTION on Issabel's page. */
export function timedOut(rule: 'ring-timeout' | 'silence'): ExpectedOutcome {
  const rang = rule === 'ring-timeout';
  return {
    ...failed(rule, 'NO_ANSWER', rang ? 'no_answer' : 'dialing_error', 19, '480'),
    confidence: rang ? 'certain' : 'likely',
    reason: 3,
    issabel: { dialStatus: 'CONGESTION', callStatus: 'no_answer' },
  };
}

/** Reason 4, and how it ended. */
export function connected(
  callStatus: CallStatus,
  rule: string,
  cause: number,
  hungUpBy: 'contact' | 'us',
  change: Partial<ExpectedOutcome> = {},
): ExpectedOutcome {
  return {
    dialStatus: 'ANSWER',
    callStatus,
    rule,
    confidence: callStatus === 'voicemail' ? 'likely' : 'certain',
    response: 'Success',
    reason: 4,
    cause,
    techCause: null,
    hungUpBy,
    transferredTo: null,
    issabel: { dialStatus: 'ANSWER', callStatus },
    ...change,
  };
}
