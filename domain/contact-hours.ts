import type { CallingWindow, CampaignSettings } from './campaign-settings.ts';
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

/** Calling windows under the name of who asks for them; all of `hours` must be open. */
export interface WindowRule {
  /** As a refusal names it. */
  readonly rule: string;
  readonly hours: readonly OpeningHours[];
}

/** When a contact may be called: all of them must be open. Empty: at any time. */
export function contactHours(place: ContactPlace): OpeningHours[] {
  return windowRules(place).flatMap(({ hours }) => hours);
}

/** The same by the rule that asks for it: the campaign's own window, and those of its rule packs. */
export function windowRules(place: ContactPlace): readonly WindowRule[] {
  const { callingWindow, rules = [] } = place.settings;
  const own = callingWindow === null ? [] : [{ rule: 'callingWindow', windows: [callingWindow] }];
  const packs = rules.flatMap(({ name, windows }) =>
    windows.length === 0 ? [] : [{ rule: `${name}: calling windows`, windows }],
  );
  const zones = zonesOfContact(place);
  return [...own, ...packs].map(({ rule, windows }) => ({
    rule,
    hours: zones.map((zone) => openingHours(windows, zone)),
  }));
}

/**
 * The contact's own zone, else all of its number, else the campaign's; at least one. A zone of the
 * contact that this runtime does not know is passed over, and one of its number is read as the
 * campaign's: neither must stop the contact for ever.
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

/** A window in a zone that this runtime does not know never opens: nobody can tell when it would. */
function openingHours(windows: readonly CallingWindow[], contactZone: string): OpeningHours {
  return {
    windows: windows
      .map((window) => ({
        window,
        zone: window.timeZone === 'contact' ? contactZone : window.timeZone,
      }))
      .filter(({ zone }) => isTimeZone(zone)),
  };
}
