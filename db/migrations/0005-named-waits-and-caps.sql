-- Which rule a contact waits for, by its name and figure (`us-florida: 3 calls in 24h`), beside the kind of
-- wait in waiting_for. null where the kind says it all.
alter table contacts add column waiting_rule text;

-- Caps and cool-offs: the latest attempts of a phone, whatever campaign made them.
create index attempts_phone on attempts (phone_key, claimed_at);

-- Who waits for a cap or a cool-off is judged again by changed rules.
drop index contacts_to_wake;
create index contacts_to_wake on contacts (campaign_id, waiting_for, next_attempt_at)
  where waiting_for in ('paused', 'campaign_not_running', 'calling_window', 'no_opening',
    'number_daily_cap', 'cap', 'cool_off', 'rules_changed', 'campaign_cancelled');
