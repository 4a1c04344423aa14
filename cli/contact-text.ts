import type { ContactDetails } from '../client/records.ts';
import { explainDecision, explainWaiting } from '../domain/explain.ts';
import type { Decision } from '../domain/next-step.ts';
import { toSecond } from '../domain/to-second.ts';
import { showValue } from '../imports/csv-fault.ts';
import { attemptTable, numberTable } from './list-tables.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

/** A contact on a screen: facts, numbers, attempts, and what people did to it. */
export function contactText(contact: ContactDetails): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['campaign', contact.campaign],
    ['external id', contact.externalId],
    ['status', contact.callStatus ?? 'pending'],
    ['next attempt', contact.nextAttemptAt === null ? null : toSecond(contact.nextAttemptAt)],
    ['waiting for', contact.waitingFor === null ? null : explainWaiting(contact.waitingFor)],
    ['by the rule', contact.waitingRule],
    ['refused by', refusals(contact)],
    ['assigned to', contact.assignedTo],
    ['recycled', contact.recycledAt],
    ['time zone', contact.timeZone],
  ];
  const known = facts.filter(([, value]) => value !== null);
  return [
    contact.contactId,
    ...known.map(([name, value]) => `  ${name.padEnd(12)}  ${showValue(value ?? '')}`),
    ...section('Numbers', numberTable, contact.numbers),
    ...section('Attempts', attemptTable, contact.attempts),
    ...section('Decisions', decisionTable, decisionsOf(contact)),
    ...(contact.lineage.length > 1 ? section('Lineage', lineageTable, contact.lineage) : []),
    ...section('History', historyTable, contact.history),
  ].join('\n');
}

/** What ended numbers of it without a call, or without another one. */
function refusals({ numbers }: ContactDetails): string | null {
  const rules = new Set(numbers.flatMap(({ refusedBy }) => refusedBy ?? []));
  return rules.size === 0 ? null : [...rules].join(', ');
}

interface DecisionRow {
  readonly after: string | null;
  readonly callStatus: string | null;
  readonly settingsVersion: number;
  readonly decision: Decision;
}

/** Of each attempt, and last what changed rules have put in its place. */
function decisionsOf({ attempts, redecision }: ContactDetails): DecisionRow[] {
  const decided = attempts.flatMap(({ endedAt, callStatus, settingsVersion, decision }) =>
    decision === null ? [] : [{ after: endedAt, callStatus, settingsVersion, decision }],
  );
  const changed = redecision === null ? [] : [{ after: null, callStatus: null, ...redecision }];
  return [...decided, ...changed];
}

/** Why each attempt was followed by what came next, and by which version of the settings. */
const decisionTable: readonly TableColumn<DecisionRow>[] = [
  {
    title: 'after',
    width: 20,
    value: ({ after }) => (after === null ? 'changed rules' : toSecond(after)),
  },
  { title: 'call status', width: 14, value: ({ callStatus }) => callStatus },
  { title: 'settings', width: 8, align: 'right', value: ({ settingsVersion }) => settingsVersion },
  {
    title: 'what was decided, and by which rule',
    width: 70,
    value: ({ decision }) => explainDecision(decision),
  },
];

const lineageTable: readonly TableColumn<ContactDetails['lineage'][number]>[] = [
  { title: 'since', width: 20, value: ({ since }) => toSecond(since) },
  { title: 'campaign', width: 24, value: ({ campaign }) => campaign },
  { title: 'contact', width: 36, value: ({ contactId }) => contactId },
  { title: 'call status', width: 14, value: ({ callStatus }) => callStatus ?? 'pending' },
  { title: 'tries', width: 5, align: 'right', value: ({ attempts }) => attempts },
];

const historyTable: readonly TableColumn<ContactDetails['history'][number]>[] = [
  { title: 'time', width: 20, value: ({ at }) => toSecond(at) },
  { title: 'who', width: 16, value: ({ actor }) => actor },
  { title: 'what', width: 20, value: ({ action }) => action },
  {
    title: 'done',
    width: 20,
    value: ({ appliedAt }) => (appliedAt === null ? 'not done' : toSecond(appliedAt)),
  },
  { title: 'why', width: 36, value: ({ reason }) => reason },
];

function section<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): string[] {
  if (rows.length === 0) return [];
  return ['', title, tableHead(columns), ...rows.map((row) => tableRow(columns, row))];
}
