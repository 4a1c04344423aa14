import type { SipEvidence } from './sip-case.ts';

/** Answered, and ended by us when the dialplan was through. */
export function success(progress: readonly string[] = []): SipEvidence {
  return endedByThem(progress, 16, null);
}

/** Answered, and ended from outside; a cause given then makes Asterisk add a SIP code nobody sent. */
export function endedByThem(
  progress: readonly string[],
  cause: number,
  techCause: string | null,
): SipEvidence {
  return { response: 'Success', reason: 4, cause, techCause, progress, dialEnd: ['ANSWER'] };
}

/** A final response other than 2xx: the cause is what Asterisk makes of the code. */
export function refused(code: number, progress: readonly string[] = []): SipEvidence {
  const cause = causeOfCode.get(code) ?? 127;
  const dialEnd = wordOfCause.get(cause) ?? 'NOANSWER';
  return {
    ...{ response: 'Failure', reason: 0, cause, techCause: String(code) },
    ...{ progress, dialEnd: [dialEnd] },
  };
}

/** A 3xx; Asterisk looks for the new number in the trunk's context only when the Contact is a SIP address. */
export function redirected(
  code: number,
  toSipAddress: boolean,
  progress: readonly string[] = [],
): SipEvidence {
  return { ...refused(code, progress), dialEnd: [toSipAddress ? 'CANCEL' : 'NOANSWER'] };
}

// Measured; 127 is interworking.
const causeOfCode: ReadonlyMap<number, number> = new Map([
  [300, 16],
  [301, 16],
  [302, 23],
  [305, 16],
  [380, 16],
  [401, 21],
  [403, 21],
  [404, 1],
  [407, 21],
  [410, 22],
  [420, 3],
  [480, 19],
  [483, 19],
  [485, 1],
  [486, 17],
  [488, 58],
  [500, 38],
  [501, 29],
  [502, 27],
  [503, 34],
  [513, 34],
  [580, 34],
  [603, 21],
  [604, 1],
]);

const wordOfCause: ReadonlyMap<number, string> = new Map([
  [3, 'CHANUNAVAIL'],
  [17, 'BUSY'],
  [34, 'CONGESTION'],
]);

/** Our ring time-out; 480 is Asterisk's own word then. */
export function ringOut(progress: readonly string[]): SipEvidence {
  return {
    ...{ response: 'Failure', reason: 3, cause: 19, techCause: '480' },
    ...{ progress, dialEnd: [] },
  };
}

/** What a far end gets that had not answered when we gave up. */
export const cancelled: readonly string[] = ['INVITE', 'CANCEL', 'ACK'];
