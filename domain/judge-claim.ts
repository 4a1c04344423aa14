import type { CampaignSettings } from './campaign-settings.ts';
import { isTimeZone } from './local-day.ts';
import type { BlockReason } from './next-step.ts';
import { isOpen, nextCommonOpening, type OpeningHours } from './opening-hours.ts';

export type ClaimJudgement =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: BlockReason;
      /** null with `no_opening`: there is no time at which it would be allowed. */
      readonly retryAt: Date | null;
    };

/** What the rules need of a claim. */
export interface JudgedClaim {
  readonly settings: CampaignSettings;
  /** The contact's own zone. */
  readonly timeZone: string | null;
  /** Every zone that the number may lie in; null: not known. */
  readonly numberZones: readonly string[] | null;
}

/**
 * Judges a claimed attempt milliseconds before it is sent: may this contact be called now? The window
 * must be open in every zone the contact may be in.
 */
export function judgeClaim(claim: JudgedClaim, now: Date): ClaimJudgement {
  const hours = zonesOfContact(claim).flatMap((zone) => openingHours(claim, zone));
  if (hours.every((candidate) => isOpen(candidate, now))) return { allowed: true };
  const retryAt = nextCommonOpening(hours, now);
  return { allowed: false, reason: retryAt === null ? 'no_opening' : 'calling_window', retryAt };
}

/** All of them must be open. */
function openingHours({ settings }: JudgedClaim, contactZone: string): OpeningHours[] {
  const window = settings.callingWindow;
  if (window === null) return [];
  const zone = window.timeZone === 'contact' ? contactZone : window.timeZone;
  return [{ windows: [{ window, zone }] }];
}

/**
 * The contact's own zone, else all of its number, else the campaign's. A zone that this runtime does
 * not know is read as the campaign's: it must not stop the contact for ever.
 */
function zonesOfContact({ timeZone, numberZones, settings }: JudgedClaim): readonly string[] {
  if (timeZone !== null && isTimeZone(timeZone)) return [timeZone];
  if (numberZones === null || numberZones.length === 0) return [settings.timeZone];
  return [...new Set(numberZones.map((zone) => (isTimeZone(zone) ? zone : settings.timeZone)))];
}
