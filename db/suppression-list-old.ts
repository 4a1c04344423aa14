/**
 * SQL of the sources whose suppression lists a campaign requires and that are too old or were never
 * imported, with commas between; null when there is none. Arguments are SQL expressions: the settings,
 * the campaign's id, the instant. A list of everybody and the campaign's own list of a source both do.
 */
export function oldSuppressionLists(settings: string, campaignId: string, at: string): string {
  return `(
    select string_agg(required.source, ', ')
    from jsonb_to_recordset(${settings} #> '{suppression,lists}')
      as required (source text, "maxAgeMs" bigint)
    where not exists (
      select from suppression_lists list
      where list.source = required.source
        and (list.campaign_id is null or list.campaign_id = ${campaignId})
        and list.list_date >= ${at} - required."maxAgeMs" * interval '1 millisecond'
    )
  )`;
}

/** SQL that is true when there is such a list: nobody of the campaign is dialled. */
export function suppressionListOld(settings: string, campaignId: string, at: string): string {
  return `(${oldSuppressionLists(settings, campaignId, at)} is not null)`;
}
