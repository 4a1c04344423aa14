/**
 * Evidence: everything a PBX said about one attempt, append-only, in the order it arrived. It is
 * stored as it is and classified by classify-call.ts, so that a corrected mapping can be applied to
 * old attempts. It never holds channel names, caller ids or extensions.
 */
export type EvidenceEvent =
  /** OriginateResponse: the wire's Reason, not yet translated. */
  | {
      readonly kind: 'response';
      readonly at: string;
      readonly response: 'Success' | 'Failure';
      readonly reason: number;
    }
  /** The PBX answered the action itself with an error: no channel was made and none will be. */
  | { readonly kind: 'refused'; readonly at: string; readonly message: string }
  /** DialState: RINGING, PROGRESS or PROCEEDING, as the far end reported. */
  | { readonly kind: 'dial_state'; readonly at: string; readonly dialStatus: string }
  /** DialEnd: weak evidence, NOANSWER for nearly everything. */
  | { readonly kind: 'dial_end'; readonly at: string; readonly dialStatus: string }
  /** Hangup of our channel (half 1) or of the second half of a Local pair (half 2). */
  | {
      readonly kind: 'hangup';
      readonly at: string;
      readonly half: 1 | 2;
      readonly cause: number;
      readonly causeText: string;
      readonly techCause: string | null;
    }
  /** State of a live channel found by asking (adoption): `Up` proves an answer that we did not hear. */
  | { readonly kind: 'channel_state'; readonly at: string; readonly state: string }
  /**
   * The record has a hole: events may have been missed (the link was lost, the PBX restarted), or
   * the end was learnt by asking (no such channel any more) and not by a Hangup.
   */
  | {
      readonly kind: 'gap';
      readonly at: string;
      readonly why: 'link_lost' | 'pbx_restarted' | 'no_hangup' | 'no_response' | 'adopted';
    };
