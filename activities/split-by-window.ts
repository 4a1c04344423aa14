import type { DueContact, ParkedContact } from '../db/feed.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import { judgeClaim, type JudgedClaim } from '../domain/judge-claim.ts';

/**
 * Sorts contacts into those that may be called now and those that were never fed and are outside their
 * window. Only the window is asked, by the rules of the claim: whatever else may refuse a contact is the
 * claim's to find, and so is a window that never opens.
 */
export function splitByWindow(
  contacts: readonly DueContact[],
  settings: CampaignSettings,
  now: Date,
): { readonly callable: readonly DueContact[]; readonly closed: readonly ParkedContact[] } {
  const callable: DueContact[] = [];
  const closed: ParkedContact[] = [];
  const closedIn = new Map<string, Omit<ParkedContact, 'id'> | null>();
  for (const contact of contacts) {
    const { id, isNew, timeZone, numberZones } = contact;
    // Thousands share a few zones, and when a window opens again takes a while to find.
    const key = JSON.stringify([timeZone, numberZones]);
    let closure = closedIn.get(key);
    if (closure === undefined) {
      // Without a history no cap and no cool-off stands against anybody: only the windows are judged.
      const place = { settings, timeZone, numberZones, claimedAt: now.toISOString(), history: [] };
      closure = closureOf(place, now);
      closedIn.set(key, closure);
    }
    if (closure === null || !isNew) callable.push(contact);
    else closed.push({ id, ...closure });
  }
  return { callable, closed };
}

/** null: it may be called. */
function closureOf(place: JudgedClaim, now: Date): Omit<ParkedContact, 'id'> | null {
  const verdict = judgeClaim(place, now);
  if (verdict.allowed || verdict.retryAt === null) return null;
  return { until: verdict.retryAt.toISOString(), rule: verdict.rule };
}
