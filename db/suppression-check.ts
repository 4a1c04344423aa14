/**
 * SQL that is true when a phone is on the Do-Not-Call list, of everybody or of one campaign.
 * Arguments are SQL expressions, never values.
 */
export function suppressionCheck(phoneKey: string, campaignId: string): string {
  return `exists (
    select from suppressions sup
    where sup.phone_key = ${phoneKey}
      and (sup.campaign_id is null or sup.campaign_id = ${campaignId})
      and (sup.expires_at is null or sup.expires_at > now())
  )`;
}

/** SQL of the list a phone is on, as `suppression: <source>`; null when it is on none. */
export function suppressedBy(phoneKey: string, campaignId: string): string {
  return `(
    select 'suppression: ' || sup.source from suppressions sup
    where sup.phone_key = ${phoneKey}
      and (sup.campaign_id is null or sup.campaign_id = ${campaignId})
      and (sup.expires_at is null or sup.expires_at > clock_timestamp())
    order by sup.campaign_id nulls first, sup.source
    limit 1
  )`;
}
