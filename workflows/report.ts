/**
 * A report as a workflow of its own: read-only, short, and apart from everything that dials. Its
 * result is the report, so a Temporal Schedule or any client can have one.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { createActivities } from '../activities/create-activities.ts';
import type { CampaignId } from '../domain/ids.ts';

const { makeReport } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '1m',
  retry: { maximumAttempts: 5 },
});

export interface ReportInput {
  readonly campaignId: CampaignId;
  /** ISO 8601; contacts settled from here on. */
  readonly from?: string;
  /** ISO 8601; contacts settled before. */
  readonly to?: string;
}

export async function report(input: ReportInput) {
  return makeReport(input);
}
