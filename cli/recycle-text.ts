import type { RecycleReport } from '../client/records.ts';
import { showValue } from '../imports/csv-fault.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

const columns: readonly TableColumn<RecycleReport['byCallStatus'][number]>[] = [
  { title: 'call status', width: 16, value: ({ callStatus }) => callStatus },
  { title: 'dialled again', width: 13, align: 'right', value: ({ reopened }) => reopened },
  { title: 'left out', width: 8, align: 'right', value: ({ leftOut }) => leftOut },
];

const reasons: Readonly<Record<RecycleReport['leftOut'][number]['reason'], string>> = {
  handed_over: 'another campaign has them',
  cancelled_by_person: 'a person ended them; name cancelled to have them too',
  ending: 'their workflows are still being told that they are over; try again in a minute',
  attempts_used_up: 'the attempts that attempts.perContact or perPerson allow are used up',
  number_in_use: 'another contact of the campaign has their numbers',
  suppressed: 'their numbers are suppressed',
  invalid_number: 'their numbers do not exist',
};

/** Who is dialled again, for people. */
export function recycleText(report: RecycleReport): string {
  const { campaign, contacts, reopened, byCallStatus, leftOut, dryRun, state } = report;
  const name = showValue(campaign);
  const lines = [
    `${name}: ${contacts} settled contacts with these statuses, ${reopened} of them ` +
      (dryRun ? 'would be dialled again' : 'are dialled again'),
    ...(byCallStatus.length === 0 ? [] : [tableHead(columns)]),
    ...byCallStatus.map((row) => tableRow(columns, row)),
    ...leftOut.map(({ reason, contacts: count }) => `left out ${count}: ${reasons[reason]}`),
  ];
  const talkedTo = byCallStatus
    .filter(({ callStatus }) => callStatus === 'answered' || callStatus === 'transferred')
    .reduce((sum, { reopened: count }) => sum + count, 0);
  if (talkedTo > 0) lines.push(`mind: ${talkedTo} of them were talked to`);
  if (dryRun) lines.push('dry run: nothing was changed');
  else if (reopened > 0 && state === 'draft') {
    lines.push(`${name} is a draft: dialer campaign start ${name}`);
  } else if (reopened > 0 && state === 'paused') lines.push(`${name} is paused`);
  return lines.join('\n');
}
