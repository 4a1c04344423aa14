import type { CampaignSettings } from './campaign-settings.ts';
import { isTimeZone } from './local-day.ts';
import type { OpeningHours } from './opening-hours.ts';

/** Where a contact may be, as far as that is known. */
export interface ContactPlace {
  readonly settings: CampaignSettings;
  /** The contact's own zone. */
  readonly timeZone: string | null;
  /** Every zone that the number may lie in; null: not known. */
  readonly numberZones: readonly string[] | null;
}

/** When a contact may be called: all of them must be open. Empty: at any time. */
export function contactHours(place: ContactPlace): OpeningHours[] {
  return zonesOfContact(place).flatMap((zone) => openingHours(place, zone));
}

/**
 * The contact's own zone, else all of its number, else the campaign's; at least one. A zone that this
 * runtime does not know is read as the campaign's: it must not stop the contact for ever.
 */
export function zonesOfContact({
  timeZone,
  numberZones,
  settings,
}: ContactPlace): readonly [string, ...string[]] {
  if (timeZone !== null && isTimeZone(timeZone)) return [timeZone];
  const known = (numberZones ?? []).map((zone) => (isTimeZone(zone) ? zone : settings.timeZone));
  const [first = settings.timeZone, ...others] = new Set(known);
  return [first, ...others];
}

function openingHours({ settings }: ContactPlace, contactZone: string): OpeningHours[] {
  const window = settings.callingWindow;
  if (window === null) return [];
  const zone = window.timeZone === 'contact' ? contactZone : window.timeZone;
  return [{ windows: [{ window, zone }] }];
}
