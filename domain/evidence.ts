/**
 * Evidence: everything a PBX said about one attempt, append-only, in the order it arrived. It is
 * stored as it is and classified by classify-call.ts, so that a corrected mapping can be applied to
 * old attempts. It never holds channel names, caller ids or dialled digits, with one exception: where
 * an answered call was sent on to, which stays in Postgres (see `withoutDestinations`).
 */
export type EvidenceEvent =
  /** What our Originate asked for; always first. */
  | {
      readonly kind: 'ordered';
      readonly at: string;
      /** Where an answered call was to go: the key of `connect` in the campaign file. */
      readonly connect: 'context' | 'queue' | 'agent' | 'play';
      /** The agent this contact is assigned to comes first; `connect` is where it goes after 20 s. */
      readonly agentFirst: boolean;
      /** What to do about answering machines; `off`: nobody listened for one. */
      readonly machine: MachineAction | 'off';
    }
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
  /** DialEnd of our channel: weak evidence, NOANSWER for nearly everything. */
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
  /** Who ended the call: HangupRequest (the far end, `contact`) or SoftHangupRequest (`us`: dialplan, bridge, manager). */
  | { readonly kind: 'hangup_request'; readonly at: string; readonly by: 'contact' | 'us' }
  /**
   * Another channel of the same call. `carrier`: dialled by a Local channel's dialplan to reach the
   * contact; `target`: the side an answered call is connected to. `leg` numbers them from 1 in order of
   * arrival; `direct`: our own channel dialled it, and not another leg.
   */
  | {
      readonly kind: 'leg';
      readonly at: string;
      readonly leg: number;
      readonly side: LegSide;
      readonly direct: boolean;
      readonly what: 'dialled' | 'ringing' | 'answered' | 'not_answered';
      /** DialEnd's word when it was not answered; null otherwise. */
      readonly dialStatus: string | null;
      /** The device that was rung, such as `PJSIP/1001`; null when its name could hold a number. */
      readonly endpoint: string | null;
      /** Of a target that a Local channel was dialled for, such as an agent's consultation: its extension. */
      readonly via: string | null;
    }
  /** Hangup of another channel of the same call; over a Local channel it alone carries the SIP code. */
  | {
      readonly kind: 'leg_hangup';
      readonly at: string;
      readonly leg: number;
      readonly side: LegSide;
      readonly cause: number;
      readonly causeText: string;
      readonly techCause: string | null;
    }
  /** Our channel shares a bridge with another one (`talking`), or is out of it (`left`); `bridge` counts from 1. */
  | {
      readonly kind: 'bridge';
      readonly at: string;
      readonly bridge: number;
      readonly what: 'talking' | 'left';
    }
  /** Queue events about our channel; `name` is the queue. */
  | {
      readonly kind: 'queue';
      readonly at: string;
      readonly what: 'joined' | 'agent_connected' | 'abandoned' | 'left';
      readonly name: string | null;
    }
  /** What AMD() found, by the shipped dialplan: AMDSTATUS and AMDCAUSE. */
  | {
      readonly kind: 'machine';
      readonly at: string;
      readonly status: 'HUMAN' | 'MACHINE' | 'NOTSURE' | 'HANGUP';
      readonly cause: string;
    }
  /**
   * What a dialplan reports by `UserEvent(DialerStep)`: `connected`: somebody or something took the call;
   * `fallback`: the assigned agent did not, it goes on; `message_started`, `message_left`: the message for
   * an answering machine.
   */
  | { readonly kind: 'step'; readonly at: string; readonly step: DialplanStep }
  /** BlindTransfer, AttendedTransfer, or `UserEvent(DialerTransfer)` of a dialplan. */
  | {
      readonly kind: 'transfer';
      readonly at: string;
      readonly how: 'blind' | 'attended' | 'dialplan';
      readonly result: 'success' | 'failed';
      /** Extension, endpoint or application it went to; null when not told. */
      readonly destination: string | null;
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

export type LegSide = 'carrier' | 'target';

export const dialplanSteps = ['connected', 'fallback', 'message_started', 'message_left'] as const;
export type DialplanStep = (typeof dialplanSteps)[number];

/** What the shipped dialplan does with an answering machine: hang up, leave a message, or connect it anyway. */
export const machineActions = ['hangup', 'message', 'pass'] as const;
export type MachineAction = (typeof machineActions)[number];

/**
 * The evidence as it may leave Postgres, in a workflow's history: without the phones, queues and
 * extensions a call was sent on to.
 */
export function withoutDestinations(events: readonly EvidenceEvent[]): EvidenceEvent[] {
  return events.map((event) => {
    if (event.kind === 'transfer') return { ...event, destination: null };
    if (event.kind === 'queue') return { ...event, name: null };
    return event.kind === 'leg' ? { ...event, endpoint: null, via: null } : event;
  });
}
