import type { AttemptReading, ReclassifyReport } from '../client/records.ts';
import { showValue } from '../imports/csv-fault.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

interface StatusChange {
  readonly from: string;
  readonly to: string;
  readonly attempts: number;
}

const columns: readonly TableColumn<StatusChange>[] = [
  { title: 'from', width: 26, value: ({ from }) => from },
  { title: 'to', width: 26, value: ({ to }) => to },
  { title: 'attempts', width: 8, align: 'right', value: ({ attempts }) => attempts },
];

/** What was changed, for people: statuses from and to; `--json` has the rules as well. */
export function reclassifyText(report: ReclassifyReport): string {
  const { campaign, dryRun, attempts, changed, contactsChanged, contactsSettled } = report;
  const byStatus = statusChanges(report);
  const detailsOnly = changed - byStatus.reduce((sum, change) => sum + change.attempts, 0);
  const lines = [
    `${showValue(campaign)}: ${attempts} attempts read again, ${changed} are read differently`,
    ...(byStatus.length === 0 ? [] : [tableHead(columns)]),
    ...byStatus.map((change) => tableRow(columns, change)),
    ...(detailsOnly === 0 ? [] : [`${detailsOnly} keep their status; a rule or a detail differs`]),
    `${contactsChanged} contacts change their status` +
      (contactsSettled === 0 ? '' : `; ${contactsSettled} of them were pending, and are settled`),
  ];
  if (dryRun) lines.push('dry run: nothing was changed');
  return lines.join('\n');
}

/** The most frequent first, whatever rules decided. */
function statusChanges({ changes }: ReclassifyReport): StatusChange[] {
  const sums = new Map<string, StatusChange>();
  for (const { from, to, attempts } of changes) {
    const [was, is] = [statusText(from), statusText(to)];
    if (was === is) continue;
    const key = `${was} ${is}`;
    sums.set(key, { from: was, to: is, attempts: attempts + (sums.get(key)?.attempts ?? 0) });
  }
  return [...sums.values()].sort((one, other) => other.attempts - one.attempts);
}

function statusText({ callStatus, dialStatus }: AttemptReading): string {
  return dialStatus === null ? callStatus : `${callStatus} (${dialStatus})`;
}
