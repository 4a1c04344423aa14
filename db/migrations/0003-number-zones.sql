-- Every zone a number may lie in, in the order of their names, looked up when it is imported: a call
-- needs all of them open. null: not known, or imported before; the campaign's zone holds then.
alter table numbers add column time_zones text[] check (time_zones <> '{}');

-- Who waits for ever by the rules there are is judged again by changed ones.
drop index contacts_to_wake;
create index contacts_to_wake on contacts (campaign_id, waiting_for, next_attempt_at)
  where waiting_for in ('paused', 'campaign_not_running', 'calling_window', 'no_opening',
    'number_daily_cap', 'rules_changed', 'campaign_cancelled');
