import type { DialStatus } from './dial-status.ts';

/**
 * Call status: what a dial status means for the contact, in three groups. A contact without a call
 * status is pending, so connected + unanswered + failed + pending is always the total.
 */
const statusesByGroup = {
  connected: ['answered', 'transferred', 'voicemail', 'abandoned'],
  unanswered: ['no_answer', 'busy', 'out_of_service', 'rejected'],
  failed: ['invalid_number', 'dialing_error', 'restricted', 'unconfirmed', 'cancelled'],
} as const;

export type Group = keyof typeof statusesByGroup;
export type CallStatus = (typeof statusesByGroup)[Group][number];

/** From best to worst: the order in which the result of a contact with several numbers is chosen. */
export const groups = Object.keys(statusesByGroup) as readonly Group[];

export const callStatuses: readonly CallStatus[] = groups.flatMap((group) => [
  ...statusesByGroup[group],
]);

const groupByStatus = new Map<CallStatus, Group>(
  groups.flatMap((group) => statusesByGroup[group].map((status) => [status, group] as const)),
);

/** The group a call status is counted in. */
export function groupOf(status: CallStatus): Group {
  const group = groupByStatus.get(status);
  if (group === undefined) throw new Error(`no group has the call status ${String(status)}`);
  return group;
}

/** True for a word of the call status table (not for `pending`, which is the absence of one). */
export function isCallStatus(word: string): word is CallStatus {
  return groupByStatus.has(word as CallStatus);
}

/** What one finished number of a contact ended with. */
export interface NumberResult {
  readonly callStatus: CallStatus;
  readonly dialStatus: DialStatus | null;
  /** When it was settled, in ISO 8601 UTC. */
  readonly at: string;
}

/** The result of a contact whose numbers are exhausted: connected > unanswered > failed, then the latest. */
export function bestResult(results: readonly NumberResult[]): NumberResult | null {
  const rank = (result: NumberResult) => groups.indexOf(groupOf(result.callStatus));
  return results.reduce<NumberResult | null>((best, result) => {
    if (best === null || rank(result) < rank(best)) return result;
    return rank(result) === rank(best) && result.at >= best.at ? result : best;
  }, null);
}
