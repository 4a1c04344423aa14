-- A list of a million may be put off until its window opens without ever having been fed: whom the feeder
-- wakes or tells has a workflow, and is found without going through all the others.
drop index contacts_to_wake;
create index contacts_to_wake on contacts (campaign_id, waiting_for, next_attempt_at)
  where waiting_for is not null and fed_at is not null;
