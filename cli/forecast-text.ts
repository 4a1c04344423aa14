import { groupOf, groups, type CallStatus } from '../domain/call-status.ts';
import type { Forecast, WaitReason } from '../domain/forecast/forecast.ts';
import { readLocalTime } from '../domain/local-time.ts';
import { forecastCallLines } from './forecast-calls-text.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

/** A forecast for people: when, how many, and what holds back; every time by the campaign's clock. */
export function forecastText(forecast: Forecast): string {
  const { campaign, contacts, attempts, startsAt, assumed } = forecast;
  return [
    `${campaign}: ${contacts} contacts`,
    `  starts ${localMinute(startsAt, assumed.timeZone)} (${assumed.timeZone})`,
    ...finishLines(forecast),
    `  ${attempts} attempts, ${(attempts / contacts).toFixed(2)} for each contact`,
    '',
    ...forecastCallLines(forecast),
    '',
    ...groupLines(forecast),
    '',
    ...waitLines(forecast),
    '',
    ...assumptionLines(forecast),
  ].join('\n');
}

function finishLines({ finishedAt, startsAt, pendingBecause, assumed, ...rest }: Forecast) {
  if (finishedAt !== null) {
    const ms = Date.parse(finishedAt) - Date.parse(startsAt);
    return [`  finishes ${localMinute(finishedAt, assumed.timeZone)}, after ${spanText(ms)}`];
  }
  const { noOpening, waitsForAgent } = pendingBecause;
  const last = rest.lastCallEndsAt;
  return [
    '  does not finish by itself:',
    ...Object.entries(waitsForAgent).map(
      ([agent, count]) =>
        `    ${count} contacts wait for agent ${agent}, until somebody asks for the call`,
    ),
    ...(noOpening > 0
      ? [
          `    ${noOpening} contacts are never called: at no time are all their calling windows open`,
        ]
      : []),
    last === null
      ? '  nobody is called'
      : `  the last call ends ${localMinute(last, assumed.timeZone)}`,
  ];
}

function groupLines({ groups: counts, percent, byCallStatus, retargeted, contacts }: Forecast) {
  const lines = ([...groups, 'pending'] as const).map((group) => {
    const statuses = Object.entries(byCallStatus)
      .filter(([status]) => group !== 'pending' && groupOf(status as CallStatus) === group)
      .map(([status, count]) => `${status} ${count}`);
    const share = `${percent[group].toFixed(2)} %`.padStart(9);
    return `  ${group.padEnd(11)} ${String(counts[group]).padStart(8)} ${share}   ${statuses.join(', ')}`;
  });
  const left = Object.entries(retargeted).map(
    ([name, count]) =>
      `  of these ${count} (${((100 * count) / contacts).toFixed(2)} %) are retargeted to campaign ${name}`,
  );
  return [...lines.map((line) => line.trimEnd()), ...left];
}

interface WaitRow {
  readonly what: string;
  readonly contactHours: string;
  readonly percent: string;
}

const waitColumns: readonly TableColumn<WaitRow>[] = [
  { title: 'contacts wait for', width: 84, value: ({ what }) => what },
  { title: 'contact-hours', width: 14, align: 'right', value: ({ contactHours }) => contactHours },
  { title: '%', width: 6, align: 'right', value: ({ percent }) => percent },
];

function waitLines({ waits }: Forecast): string[] {
  const [first] = waits;
  if (first === undefined) return ['  nobody waits for anything'];
  const rows = waits.map(({ reason, rule, contactHours, percent }) => ({
    what: waitText(reason, rule),
    contactHours: contactHours.toFixed(2),
    percent: percent.toFixed(2),
  }));
  return [
    `  held back most by: ${waitText(first.reason, first.rule)}`,
    '',
    ...[
      ...tableHead(waitColumns).split('\n'),
      ...rows.map((row) => tableRow(waitColumns, row)),
    ].map((line) => `  ${line}`),
  ];
}

const waitTexts: Readonly<Partial<Record<WaitReason, string>>> = {
  redial: 'the time of a redial',
  trunk_pace: 'their turn on the trunk',
  trunk_channels: 'a free channel of the trunk',
  calling_window: 'the calling window to open',
  number_daily_cap: 'the next day',
  cap: 'a cap to allow another call',
  cool_off: 'a cool-off to be over',
};

function waitText(reason: WaitReason, rule: string | null): string {
  const text = waitTexts[reason] ?? reason;
  return rule === null || rule === 'callingWindow' ? text : `${text} (${rule})`;
}

function assumptionLines({ seed, assumed }: Forecast): string[] {
  const { numbersPerContact, callSeconds } = assumed;
  const calls = Object.entries(callSeconds).map(([status, seconds]) => `${status} ${seconds} s`);
  const lines = Array.from({ length: Math.ceil(calls.length / 4) }, (_, line) =>
    calls.slice(4 * line, 4 * line + 4).join(', '),
  );
  const numbers = numbersPerContact === 1 ? 'one number' : `${numbersPerContact} numbers`;
  return [
    `  assumed: ${numbers} for each contact, never dialled before and on no suppression list;`,
    '    trunks for this campaign alone; somebody there for every answered call;',
    `    outcomes by seed ${seed}; a call takes`,
    ...lines.map((line) => `      ${line}`),
  ];
}

function localMinute(iso: string, timeZone: string): string {
  return startOfMinute(readLocalTime(new Date(iso), timeZone).wallMs);
}

function startOfMinute(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ');
}

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const parts = [
    [days, 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.join(' ') || 'less than a minute';
}
