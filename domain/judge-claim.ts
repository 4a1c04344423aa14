import { contactHours, type ContactPlace } from './contact-hours.ts';
import type { BlockReason } from './next-step.ts';
import { isOpen, nextCommonOpening } from './opening-hours.ts';

export type ClaimJudgement =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: BlockReason;
      /** The rule behind it, by name and figure. */
      readonly rule: string;
      /** null with `no_opening`: there is no time at which it would be allowed. */
      readonly retryAt: Date | null;
    };

/** What the rules need of a claim. */
export type JudgedClaim = ContactPlace;

/**
 * Judges a claimed attempt milliseconds before it is sent: may this contact be called now? The window
 * must be open in every zone the contact may be in.
 */
export function judgeClaim(claim: JudgedClaim, now: Date): ClaimJudgement {
  const hours = contactHours(claim);
  if (hours.every((candidate) => isOpen(candidate, now))) return { allowed: true };
  const retryAt = nextCommonOpening(hours, now);
  const reason = retryAt === null ? 'no_opening' : 'calling_window';
  return { allowed: false, reason, rule: 'callingWindow', retryAt };
}
