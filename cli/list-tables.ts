import type { AttemptRow, NumberRow } from '../client/records.ts';
import { maskNumber } from '../domain/phone-number.ts';
import type { TableColumn } from './print-table.ts';

/** The numbers tab within 120 columns; `--json` has ids, full numbers and every field. */
export const numberTable: readonly TableColumn<NumberRow>[] = [
  { title: 'number', width: 16, value: ({ number }) => maskNumber(number) },
  { title: 'external id', width: 14, value: ({ externalId }) => externalId },
  { title: 'dial status', width: 13, value: dialStatusText },
  { title: 'call status', width: 14, value: callStatusText },
  { title: 'group', width: 10, value: ({ group }) => group },
  { title: 'tries', width: 5, align: 'right', value: ({ attempts }) => attempts },
  { title: 'last attempt', width: 17, value: ({ lastAttemptAt }) => shortTime(lastAttemptAt) },
  { title: 'next', width: 17, value: nextText },
];

export const attemptTable: readonly TableColumn<AttemptRow>[] = [
  {
    title: 'number',
    width: 16,
    value: ({ number }) => (number === null ? '' : maskNumber(number)),
  },
  { title: 'no', width: 3, align: 'right', value: ({ attemptNo }) => attemptNo },
  { title: 'trunk', width: 12, value: ({ trunk }) => trunk },
  { title: 'dial status', width: 11, value: ({ dialStatus }) => dialStatus },
  { title: 'call status', width: 14, value: ({ callStatus, state }) => callStatus ?? state },
  { title: 'rule', width: 22, value: ({ rule }) => rule },
  { title: 'sip', width: 3, align: 'right', value: ({ techCause }) => techCause },
  { title: 'cause', width: 5, align: 'right', value: ({ cause }) => cause },
  { title: 'started', width: 17, value: ({ startedAt }) => shortTime(startedAt) },
];

function dialStatusText({ dialStatus, dialStatusCode }: NumberRow): string {
  return dialStatus === null ? '' : `${dialStatusCode} ${dialStatus}`;
}

function callStatusText({ callStatus, waitingFor }: NumberRow): string {
  return callStatus ?? (waitingFor === 'not needed' ? '' : 'pending');
}

/** What the number waits for: a time when there is one, else why it is not being dialled. */
/** When it is dialled next, what it waits for, or what ended it without a call. */
function nextText({ nextAttemptAt, waitingFor, refusedBy }: NumberRow): string {
  return nextAttemptAt === null ? (waitingFor ?? refusedBy ?? '') : shortTime(nextAttemptAt);
}

/** `2026-01-31 09:00Z` to the second is too wide; the day matters only when it is not obvious. */
function shortTime(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(5, 10)} ${iso.slice(11, 19)}Z`;
}
