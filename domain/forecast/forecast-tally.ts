import { groupOf, groups, type CallStatus, type Group } from '../call-status.ts';
import { readLocalTime } from '../local-time.ts';
import type { Forecast, ForecastHour, ForecastWait, WaitReason } from './forecast.ts';

/** What a forecast counts while its clock runs. */
export interface ForecastTally {
  callBegins(atMs: number): void;
  callEnds(call: {
    readonly beganMs: number;
    readonly atMs: number;
    readonly callStatus: CallStatus;
  }): void;
  /** So many contact-milliseconds were or will be waited. */
  wait(reason: WaitReason, rule: string | null, contactMs: number): void;
  settle(callStatus: CallStatus, atMs: number): void;
  retarget(campaign: string): void;
  waitForAgent(agent: string): void;
  neverOpens(contacts: number): void;
  result(): TallyResult;
}

type TallyResult = Omit<Forecast, 'campaign' | 'startsAt' | 'seed' | 'assumed'>;

export function createForecastTally(contacts: number, timeZone: string): ForecastTally {
  const hours = createHours(timeZone);
  const waits = new Map<string, Omit<ForecastWait, 'percent'>>();
  const byCallStatus: Partial<Record<CallStatus, number>> = {};
  const retargeted: Record<string, number> = {};
  const waitsForAgent: Record<string, number> = {};
  let attempts = 0;
  let noOpening = 0;
  let settled = 0;
  let lastSettledMs = Number.NEGATIVE_INFINITY;
  let lastCallEndsMs = Number.NEGATIVE_INFINITY;

  return {
    callBegins(atMs) {
      attempts += 1;
      hours.of(atMs).calls += 1;
    },
    callEnds({ beganMs, atMs, callStatus }) {
      if (groupOf(callStatus) === 'connected') hours.of(beganMs).connects += 1;
      lastCallEndsMs = atMs;
    },
    wait(reason, rule, contactMs) {
      const key = `${reason} ${rule}`;
      const contactHours = (waits.get(key)?.contactHours ?? 0) + contactMs / 3_600_000;
      if (contactHours > 0) waits.set(key, { reason, rule, contactHours });
    },
    settle(callStatus, atMs) {
      countOne(byCallStatus, callStatus);
      settled += 1;
      lastSettledMs = atMs;
    },
    retarget: (campaign) => countOne(retargeted, campaign),
    waitForAgent: (agent) => countOne(waitsForAgent, agent),
    neverOpens(count) {
      noOpening += count;
    },
    result() {
      const counts = countGroups(byCallStatus, contacts);
      return {
        contacts,
        attempts,
        finishedAt: settled === contacts ? isoTimeOrNull(lastSettledMs) : null,
        lastCallEndsAt: isoTimeOrNull(lastCallEndsMs),
        groups: counts,
        percent: percentOf(counts, contacts),
        byCallStatus,
        retargeted,
        pendingBecause: { waitsForAgent, noOpening },
        hours: hours.list(),
        waits: longestFirst([...waits.values()]),
      };
    },
  };
}

function countOne<Key extends string>(counts: Partial<Record<Key, number>>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function countGroups(
  byCallStatus: Partial<Record<CallStatus, number>>,
  contacts: number,
): Record<Group | 'pending', number> {
  const entries = Object.entries(byCallStatus) as [CallStatus, number][];
  const counts = { connected: 0, unanswered: 0, failed: 0, pending: contacts };
  for (const [callStatus, count] of entries) {
    counts[groupOf(callStatus)] += count;
    counts.pending -= count;
  }
  return counts;
}

function percentOf(
  counts: Record<Group | 'pending', number>,
  contacts: number,
): Record<Group | 'pending', number> {
  const percent = { ...counts };
  for (const group of [...groups, 'pending'] as const) {
    percent[group] = percentage(counts[group], contacts);
  }
  return percent;
}

function longestFirst(waits: readonly Omit<ForecastWait, 'percent'>[]): readonly ForecastWait[] {
  const all = waits.reduce((sum, { contactHours }) => sum + contactHours, 0);
  return waits
    .map((wait) => ({
      ...wait,
      contactHours: Math.round(wait.contactHours * 100) / 100,
      percent: percentage(wait.contactHours, all),
    }))
    .sort((a, b) => b.contactHours - a.contactHours);
}

function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((10_000 * part) / whole) / 100;
}

function isoTimeOrNull(atMs: number): string | null {
  return Number.isFinite(atMs) ? new Date(atMs).toISOString() : null;
}

const quarterMs = 900_000;
const hourMs = 3_600_000;

/** Calls by the hours of a zone's clock. No zone's clock changes within a quarter of an hour. */
function createHours(timeZone: string) {
  const hours = new Map<number, { calls: number; connects: number }>();
  const hourOfQuarter = new Map<number, number>();

  function startOf(atMs: number): number {
    const quarter = Math.floor(atMs / quarterMs);
    const known = hourOfQuarter.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * quarterMs;
    const hour = start - (readLocalTime(new Date(start), timeZone).wallMs % hourMs);
    hourOfQuarter.set(quarter, hour);
    return hour;
  }

  return {
    of(atMs: number): { calls: number; connects: number } {
      const start = startOf(atMs);
      const known = hours.get(start);
      if (known !== undefined) return known;
      const made = { calls: 0, connects: 0 };
      hours.set(start, made);
      return made;
    },
    list(): readonly ForecastHour[] {
      return [...hours]
        .sort(([a], [b]) => a - b)
        .map(([start, counts]) => ({ startsAt: new Date(start).toISOString(), ...counts }));
    },
  };
}
