import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { NumberState } from '../domain/choose-number.ts';
import type { AttemptId, CampaignId, ContactId, NumberId } from '../domain/ids.ts';
import { numberStates, readNumberState, type StoredNumberState } from './number-states.ts';
import { isoTime } from './stored-values.ts';

/** Everything the rules need to judge a claim, and later to decide what follows from its outcome. */
export interface Claim {
  readonly attemptId: AttemptId;
  readonly contactId: ContactId;
  readonly campaignId: CampaignId;
  readonly numberId: NumberId;
  /** E.164. */
  readonly number: string;
  /** 1 for the contact's first attempt in this campaign. */
  readonly attemptNo: number;
  readonly settings: CampaignSettings;
  readonly settingsVersion: number;
  /** The contact's own zone; null when unknown. */
  readonly timeZone: string | null;
  /** Every zone that the number may lie in; null when unknown. */
  readonly numberZones: readonly string[] | null;
  readonly assignedAgent: string | null;
  /** Attempts of the lineage, this one included. */
  readonly attempts: number;
  /** Of the lineage, by call status; without this attempt, whose result is not known. */
  readonly attemptsByStatus: Readonly<Record<string, number>>;
  /** Redials this contact was granted, by the recycle key that granted them. */
  readonly redialsGranted: Readonly<Record<string, number>>;
  /** In the contact's order, this attempt's number included. */
  readonly numbers: readonly NumberState[];
  /** Names of the campaigns this lineage was in, the present one included. */
  readonly retargetedCampaigns: readonly string[];
  readonly claimedAt: string;
}

/**
 * SQL of one JSON object for readClaim. Expects contact `c`, campaign `k`, settings version `s`,
 * the number of the attempt `n`, and all numbers of the contact in `number_rows`.
 */
export const claimDetails = `jsonb_build_object(
  'contactId', c.id,
  'campaignId', c.campaign_id,
  'numberId', n.id,
  'number', n.e164,
  'settings', s.settings,
  'settingsVersion', s.version,
  'timeZone', c.time_zone,
  'numberZones', n.time_zones,
  'assignedAgent', substring(c.assigned_to from '^agent:(.*)$'),
  'attemptsMade', c.attempts_made,
  'priorAttempts', c.prior_attempts,
  'attemptsByStatus', c.attempts_by_status,
  'redialsGranted', c.redials_granted,
  'numbers', ${numberStates('number_rows')},
  'retargetedCampaigns', (
    select jsonb_agg(distinct ancestor.name)
    from contacts relative join campaigns ancestor on ancestor.id = relative.campaign_id
    where relative.lineage_id = c.lineage_id
  )
)`;

/** The object that claimDetails builds. */
export interface StoredClaimDetails {
  readonly contactId: ContactId;
  readonly campaignId: CampaignId;
  readonly numberId: NumberId;
  readonly number: string;
  readonly settings: CampaignSettings;
  readonly settingsVersion: number;
  readonly timeZone: string | null;
  readonly numberZones: readonly string[] | null;
  readonly assignedAgent: string | null;
  readonly attemptsMade: number;
  readonly priorAttempts: number;
  readonly attemptsByStatus: Record<string, number>;
  readonly redialsGranted: Record<string, number>;
  readonly numbers: readonly StoredNumberState[];
  readonly retargetedCampaigns: readonly string[];
}

/** Makes a Claim of what claimDetails returned and what is the attempt's own. */
export function readClaim(
  stored: StoredClaimDetails,
  attempt: {
    readonly attemptId: AttemptId;
    readonly attemptNo: number;
    readonly attempts: number;
    readonly claimedAt: Date | string;
  },
): Claim {
  return {
    attemptId: attempt.attemptId,
    contactId: stored.contactId,
    campaignId: stored.campaignId,
    numberId: stored.numberId,
    number: stored.number,
    attemptNo: attempt.attemptNo,
    settings: stored.settings,
    settingsVersion: stored.settingsVersion,
    timeZone: stored.timeZone,
    numberZones: stored.numberZones,
    assignedAgent: stored.assignedAgent,
    attempts: attempt.attempts,
    attemptsByStatus: stored.attemptsByStatus,
    redialsGranted: stored.redialsGranted,
    retargetedCampaigns: stored.retargetedCampaigns,
    claimedAt: isoTime(attempt.claimedAt),
    numbers: stored.numbers.map(readNumberState),
  };
}
