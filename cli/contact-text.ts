import type { ContactDetails } from '../client/records.ts';
import { showValue } from '../imports/csv-fault.ts';
import { attemptTable, numberTable } from './list-tables.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

/** A contact on a screen: facts, numbers, attempts, and what people did to it. */
export function contactText(contact: ContactDetails): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['campaign', contact.campaign],
    ['external id', contact.externalId],
    ['status', contact.callStatus ?? 'pending'],
    ['next attempt', contact.nextAttemptAt],
    ['waiting for', contact.waitingFor],
    ['assigned to', contact.assignedTo],
    ['time zone', contact.timeZone],
  ];
  const known = facts.filter(([, value]) => value !== null);
  return [
    contact.contactId,
    ...known.map(([name, value]) => `  ${name.padEnd(12)}  ${showValue(value ?? '')}`),
    ...section('Numbers', numberTable, contact.numbers),
    ...section('Attempts', attemptTable, contact.attempts),
    ...section('History', historyTable, contact.history),
  ].join('\n');
}

const historyTable: readonly TableColumn<ContactDetails['history'][number]>[] = [
  { title: 'time', width: 20, value: ({ at }) => at },
  { title: 'who', width: 16, value: ({ actor }) => actor },
  { title: 'what', width: 20, value: ({ action }) => action },
  { title: 'why', width: 58, value: ({ reason }) => reason },
];

function section<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): string[] {
  if (rows.length === 0) return [];
  return ['', title, tableHead(columns), ...rows.map((row) => tableRow(columns, row))];
}
