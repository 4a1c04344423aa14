import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, ContactId } from '../domain/ids.ts';
import type { BlockReason, Decision, NextStep } from '../domain/next-step.ts';

export interface PlaceCallInput {
  readonly attemptId: AttemptId;
  readonly contactId: ContactId;
  /** Give up on an unreachable PBX soon, because the campaign has another trunk to try. */
  readonly hasOtherTrunk: boolean;
}

export interface ReconcileCallInput {
  readonly attemptId: AttemptId;
  readonly contactId: ContactId;
  readonly trunk: string;
  /** Evidence of a finished call that could not be written to Postgres when it ended. */
  readonly evidence?: readonly EvidenceEvent[];
}

/** The attempt has its outcome, in Postgres. */
export interface SettledCall {
  readonly result: 'settled';
  readonly dialStatus: DialStatus | null;
  readonly callStatus: CallStatus | null;
  readonly classifiedBy: string | null;
  readonly decidedBy: string | null;
  /** What was decided, and with which version of the campaign's settings. Optional: older histories lack them. */
  readonly decision?: Decision | null;
  readonly settingsVersion?: number | null;
  readonly endedAt: string;
  readonly next: NextStep;
}

/** What placeCall tells the workflow; none of it is an error. */
export type PlaceCallResult =
  | SettledCall
  /** Nothing was sent; `next` says what to do. */
  | {
      readonly result: 'blocked';
      readonly reason: BlockReason | 'settled';
      readonly next: NextStep;
    }
  /** The process stops while the call goes on: reconcileCall in the next owner adopts it. */
  | { readonly result: 'handed_over' }
  /** The call ended but Postgres could not be reached: reconcileCall writes this evidence. */
  | { readonly result: 'unrecorded'; readonly evidence: readonly EvidenceEvent[] };

/** What reconcileCall tells the workflow. */
export type ReconcileCallResult =
  | SettledCall
  /** It is proven that nothing was sent: the workflow asks for a new attempt. */
  | { readonly result: 'not_placed'; readonly next: NextStep };
