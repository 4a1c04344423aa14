import type { FarEndBehaviour } from '../../carrier-plan.ts';
import type { HangupCause, SimulatedCall } from '../simulated-call.ts';

/** What an answered call needs of the line to the contact. */
export interface ContactLine {
  /** As dialled. */
  readonly number: string;
  readonly behaviour: FarEndBehaviour;
  /** Says that the contact hangs up. */
  contactLeaves(): void;
  /** Says the last of the call; `isAsked`: our side asked for its end, as a dialplan or the manager does. */
  end(told: HangupCause, isAsked: boolean): void;
}

/** A call that was answered, on its way to somebody who takes it. */
export interface AnsweredCall extends SimulatedCall {
  readonly line: ContactLine;
  /** What a called side left on our channel for its Hangup, the last one first; null when none did. */
  told: HangupCause | null;
}

/** An extension of the dialplan, and its context. */
export interface Place {
  readonly context: string;
  readonly exten: string;
}

/** What follows a step of the dialplan: the next one, the end of the call, or another extension. */
export type Sequel = 'next' | 'hang up' | Place;
