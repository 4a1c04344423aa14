import type { CallStatus } from './call-status.ts';
import type { CampaignSettings, Cap, CoolOff, LimitScope } from './campaign-settings.ts';
import { startOfNextLocalDay } from './local-day.ts';
import { readLocalTime } from './local-time.ts';

/** An earlier attempt, as far as limits look at it. */
export interface PastAttempt {
  /** When it was claimed, in milliseconds since 1970; not rounded down. */
  readonly atMs: number;
  /** When its end was recorded; null: it is not over. */
  readonly endedAtMs: number | null;
  /** null: not known yet. */
  readonly callStatus: CallStatus | null;
  /** The scopes that it belongs to, seen from the attempt that is judged. */
  readonly scopes: readonly LimitScope[];
}

/** A limit that stands against an attempt now, and until when if nobody calls meanwhile. */
export interface Hindrance {
  readonly reason: 'cap' | 'cool_off';
  readonly rule: string;
  readonly until: Date;
}

/**
 * All caps and cool-offs that forbid an attempt at `at`. `history` holds the attempts since the longest
 * period of the limits before that, and may hold more; `zone` says what a calendar day is.
 */
export function hindrancesOf(
  settings: Pick<CampaignSettings, 'attempts' | 'caps' | 'coolOffs'>,
  history: readonly PastAttempt[],
  at: Date,
  zone: string,
): readonly Hindrance[] {
  const caps = [...ownCaps(settings), ...(settings.caps ?? [])];
  return [
    ...caps.flatMap((cap) => hindranceByCap(cap, history, at, zone) ?? []),
    ...(settings.coolOffs ?? []).flatMap((rule) => hindranceByCoolOff(rule, history, at) ?? []),
  ];
}

function ownCaps({ attempts }: Pick<CampaignSettings, 'attempts'>): readonly Cap[] {
  const max = attempts.perPersonPerDay;
  if (max === undefined) return [];
  const rule = `attempts.perPersonPerDay: ${max}`;
  return [{ rule, max, perMs: null, scope: 'person', counts: null }];
}

/** It holds until the oldest of the `max` latest attempts is out of the period. */
function hindranceByCap(
  { rule, max, perMs, scope, counts }: Cap,
  history: readonly PastAttempt[],
  at: Date,
  zone: string,
): Hindrance | null {
  const isRecent = (atMs: number) =>
    perMs === null ? dayOf(atMs, zone) >= dayOf(at, zone) : atMs > at.getTime() - perMs;
  const times = history
    .filter((attempt) => isIn(scope, attempt) && isCounted(counts, attempt))
    .map(({ atMs }) => atMs)
    .filter(isRecent)
    .sort((a, b) => b - a);
  const oldest = times[max - 1];
  if (oldest === undefined) return null;
  const until = perMs === null ? startOfNextLocalDay(at, zone) : new Date(oldest + perMs);
  return { reason: 'cap', rule, until };
}

function hindranceByCoolOff(
  { rule, after, forMs, scope }: CoolOff,
  history: readonly PastAttempt[],
  at: Date,
): Hindrance | null {
  const ends = history.flatMap((attempt) => {
    const { callStatus, endedAtMs } = attempt;
    if (callStatus === null || endedAtMs === null || !after.includes(callStatus)) return [];
    return isIn(scope, attempt) ? [endedAtMs + forMs] : [];
  });
  const until = Math.max(...ends);
  return until > at.getTime() ? { reason: 'cool_off', rule, until: new Date(until) } : null;
}

function dayOf(at: Date | number, zone: string): number {
  return readLocalTime(new Date(at), zone).dayMs;
}

function isIn(scope: LimitScope, { scopes }: PastAttempt): boolean {
  return scopes.includes(scope);
}

/** An attempt whose result is not known yet may still become one that counts. */
function isCounted(counts: Cap['counts'], { callStatus }: PastAttempt): boolean {
  return counts === null || callStatus === null || counts.includes(callStatus);
}
