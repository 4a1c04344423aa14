-- A phone may be on a list from several sources at once; each source refreshes and ends its own
-- entries. Numbered instead of a random id: a list of a million is written in one order.
alter table suppressions
  add column listed_at timestamptz,
  drop constraint suppressions_phone_key_campaign_id_key,
  drop column id;
update suppressions set listed_at = created_at;
alter table suppressions
  alter column listed_at set not null,
  alter column listed_at set default now(),
  add column id bigint generated always as identity primary key,
  add constraint suppressions_entry unique nulls not distinct (phone_key, campaign_id, source);

-- How old a source's list is, for campaigns that must not dial with an old one.
create table suppression_lists (
  source text not null,
  -- null: in every campaign
  campaign_id uuid references campaigns on delete cascade,
  -- When the register gave the list out; an import from a file may be later.
  list_date timestamptz not null,
  imported_at timestamptz not null default now(),
  constraint suppression_lists_source unique nulls not distinct (source, campaign_id)
);

-- Whom an import wakes.
create index contacts_list_old on contacts (campaign_id, next_attempt_at nulls first, row_no)
  where waiting_for = 'suppression_list_old';
