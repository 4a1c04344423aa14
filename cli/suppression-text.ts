import type {
  SuppressionCheck,
  SuppressionImportResult,
  SuppressionListRow,
  SuppressionRow,
} from '../client/records.ts';
import { maskNumber } from '../domain/phone-number.ts';
import { showValue } from '../imports/csv-fault.ts';
import type { TableColumn } from './print-table.ts';

export const suppressionTable: readonly TableColumn<SuppressionRow>[] = [
  { title: 'number', width: 16, value: ({ number }) => maskNumber(number) },
  { title: 'campaign', width: 40, value: ({ campaign }) => campaign ?? '(all)' },
  { title: 'source', width: 24, value: ({ source }) => source },
  { title: 'date', width: 10, value: ({ date }) => date.slice(0, 10) },
  { title: 'until', width: 24, value: untilOf },
];

export const suppressionListTable: readonly TableColumn<SuppressionListRow>[] = [
  { title: 'source', width: 24, value: ({ source }) => source },
  { title: 'campaign', width: 40, value: ({ campaign }) => campaign ?? '(all)' },
  { title: 'entries', width: 10, align: 'right', value: ({ entries }) => entries },
  { title: 'in force', width: 10, align: 'right', value: ({ inForce }) => inForce },
  { title: 'list date', width: 10, value: ({ listDate }) => listDate?.slice(0, 10) ?? '-' },
  { title: 'age', width: 9, align: 'right', value: ({ ageDays }) => ageText(ageDays) },
];

function ageText(days: number | null): string {
  return days === null ? '-' : `${days} days`;
}

function untilOf({ expiresAt, inForce }: Pick<SuppressionRow, 'expiresAt' | 'inForce'>): string {
  if (expiresAt === null) return '';
  return inForce ? expiresAt : `over: ${expiresAt.slice(0, 10)}`;
}

/** What stands against calling a number, a line for each entry. */
export function suppressionCheckText({ number, suppressed, entries }: SuppressionCheck): string {
  const lines = entries.map((entry) => {
    const where =
      entry.campaign === null ? 'all campaigns' : `campaign ${showValue(entry.campaign)}`;
    const until = untilOf(entry);
    const when = `since ${entry.date.slice(0, 10)}${until === '' ? '' : `, ${entry.inForce ? 'until ' : ''}${until}`}`;
    return `  ${showValue(entry.source)}, ${where}, ${when}`;
  });
  return [
    `${maskNumber(number)} ${suppressed ? 'is suppressed' : 'may be dialled'}`,
    ...lines,
  ].join('\n');
}

/** What an import has done to the list, after the line with its rows. */
export function importEffectText(result: SuppressionImportResult): string {
  const { added, changed, removed, keptLonger, listDate, doubt, dryRun } = result;
  const lines = [
    `${dryRun ? 'would be ' : ''}added ${added}, changed ${changed}, removed ${removed}`,
  ];
  if (keptLonger > 0) lines.push(`${keptLonger} hold longer than the file says`);
  if (listDate !== null) {
    lines.push(`the list ${dryRun ? 'would be' : 'is'} as of ${listDate.slice(0, 10)}`);
  }
  if (doubt !== null) lines.push(`doubtful: ${doubt}`);
  if (dryRun) lines.push('dry run: nothing was changed');
  return lines.join('\n');
}
