import type { CallStatus } from './call-status.ts';
import type { DialStatus } from './dial-status.ts';
import type { AttemptId, NumberId } from './ids.ts';
import type { RetargetTarget } from './campaign-settings.ts';

/** What the rules decide after an attempt; stored with it, together with the rule that decided. */
export type Decision =
  | {
      readonly next: 'end';
      readonly callStatus: CallStatus;
      readonly dialStatus: DialStatus | null;
      readonly rule: string;
    }
  | {
      readonly next: 'dial';
      readonly numberId: NumberId;
      /** ISO 8601 UTC; not before now. */
      readonly at: string;
      /** The status whose recycle rule granted it, counted against that rule's `max`; null for a next number. */
      readonly becauseOf: CallStatus | DialStatus | null;
      /**
       * The number just dialled is not done with: it is dialled again after others, not before this,
       * ISO 8601 UTC. Absent: it is, or it is `numberId` itself.
       */
      readonly redialAt?: string;
      readonly rule: string;
    }
  | {
      readonly next: 'retarget';
      readonly to: RetargetTarget;
      /** Not dialled by the target before this, ISO 8601 UTC; absent: at once. */
      readonly at?: string;
      readonly rule: string;
    };

/** Why a contact is not being dialled right now. Stored as `waitingFor`, shown to people. */
export type BlockReason =
  | 'paused'
  | 'campaign_not_running'
  | 'not_due'
  | 'calling_window'
  | 'no_opening'
  | 'number_daily_cap'
  | 'suppression_list_old'
  | 'cap'
  | 'cool_off'
  | 'phone_in_call'
  | 'turn'
  | 'agent'
  | 'retarget_target'
  | 'trunk_unavailable'
  | 'not_owner'
  | 'trunk_not_used'
  | 'pbx_unreachable'
  | 'database_unreachable'
  | 'attempt_in_progress'
  | 'claim_expired';

/**
 * Waits whose end comes for many contacts at once (a window opens, a day begins): the campaign's feeder
 * ends them with the message `due`, in order and no faster than the trunks dial. No timer of their own.
 */
export const waitsForFeeder: ReadonlySet<string> = new Set<BlockReason>([
  'calling_window',
  'number_daily_cap',
  'cap',
  'cool_off',
]);

/**
 * What a contact workflow does next. It carries this out and holds no rule of its own.
 * - `end`: the contact is settled, the run completes.
 * - `dial`: ask for an attempt at `at` (at once when null or past).
 * - `wait`: sleep until woken by a message, or until `until` if there is one, then ask again. With
 *   `byFeeder` the message comes at `until`, as soon as the trunks can take it, and there is no timer.
 * - `reconcile`: an attempt of this contact is unresolved; settle it first.
 * `trunks` are those of the campaign's current settings; empty when nobody could ask for them.
 */
export type NextStep =
  | { readonly step: 'end' }
  | {
      readonly step: 'dial';
      readonly at: string | null;
      /** Changed rules said so after the latest attempt, and not what was decided with that. */
      readonly redecided?: { readonly rule: string; readonly settingsVersion: number };
      readonly trunks: readonly string[];
    }
  | {
      readonly step: 'wait';
      readonly reason: BlockReason;
      readonly until: string | null;
      readonly byFeeder?: true;
      /** The rule behind the reason, by name and figure, such as `us-florida: 3 calls in 24h`. */
      readonly rule?: string;
      readonly trunks: readonly string[];
    }
  | { readonly step: 'reconcile'; readonly attemptId: AttemptId; readonly trunk: string };
