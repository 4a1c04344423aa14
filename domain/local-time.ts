/**
 * Local time in an IANA zone, by Intl alone. A clock change skips some local times and repeats
 * others, so a local time has one, two or no instants; the functions here say which.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A zone's clock at an instant. `wallMs` is that clock read as if it were UTC. */
export interface LocalTime {
  readonly wallMs: number;
  /** Start of the local calendar day, on the same scale as wallMs. */
  readonly dayMs: number;
  /** 0 Sunday … 6 Saturday. */
  readonly weekday: number;
  /** Minutes after local midnight, 0 to 1439. */
  readonly minute: number;
}

/** Reads a zone's clock; throws RangeError for a zone that isTimeZone refuses. */
export function readLocalTime(at: Date, zone: string): LocalTime {
  const wallMs = wallOf(at.getTime(), zone);
  const startMs = Math.floor(wallMs / dayMs) * dayMs;
  return {
    wallMs,
    dayMs: startMs,
    weekday: new Date(wallMs).getUTCDay(),
    minute: Math.floor((wallMs - startMs) / 60_000),
  };
}

/**
 * The instants at which a zone's clock shows `wallMs`, earliest first: two when the clock was set
 * back over it. When it was set forward over it, the instant of the change.
 */
export function instantsOfLocalTime(wallMs: number, zone: string): readonly Date[] {
  const before = wallMs - dayMs;
  const after = wallMs + dayMs;
  const offsets = new Set([offsetOf(before, zone), offsetOf(after, zone)]);
  const exact = [...offsets]
    .map((offset) => wallMs - offset)
    .filter((instant) => wallOf(instant, zone) === wallMs)
    .sort((a, b) => a - b);
  const instants = exact.length > 0 ? exact : [findClockChange(before, after, zone) ?? wallMs];
  return instants.map((instant) => new Date(instant));
}

/** The clock changes of a zone after `from` and up to `to`; no more than one a day is looked for. */
export function clockChanges(from: Date, to: Date, zone: string): readonly Date[] {
  const found: Date[] = [];
  for (let start = from.getTime(); start < to.getTime(); start += dayMs) {
    const change = findClockChange(start, Math.min(start + dayMs, to.getTime()), zone);
    if (change !== null) found.push(new Date(change));
  }
  return found;
}

/** The first instant with the later offset, to the second; null when both ends have the same. */
function findClockChange(fromMs: number, toMs: number, zone: string): number | null {
  const later = offsetOf(toMs, zone);
  if (offsetOf(fromMs, zone) === later) return null;
  let [before, after] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetOf(middle * 1000, zone) === later) after = middle;
    else before = middle;
  }
  return after * 1000;
}

function offsetOf(instantMs: number, zone: string): number {
  return wallOf(instantMs, zone) - instantMs;
}

/**
 * The latest offset that was asked for, by zone: a list of contacts and a forecast ask for the same minute
 * thousands of times. Since 1973 every clock change anywhere is at a whole minute of UTC.
 */
const latestOffsets = new Map<string, { readonly minute: number; readonly offsetMs: number }>();
const wholeMinutesSince = Date.UTC(1973, 0, 1);

function wallOf(instantMs: number, zone: string): number {
  if (instantMs < wholeMinutesSince) return readWall(instantMs, zone);
  const minute = Math.floor(instantMs / 60_000);
  const known = latestOffsets.get(zone);
  if (known?.minute === minute) return instantMs + known.offsetMs;
  const wallMs = readWall(instantMs, zone);
  if (latestOffsets.size >= 1000) latestOffsets.clear();
  latestOffsets.set(zone, { minute, offsetMs: wallMs - instantMs });
  return wallMs;
}

function readWall(instantMs: number, zone: string): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instantMs)) {
    fields[type] = Number(value);
  }
  const part = (name: string) => fields[name] ?? Number.NaN;
  const wholeSeconds = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wholeSeconds + (((instantMs % 1000) + 1000) % 1000);
}

// Making a format costs a hundred times what using one does. More names than there are zones can
// only be spellings of them.
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= 1000) formats.clear();
  formats.set(zone, made);
  return made;
}
