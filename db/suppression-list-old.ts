/**
 * SQL that is true when a campaign's rules require a suppression list that is too old, or that was
 * never imported. Arguments are SQL expressions: the settings, the campaign's id, the instant. A list
 * of everybody and the campaign's own list of that source both do.
 */
export function suppressionListOld(settings: string, campaignId: string, at: string): string {
  return `exists (
    select from jsonb_to_recordset(${settings} #> '{suppression,lists}')
      as required (source text, "maxAgeMs" bigint)
    where not exists (
      select from suppression_lists list
      where list.source = required.source
        and (list.campaign_id is null or list.campaign_id = ${campaignId})
        and list.list_date >= ${at} - required."maxAgeMs" * interval '1 millisecond'
    )
  )`;
}
