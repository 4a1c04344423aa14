import { isInsideCallingWindow, nextOpening } from './calling-window.ts';
import type { CallingWindow } from './campaign-settings.ts';

/** Windows of which one must be open, each on the clock of a zone. */
export interface OpeningHours {
  readonly windows: readonly { readonly window: CallingWindow; readonly zone: string }[];
}

const dayMs = 86_400_000;

export function isOpen({ windows }: OpeningHours, at: Date): boolean {
  return windows.some(({ window, zone }) => isInsideCallingWindow(window, at, zone));
}

/**
 * The first instant, not before `from`, at which all of them are open; null when there is none. It
 * looks a year ahead, in which every zone has gone through its clock changes, and a week more for each
 * holiday.
 */
export function nextCommonOpening(all: readonly OpeningHours[], from: Date): Date | null {
  const key = JSON.stringify(all);
  const known = neverOpen.get(key);
  if (known !== undefined && from >= known && from.getTime() < known.getTime() + dayMs) return null;
  const latest = latestOpenings.get(key);
  if (latest !== undefined && from >= latest.from && from <= latest.opening) return latest.opening;
  const last = new Date(from.getTime() + (400 + 7 * holidayCount(all)) * dayMs);
  const opening = commonOpeningUntil(all, from, last);
  if (opening === null) {
    if (neverOpen.size >= 100) neverOpen.clear();
    neverOpen.set(key, from);
    return null;
  }
  if (latestOpenings.size >= 100) latestOpenings.clear();
  latestOpenings.set(key, { from, opening });
  return opening;
}

/** What was found last: none of them is open together in between, and a whole list asks it all night. */
const latestOpenings = new Map<string, { readonly from: Date; readonly opening: Date }>();

/**
 * What was found never to open, and from when on. To find it takes 0.2 s with 40 zones, and all
 * contacts of a list may ask it; within a day the answer still holds for more than a year.
 */
const neverOpen = new Map<string, Date>();

/** The same as nextCommonOpening, but looks no further than `last`. */
export function commonOpeningUntil(
  all: readonly OpeningHours[],
  from: Date,
  last: Date,
): Date | null {
  let at = from;
  // Each step goes to the first instant one of them can be open again, so none is passed over.
  while (at <= last) {
    const closed = all.find((hours) => !isOpen(hours, at));
    if (closed === undefined) return at;
    const opening = firstOpening(closed, at);
    if (opening === null) return null;
    at = opening;
  }
  return null;
}

function firstOpening({ windows }: OpeningHours, at: Date): Date | null {
  const openings = windows.flatMap(({ window, zone }) => nextOpening(window, at, zone) ?? []);
  return openings.reduce<Date | null>(
    (first, opening) => (first !== null && first <= opening ? first : opening),
    null,
  );
}

/** Each date once: the same window is there for every zone. */
function holidayCount(all: readonly OpeningHours[]): number {
  const lists = all.flatMap(({ windows }) => windows.map(({ window }) => window.holidays ?? []));
  return new Set([...new Set(lists)].flat()).size;
}
