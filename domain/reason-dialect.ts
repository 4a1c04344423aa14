import { dialStatuses, type DialStatus } from './dial-status.ts';

/**
 * A reason dialect says what the numbers in OriginateResponse's `Reason` mean on one PBX.
 * - `asterisk`: what today's Asterisk sends, its control frames (include/asterisk/frame.h).
 * - `issabel`: the Reason table of Issabel's "Call Status" page taken literally, for systems that
 *   report those numbers.
 */
export const reasonDialects = ['asterisk', 'issabel'] as const;

export type ReasonDialect = (typeof reasonDialects)[number];

// 0 failed, 1 hung up before an answer, 3 ringing until our time-out, 4 answer, 5 busy, 8 congestion.
const asteriskReasons: ReadonlyMap<number, DialStatus> = new Map([
  [0, 'FAILURE'],
  [1, 'FAILURE'],
  [3, 'NO_ANSWER'],
  [4, 'ANSWER'],
  [5, 'BUSY'],
  [8, 'CONGESTION'],
]);

const issabelReasons: ReadonlyMap<number, DialStatus> = new Map(dialStatuses.entries());

/** The dial status a Reason stands for by itself; null for a number the dialect does not have. */
export function dialStatusOfReason(dialect: ReasonDialect, reason: number): DialStatus | null {
  const reasons = dialect === 'issabel' ? issabelReasons : asteriskReasons;
  return reasons.get(reason) ?? null;
}
