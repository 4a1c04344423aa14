import type { CallStatus } from '../domain/call-status.ts';
import type { LimitScope } from '../domain/campaign-settings.ts';
import type { PastAttempt } from '../domain/judge-limits.ts';

/**
 * SQL of how far back the limits of settings version `s` look; null where it has none. A calendar day
 * began less than two days ago, whatever its clock does.
 */
export const historyPeriod = `greatest(
  (select max(coalesce((cap ->> 'perMs')::bigint, 172800000))
    from jsonb_array_elements(s.settings -> 'caps') cap),
  (select max((rest ->> 'forMs')::bigint) from jsonb_array_elements(s.settings -> 'coolOffs') rest),
  case when s.settings #>> '{attempts,perPersonPerDay}' is not null then 172800000 end
) * interval '1 millisecond'`;

/**
 * SQL of the attempts that limits look at, as JSON for readHistory: those of the phone in all campaigns
 * and those of the lineage to any number. Expects the verdict `v` of the claim. Times are the database's
 * (an attempt ends when its outcome is recorded, whatever clock its evidence was read by), and rounded up,
 * so that no stretch of time is taken for longer than it is.
 */
export const claimHistory = `(
  select jsonb_agg(jsonb_build_object(
    'atMs', ceil(extract(epoch from a.claimed_at) * 1000),
    'endedAtMs', ceil(extract(epoch from a.recorded_at) * 1000),
    'callStatus', a.call_status,
    'person', a.phone_key = v.phone_key,
    'campaign', a.phone_key = v.phone_key and a.campaign_id = v.campaign_id,
    'contact', a.is_own
  ))
  from (
    select own.id, own.phone_key, own.campaign_id, own.claimed_at, own.recorded_at, own.call_status,
      own.state, true as is_own
    from contacts relative join attempts own on own.contact_id = relative.id
    where relative.lineage_id = v.lineage_id
    union all
    select other.id, other.phone_key, other.campaign_id, other.claimed_at, other.recorded_at,
      other.call_status, other.state, false
    from attempts other
    where other.phone_key = v.phone_key and other.contact_id not in (
      select relative.id from contacts relative where relative.lineage_id = v.lineage_id
    )
  ) a
  where a.state in ('sending', 'ended', 'unconfirmed')
    and greatest(a.claimed_at, a.recorded_at) > v.at - v.history_period
)`;

/** The object that claimHistory builds for an attempt. */
export interface StoredAttempt {
  readonly atMs: number;
  readonly endedAtMs: number | null;
  readonly callStatus: CallStatus | null;
  readonly person: boolean;
  readonly campaign: boolean;
  readonly contact: boolean;
}

const scopes: readonly LimitScope[] = ['person', 'campaign', 'contact'];

export function readHistory(stored: readonly StoredAttempt[] | null): readonly PastAttempt[] {
  return (stored ?? []).map((attempt) => ({
    atMs: attempt.atMs,
    endedAtMs: attempt.endedAtMs,
    callStatus: attempt.callStatus,
    scopes: scopes.filter((scope) => attempt[scope]),
  }));
}
