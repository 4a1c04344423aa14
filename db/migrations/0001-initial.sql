-- Contacts, numbers, phones and attempts get room on their pages: a claim and an outcome update
-- them in place, and heap-only updates keep that as cheap with a million rows as with a thousand.

create table campaigns (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (name <> ''),
  state text not null default 'draft'
    check (state in ('draft', 'running', 'paused', 'cancelled', 'finished')),
  settings_version integer not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);

-- Every version that was ever active or stored; an attempt names the one it was decided by.
create table campaign_settings (
  campaign_id uuid not null references campaigns on delete cascade,
  version integer not null check (version > 0),
  settings jsonb not null,
  source text not null,
  created_at timestamptz not null default now(),
  primary key (campaign_id, version)
);

create table contacts (
  id uuid primary key default gen_random_uuid(),
  campaign_id uuid not null references campaigns on delete cascade,
  lineage_id uuid not null,
  retargeted_from uuid references contacts on delete set null,
  external_id text,
  row_no bigint not null,
  name text,
  time_zone text,
  country text,
  attributes jsonb not null default '{}',
  state text not null default 'waiting' check (state in ('waiting', 'settled')),
  call_status text,
  dial_status smallint check (dial_status between 0 and 4),
  next_number_id uuid,
  next_attempt_at timestamptz,
  -- Why not now. 'rules_changed' and, on a settled contact, 'campaign_cancelled' stand until the
  -- contact's workflow has been told.
  waiting_for text,
  -- 'agent:<name>' or 'campaign:<name>'
  assigned_to text check (assigned_to ~ '^(agent|campaign):.'),
  -- A person asked for this call: it passes "assigned to an agent", and nothing else.
  call_now boolean not null default false,
  -- When its workflow was started, and when it was last told to ask again.
  fed_at timestamptz,
  woken_at timestamptz,
  live_attempt_id uuid,
  attempts_made integer not null default 0 check (attempts_made >= 0),
  -- Attempts of the ancestors in the lineage, which limits per person count as well.
  prior_attempts integer not null default 0 check (prior_attempts >= 0),
  -- By call status, of the whole lineage.
  attempts_by_status jsonb not null default '{}',
  redials_granted jsonb not null default '{}',
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  check ((state = 'settled') = (call_status is not null)),
  check ((state = 'settled') = (settled_at is not null)),
  check (state = 'waiting' or live_attempt_id is null)
) with (fillfactor = 80);

create unique index contacts_row on contacts (campaign_id, row_no);
-- A retargeted contact keeps its external id, even back in a campaign where an ancestor settled.
create unique index contacts_external_id on contacts (campaign_id, external_id)
  where retargeted_from is null;
create index contacts_lineage on contacts (lineage_id);
create index contacts_retargeted_from on contacts (retargeted_from)
  where retargeted_from is not null;
create index contacts_to_feed on contacts (campaign_id, next_attempt_at nulls first, row_no)
  where state = 'waiting' and fed_at is null;
create index contacts_fed on contacts (campaign_id, next_attempt_at)
  where state = 'waiting' and fed_at is not null;
create index contacts_to_wake on contacts (campaign_id, waiting_for, next_attempt_at)
  where waiting_for in ('paused', 'campaign_not_running', 'calling_window', 'number_daily_cap',
    'rules_changed', 'campaign_cancelled');

-- One row per phone, whoever dials it: the claim locks it, so that one person in several campaigns
-- is dialled by one of them at a time.
create table phones (
  phone_key text primary key,
  attempts_made integer not null default 0 check (attempts_made >= 0),
  last_attempt_at timestamptz
) with (fillfactor = 80);

create table numbers (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references contacts on delete cascade,
  campaign_id uuid not null,
  position integer not null check (position > 0),
  e164 text not null,
  phone_key text not null references phones,
  -- In its country's numbering plan; others are kept, and never dialled.
  valid boolean not null default true,
  -- False once the contact is settled.
  active boolean not null default true,
  -- The latest result, shown even while a redial is pending; settled_at says that it is the last.
  call_status text,
  dial_status smallint check (dial_status between 0 and 4),
  settled_at timestamptz,
  attempts_made integer not null default 0 check (attempts_made >= 0),
  last_attempt_at timestamptz,
  -- The contact's local day of the latest attempt, and how many there were on it.
  day date,
  day_attempts integer not null default 0 check (day_attempts >= 0),
  unique (contact_id, position)
) with (fillfactor = 80);

create index numbers_phone on numbers (campaign_id, phone_key);
-- No two contacts that may still be dialled share a number within a campaign.
create unique index numbers_active_phone on numbers (campaign_id, phone_key) where active;

create table attempts (
  -- Also the ChannelId of the call.
  id uuid primary key,
  contact_id uuid not null references contacts on delete cascade,
  number_id uuid references numbers on delete cascade,
  campaign_id uuid not null,
  phone_key text,
  trunk text not null,
  attempt_no integer,
  settings_version integer,
  owner_epoch bigint,
  state text not null check (state in ('sending', 'ended', 'unconfirmed', 'not_placed', 'void')),
  -- What the claim overwrote, so that a release can put it back.
  counters_before jsonb,
  claimed_at timestamptz not null,
  started_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  recorded_at timestamptz,
  response text,
  reason integer,
  cause integer,
  cause_text text,
  tech_cause text,
  dial_status smallint check (dial_status between 0 and 4),
  call_status text,
  rule text,
  evidence jsonb,
  decision jsonb,
  check (state = 'void' or (number_id is not null and phone_key is not null)),
  check ((state = 'sending') = (recorded_at is null))
) with (fillfactor = 80);

create unique index attempts_live_phone on attempts (phone_key) where state = 'sending';
create unique index attempts_live_contact on attempts (contact_id) where state = 'sending';
create index attempts_live_trunk on attempts (trunk) where state = 'sending';
create index attempts_contact on attempts (contact_id, claimed_at);
create index attempts_campaign on attempts (campaign_id, claimed_at, id);
create index attempts_number on attempts (number_id);

-- What is recorded is evidence: it may be deleted with its contact, never rewritten.
create function refuse_rewriting_attempts() returns trigger language plpgsql as $$
begin
  raise exception 'attempt % is %: its record cannot be changed', old.id, old.state
    using errcode = 'restrict_violation';
end
$$;
create trigger attempts_immutable before update on attempts for each row
  when (old.state <> 'sending' and old.* is distinct from new.*)
  execute function refuse_rewriting_attempts();

create table trunks (
  name text primary key,
  owner_epoch bigint not null default 0,
  owner text,
  acquired_at timestamptz
);

create table suppressions (
  id uuid primary key default gen_random_uuid(),
  phone_key text not null,
  e164 text not null,
  -- null: in every campaign
  campaign_id uuid references campaigns on delete cascade,
  source text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  unique nulls not distinct (phone_key, campaign_id)
);
create index suppressions_listed on suppressions (created_at, id);

create table audit_log (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  campaign_id uuid,
  contact_id uuid,
  reason text,
  details jsonb not null default '{}',
  -- Set with the change itself: a repeated message with the same entry changes nothing twice.
  applied_at timestamptz
);
create index audit_log_contact on audit_log (contact_id, at) where contact_id is not null;
create index audit_log_campaign on audit_log (campaign_id, at) where campaign_id is not null;

-- The calendar day at an instant in a zone. A zone that this server's tables do not know is read
-- as UTC: a spelling must not stop a contact from being dialled or counted.
create function local_day(instant timestamptz, zone text) returns date
  language plpgsql stable strict as $$
begin
  return (instant at time zone zone)::date;
exception when invalid_parameter_value then
  return (instant at time zone 'UTC')::date;
end
$$;

-- The first instant of a calendar day in a zone, with the same fallback.
create function start_of_day(day date, zone text) returns timestamptz
  language plpgsql stable strict as $$
begin
  return day::timestamp at time zone zone;
exception when invalid_parameter_value then
  return day::timestamp at time zone 'UTC';
end
$$;
