import { windowRules, type ContactPlace, type WindowRule } from './contact-hours.ts';
import { hindrancesOf, type Hindrance, type PastAttempt } from './judge-limits.ts';
import { isTimeZone } from './local-day.ts';
import { isOpen, nextCommonOpening } from './opening-hours.ts';

export type ClaimJudgement =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: 'cap' | 'cool_off' | 'calling_window' | 'no_opening';
      /** The strictest of the rules that stand against it, by name and figure. */
      readonly rule: string;
      /**
       * When all windows are open and no limit stands against it, if nobody calls meanwhile; null with
       * `no_opening`: there is no such time.
       */
      readonly retryAt: Date | null;
    };

/** What the rules need of a claim. */
export interface JudgedClaim extends ContactPlace {
  /**
   * When it was claimed, ISO 8601: the database's time, which limits count by and the history is
   * written in.
   */
  readonly claimedAt: string;
  /** Earlier attempts of the phone and of the lineage, see hindrancesOf. */
  readonly history: readonly PastAttempt[];
}

/**
 * Judges a claimed attempt milliseconds before it is sent: may this contact be called now? Every window,
 * the campaign's and those of its rule packs, must be open in every zone the contact may be in, and no
 * cap or cool-off may stand against it. All are looked at; the one that lasts longest is named.
 */
export function judgeClaim(claim: JudgedClaim, now: Date): ClaimJudgement {
  const windows = windowRules(claim);
  const closed = windows.filter(({ hours }) => !hours.every((one) => isOpen(one, now)));
  const claimedAt = new Date(claim.claimedAt);
  const limits = hindrancesOf(claim.settings, claim.history, claimedAt, dayZone(claim));
  if (closed.length === 0 && limits.length === 0) return { allowed: true };

  const free = latest([now, ...limits.map(({ until }) => until)]);
  const retryAt = nextCommonOpening(
    windows.flatMap(({ hours }) => hours),
    free,
  );
  if (retryAt === null) {
    return { allowed: false, reason: 'no_opening', rule: neverOpen(windows, free), retryAt };
  }
  const { reason, rule } = strictest([...limits, ...closed.map((window) => shut(window, now))]);
  return { allowed: false, reason, rule, retryAt };
}

interface Closed {
  readonly reason: 'calling_window';
  readonly rule: string;
  readonly until: Date;
}

/** Called where all windows open together some day, so each of them does. */
function shut({ rule, hours }: WindowRule, now: Date): Closed {
  return { reason: 'calling_window', rule, until: nextCommonOpening(hours, now) ?? now };
}

function strictest(all: readonly (Hindrance | Closed)[]): Hindrance | Closed {
  return all.reduce((longest, other) => (other.until > longest.until ? other : longest));
}

/** Names the windows that are never open by themselves, else all that never are together. */
function neverOpen(windows: readonly WindowRule[], from: Date): string {
  const alone = windows.filter(({ hours }) => nextCommonOpening(hours, from) === null);
  return (alone.length > 0 ? alone : windows).map(({ rule }) => rule).join(' and ');
}

function latest(times: readonly Date[]): Date {
  return times.reduce((last, time) => (time > last ? time : last));
}

/** The one zone whose days count, as for `attempts.perNumberPerDay` in the claim. */
function dayZone({ timeZone, numberZones, settings }: JudgedClaim): string {
  const zone = timeZone ?? numberZones?.[0] ?? settings.timeZone;
  return isTimeZone(zone) ? zone : 'UTC';
}
