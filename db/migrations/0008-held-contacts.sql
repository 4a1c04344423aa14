-- Whoever waits for something other than a time of its own is woken by the feeder, whatever it is.
drop index contacts_to_wake;
drop index contacts_list_old;
create index contacts_to_wake on contacts (campaign_id, waiting_for, next_attempt_at)
  where waiting_for is not null;

-- The latest attempt's decision, taken again by changed rules: {attemptId, settingsVersion, decision}. It
-- is in force while that attempt is the latest; the attempt keeps the decision it was recorded with.
alter table contacts add column redecision jsonb;
