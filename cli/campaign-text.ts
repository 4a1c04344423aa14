import type { CampaignStatus, CampaignSummary } from '../client/records.ts';
import { showValue } from '../imports/csv-fault.ts';
import type { TableColumn } from './print-table.ts';

export const campaignListTable: readonly TableColumn<CampaignSummary>[] = [
  { title: 'campaign', width: 40, value: ({ name }) => name },
  { title: 'state', width: 9, value: ({ state }) => state },
  { title: 'total', width: 9, align: 'right', value: ({ total }) => total },
  { title: 'connected', width: 9, align: 'right', value: ({ connected }) => connected },
  { title: 'unanswered', width: 10, align: 'right', value: ({ unanswered }) => unanswered },
  { title: 'failed', width: 9, align: 'right', value: ({ failed }) => failed },
  { title: 'pending', width: 9, align: 'right', value: ({ pending }) => pending },
];

/** State, counts and the rules in force, for people. */
export function campaignStatusText(status: CampaignStatus): string {
  const { settings } = status;
  const facts: readonly (readonly [string, string])[] = [
    ['state', status.state],
    ['contacts', countsText(status)],
    ['created', status.createdAt],
    ['started', status.startedAt ?? '-'],
    ['finished', status.finishedAt ?? '-'],
    ['settings', `version ${status.settingsVersion}`],
    ['trunks', settings.trunks.join(', ')],
    ['ring timeout', `${settings.ringTimeoutMs / 1_000} s`],
    ['recycle', Object.keys(settings.recycle).join(', ') || 'nothing'],
    ['retarget', `${settings.retarget.length} rules`],
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(12)}  ${showValue(value)}`);
  return [`${showValue(status.name)} (${status.campaignId})`, ...lines].join('\n');
}

function countsText({ total, connected, unanswered, failed, pending }: CampaignSummary): string {
  return `${total} = ${connected} connected + ${unanswered} unanswered + ${failed} failed + ${pending} pending`;
}
