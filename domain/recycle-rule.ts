import type { CallStatus } from './call-status.ts';
import type { CampaignSettings, RecycleRule } from './campaign-settings.ts';
import { countOf } from './count-of.ts';
import type { DialStatus } from './dial-status.ts';

/** What a call came to, as far as recycling is concerned. */
export interface CallResult {
  readonly callStatus: CallStatus;
  readonly dialStatus: DialStatus | null;
}

/** What redials are granted by, and counted against. */
export interface RedialBudget {
  readonly settings: CampaignSettings;
  /** Redials already granted, by the key of the recycle rule that granted them. */
  readonly redialsGranted: Readonly<Record<string, number>>;
}

/** A rule that has a redial left. */
export interface RedialLeft {
  readonly key: CallStatus | DialStatus;
  readonly rule: RecycleRule;
  /** Redials it has granted already. */
  readonly granted: number;
}

/** The rule that would have a number dialled again after this result; null: none, or its redials are used up. */
export function findRedialLeft(budget: RedialBudget, result: CallResult): RedialLeft | null {
  const found = findRecycleRule(budget.settings, result);
  if (found === null) return null;
  const granted = countOf(budget.redialsGranted, found.key);
  return granted < found.rule.max ? { ...found, granted } : null;
}

/**
 * Picked only when it is named itself: FAILURE or NO_ANSWER is too coarse a reason to dial a number
 * that does not exist, or one that may be in a call right now.
 */
export const redialledByNameOnly: ReadonlySet<CallStatus> = new Set<CallStatus>([
  'invalid_number',
  'out_of_service',
  'unconfirmed',
  'restricted',
]);

/** The call status wins; when its redials are used up, the dial status is not asked. */
function findRecycleRule(
  { recycle }: CampaignSettings,
  { callStatus, dialStatus }: CallResult,
): Pick<RedialLeft, 'key' | 'rule'> | null {
  const byCallStatus = recycle[callStatus];
  if (byCallStatus) return { key: callStatus, rule: byCallStatus };
  if (dialStatus === null || redialledByNameOnly.has(callStatus)) return null;
  const byDialStatus = recycle[dialStatus];
  return byDialStatus ? { key: dialStatus, rule: byDialStatus } : null;
}
