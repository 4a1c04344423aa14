import type { Forecast, ForecastHour } from '../domain/forecast/forecast.ts';
import { readLocalTime } from '../domain/local-time.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

/** The calls by hours, or by longer periods when those are many; by the campaign's clock. */
export function forecastCallLines({ hours, assumed }: Forecast): readonly string[] {
  if (hours.length === 0) return ['  no calls'];
  const periods = shortEnough(hours, assumed.timeZone);
  const most = Math.max(...periods.map(({ calls }) => calls));
  const rows = periods.map((period) =>
    tableRow(periodColumns, { ...period, bar: '#'.repeat(Math.ceil((40 * period.calls) / most)) }),
  );
  return [...tableHead(periodColumns).split('\n'), ...rows].map((line) => `  ${line}`.trimEnd());
}

/** A line for each is too long a table from here on. */
const mostRows = 40;

interface Period {
  readonly label: string;
  calls: number;
  connects: number;
}

const periodColumns: readonly TableColumn<Period & { readonly bar: string }>[] = [
  { title: '', width: 18, value: ({ label }) => label },
  { title: 'calls', width: 9, align: 'right', value: ({ calls }) => calls },
  { title: 'connected', width: 9, align: 'right', value: ({ connects }) => connects },
  { title: '', width: 40, value: ({ bar }) => bar },
];

/** By hours if the table is short enough, else by days, weeks, months or years. */
function shortEnough(hours: readonly ForecastHour[], timeZone: string): readonly Period[] {
  const starts = [startOfHour, startOfDay, startOfWeek, startOfMonth];
  for (const start of starts) {
    const periods = groupHours(hours, (wallMs) => start(wallMs), timeZone);
    if (periods.length <= mostRows) return periods;
  }
  return groupHours(hours, (wallMs) => isoOf(wallMs).slice(0, 4), timeZone);
}

const isoOf = (wallMs: number) => new Date(wallMs).toISOString();
const startOfHour = (wallMs: number) => isoOf(wallMs).slice(0, 16).replace('T', ' ');
const startOfDay = (wallMs: number) => isoOf(wallMs).slice(0, 10);
const startOfMonth = (wallMs: number) => isoOf(wallMs).slice(0, 7);

function startOfWeek(wallMs: number): string {
  const sinceMonday = (new Date(wallMs).getUTCDay() + 6) % 7;
  return `week of ${startOfDay(wallMs - sinceMonday * 86_400_000)}`;
}

function groupHours(
  hours: readonly ForecastHour[],
  labelOf: (wallMs: number) => string,
  timeZone: string,
): readonly Period[] {
  const periods = new Map<string, Period>();
  for (const { startsAt, calls, connects } of hours) {
    const label = labelOf(readLocalTime(new Date(startsAt), timeZone).wallMs);
    const period = periods.get(label) ?? { label, calls: 0, connects: 0 };
    periods.set(label, period);
    period.calls += calls;
    period.connects += connects;
  }
  return [...periods.values()];
}
