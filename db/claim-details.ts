import type { CallStatus } from '../domain/call-status.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { AttemptId, CampaignId, ContactId, NumberId } from '../domain/ids.ts';
import { dialStatusOrNull, isoTime, isoTimeOrNull } from './stored-values.ts';
import { suppressionCheck } from './suppression-check.ts';

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
  readonly numbers: readonly ClaimNumber[];
  /** Names of the campaigns this lineage was in, the present one included. */
  readonly retargetedCampaigns: readonly string[];
  readonly claimedAt: string;
}

export interface ClaimNumber {
  readonly id: NumberId;
  /** The result, once the number is done with; null while it may be dialled again. */
  readonly callStatus: CallStatus | null;
  readonly dialStatus: DialStatus | null;
  readonly settledAt: string | null;
  /** Neither done with, nor outside its numbering plan, nor suppressed. */
  readonly dialable: boolean;
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
  'numbers', (
    select jsonb_agg(jsonb_build_object(
      'id', m.id,
      'callStatus', case when m.settled_at is not null then m.call_status end,
      'dialStatus', case when m.settled_at is not null then m.dial_status end,
      'settledAt', m.settled_at,
      'dialable', m.valid and m.settled_at is null
        and not ${suppressionCheck('m.phone_key', 'm.campaign_id')}
    ) order by m.position)
    from number_rows m
  ),
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
  readonly numbers: readonly {
    readonly id: NumberId;
    readonly callStatus: CallStatus | null;
    readonly dialStatus: number | null;
    readonly settledAt: string | null;
    readonly dialable: boolean;
  }[];
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
    numbers: stored.numbers.map((number) => ({
      ...number,
      dialStatus: dialStatusOrNull(number.dialStatus),
      settledAt: isoTimeOrNull(number.settledAt),
    })),
  };
}
