-- Whether a phone is suppressed at the very instant of the call. A volatile function reads with a snapshot of
-- its own, and not with that of the statement it stands in: a claim that had to wait for its locks sees what
-- was entered meanwhile.
create function is_suppressed(phone text, campaign uuid) returns boolean
  language plpgsql volatile as $$
begin
  return exists (
    select from suppressions s
    where s.phone_key = phone
      and (s.campaign_id is null or s.campaign_id = campaign)
      and (s.expires_at is null or s.expires_at > clock_timestamp())
  );
end
$$;
