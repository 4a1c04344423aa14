-- The version of a campaign's settings at this very instant, as is_suppressed reads the list: an outcome
-- that had to wait for its contact learns that the rules were changed meanwhile.
create function settings_in_force(campaign uuid) returns integer language plpgsql volatile as $$
begin
  return (select k.settings_version from campaigns k where k.id = campaign);
end
$$;
