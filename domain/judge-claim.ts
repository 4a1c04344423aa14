import { isInsideCallingWindow, nextOpening } from './calling-window.ts';
import type { CampaignSettings } from './campaign-settings.ts';
import { isTimeZone } from './local-day.ts';
import type { BlockReason } from './next-step.ts';

export type ClaimJudgement =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: BlockReason;
      /** null: no time is known at which it would be allowed. */
      readonly retryAt: Date | null;
    };

/** What the rules need of a claim: the campaign's settings and the contact's own zone. */
export interface JudgedClaim {
  readonly settings: CampaignSettings;
  readonly timeZone: string | null;
}

/** Judges a claimed attempt milliseconds before it is sent: may this contact be called now? */
export function judgeClaim(claim: JudgedClaim, now: Date): ClaimJudgement {
  const window = claim.settings.callingWindow;
  if (window === null) return { allowed: true };
  const zone = window.timeZone === 'contact' ? zoneOfContact(claim) : window.timeZone;
  if (isInsideCallingWindow(window, now, zone)) return { allowed: true };
  return { allowed: false, reason: 'calling_window', retryAt: nextOpening(window, now, zone) };
}

// A zone this runtime does not know must not stop the contact for ever.
function zoneOfContact({ timeZone, settings }: JudgedClaim): string {
  return timeZone !== null && isTimeZone(timeZone) ? timeZone : settings.timeZone;
}
