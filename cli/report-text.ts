import type { CampaignReport } from '../client/records.ts';
import { callStatuses, groupOf, groups, type CallStatus } from '../domain/call-status.ts';
import { showValue } from '../imports/csv-fault.ts';

/** A report for people: the groups with their shares, and what they are made of. */
export function reportText(report: CampaignReport): string {
  const { campaign, total, attempts, percent } = report;
  const lines = ([...groups, 'pending'] as const).map((group) => {
    const statuses = group === 'pending' ? '' : statusesText(report, group);
    return `  ${group.padEnd(11)} ${pad(report[group], 8)} ${pad(percent[group].toFixed(1), 6)} %   ${statuses}`;
  });
  const dialled = Object.entries(report.byDialStatus)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`);
  return [
    `${showValue(campaign)}: ${total} contacts, ${attempts} attempts`,
    ...lines.map((line) => line.trimEnd()),
    `  dial status: ${dialled.join(', ') || 'none yet'}`,
  ].join('\n');
}

function statusesText(report: CampaignReport, group: ReturnType<typeof groupOf>): string {
  const count = (status: CallStatus) => report.byCallStatus[status];
  return callStatuses
    .filter((status) => groupOf(status) === group && count(status) > 0)
    .map((status) => `${status} ${count(status)}`)
    .join(', ');
}

function pad(value: number | string, width: number): string {
  return String(value).padStart(width);
}
