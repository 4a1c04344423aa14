import type { CallStatus } from '../../domain/call-status.ts';
import type { DialStatus } from '../../domain/dial-status.ts';
import type { MachineAction } from '../../domain/evidence.ts';
import type { ConnectSide } from './connect-side.ts';

/**
 * One row of the table of outcomes: a call that can be placed, what meets it, and what must be
 * reported of it. The same rows drive the carrier's dialplan on a real Asterisk, the simulator, the
 * suite that compares the two, and the recordings. What is expected was written down from the source
 * named in the row before the row was run.
 */
export interface Outcome {
  /** Name of the row. For a call over the trunk, the last three digits; elsewhere a word before them. */
  readonly code: string;
  /** The last three digits dialled; they choose the far end and the connect side. */
  readonly digits: string;
  /** Only the first so many calls to the number meet this far end; later ones are answered like 200. */
  readonly times?: number;
  /** What happens, in a few words. */
  readonly title: string;
  readonly behaviour: FarEndBehaviour;
  /** What the Originate asks for. */
  readonly order: Order;
  /** What happens on our side of an answered call. */
  readonly connectSide: ConnectSide;
  readonly expected: ExpectedOutcome;
  /** What the expectation rests on. */
  readonly source: string;
  /**
   * Code of another row whose evidence is the same to the last event: Asterisk cannot tell the two apart,
   * so this one is reported as that one is. `source` says why.
   */
  readonly sameEvidenceAs?: string;
  /** What may be reported instead, by a race inside Asterisk that nobody outside decides. */
  readonly race?: ExpectedOutcome;
}

export type FarEndBehaviour =
  /** Answers, at once or after a second of ringing or early media. */
  | {
      readonly kind: 'answer';
      readonly first?: 'ring' | 'early_media';
      /** A sound of asterisk/sounds played on answering; otherwise silence. */
      readonly says?: string;
      readonly hangsUp: boolean;
      /** When it hangs up, after the answer and the sound; 1,000 unless told. */
      readonly afterMs?: number;
      /** It asks our side by REFER to transfer the call. */
      readonly refers?: boolean;
    }
  /** Rings, sends early media, or says nothing at all, until we give up. */
  | { readonly kind: 'ring' | 'early_media' | 'silence' }
  /** Refuses with a final SIP code, at once or after a second of ringing or early media. */
  | {
      readonly kind: 'refuse';
      readonly sipCode: number;
      readonly ringsFirst: boolean;
      readonly earlyMediaFirst?: boolean;
      /** Q.850 cause of its Reason header (RFC 3326). */
      readonly q850?: number;
    }
  /** 302 with the address of another number, `redirectsTo`. */
  | { readonly kind: 'redirect'; readonly redirectsTo: string };

export interface Order {
  /** With `{number}`, where digits are dialled. */
  readonly dialString: string;
  /** Key of `connect` in a campaign file, and its value: `extension@context`, queue, sound or endpoint. */
  readonly connect: 'context' | 'queue' | 'play' | 'agent';
  readonly target: string;
  /** Endpoint of the agent the contact is assigned to. */
  readonly assignedAgent: string | null;
  readonly machine: MachineAction | 'off';
}

/** Evidence and verdict for one call, as docs and tests state it. */
export interface ExpectedOutcome {
  readonly dialStatus: DialStatus;
  readonly callStatus: CallStatus;
  /** The rule that decides, see docs/call-status.md. */
  readonly rule: string;
  readonly confidence: 'certain' | 'likely' | 'unsure';
  readonly response: 'Success' | 'Failure';
  /** Reason of OriginateResponse, as on the wire. */
  readonly reason: number;
  /** Q.850 cause of the Hangup; null when there never is one. */
  readonly cause: number | null;
  readonly techCause: string | null;
  readonly hungUpBy: 'contact' | 'us' | null;
  readonly transferredTo: string | null;
  /** What the dialect `issabel` makes of the same evidence. */
  readonly issabel: { readonly dialStatus: DialStatus; readonly callStatus: CallStatus };
}
