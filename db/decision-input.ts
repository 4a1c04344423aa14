import type { CallStatus } from '../domain/call-status.ts';
import type { DecisionInput } from '../domain/decide-next.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { Claim } from './claim-details.ts';

/**
 * A far end that said nothing cannot be told that we gave up, so its phone may begin to ring for as long
 * as SIP sends the call again: timer B of RFC 3261, 17.1.1.2.
 */
const inviteLifetimeMs = 32_000;

export interface AttemptResult {
  /** When it is decided on. */
  readonly now: Date;
  readonly callStatus: CallStatus;
  readonly dialStatus: DialStatus | null;
  /** The rule that read the evidence. */
  readonly rule: string | null;
  /** Somebody of ours talked to whoever answered. */
  readonly wasTaken: boolean;
}

/** What decideNext asks of a claimed attempt and what came of it. */
export function decisionInput(claim: Claim, result: AttemptResult): DecisionInput {
  const { now, callStatus, dialStatus, wasTaken } = result;
  return {
    now,
    attemptedAt: claim.claimedAt,
    random: fractionOf(claim.attemptId),
    settings: claim.settings,
    timeZone: claim.timeZone,
    numberZones: claim.numberZones,
    callStatus,
    dialStatus,
    numberId: claim.numberId,
    attempts: claim.attempts,
    attemptsByStatus: {
      ...claim.attemptsByStatus,
      [callStatus]: (claim.attemptsByStatus[callStatus] ?? 0) + 1,
    },
    redialsGranted: claim.redialsGranted,
    numbers: claim.numbers,
    retargetedCampaigns: claim.retargetedCampaigns,
    assignedAgent: claim.assignedAgent,
    wasTaken,
    leastDelayMs: result.rule === 'silence' ? inviteLifetimeMs : 0,
  };
}

/** From 0 up to 1, random from attempt to attempt: whoever decides on it again gets the same jitter. */
function fractionOf(attemptId: AttemptId): number {
  return Number.parseInt(attemptId.slice(0, 8), 16) / 2 ** 32;
}
