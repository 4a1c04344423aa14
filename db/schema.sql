table attempts with (fillfactor=80)
  id uuid not null
  contact_id uuid not null
  number_id uuid
  campaign_id uuid not null
  phone_key text
  trunk text not null
  attempt_no integer
  settings_version integer
  owner_epoch bigint
  state text not null
  counters_before jsonb
  claimed_at timestamp with time zone not null
  started_at timestamp with time zone
  answered_at timestamp with time zone
  ended_at timestamp with time zone
  recorded_at timestamp with time zone
  response text
  reason integer
  cause integer
  cause_text text
  tech_cause text
  dial_status smallint
  call_status text
  rule text
  evidence jsonb
  decision jsonb
  confidence text
  hung_up_by text
  ring_ms integer
  talk_ms integer
  transferred_to text
  constraint attempts_check CHECK (((state = 'void'::text) OR ((number_id IS NOT NULL) AND (phone_key IS NOT NULL))))
  constraint attempts_check1 CHECK (((state = 'sending'::text) = (recorded_at IS NULL)))
  constraint attempts_confidence_check CHECK ((confidence = ANY (ARRAY['certain'::text, 'likely'::text, 'unsure'::text])))
  constraint attempts_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE
  constraint attempts_dial_status_check CHECK (((dial_status >= 0) AND (dial_status <= 4)))
  constraint attempts_hung_up_by_check CHECK ((hung_up_by = ANY (ARRAY['contact'::text, 'us'::text])))
  constraint attempts_number_id_fkey FOREIGN KEY (number_id) REFERENCES numbers(id) ON DELETE CASCADE
  constraint attempts_pkey PRIMARY KEY (id)
  constraint attempts_ring_ms_check CHECK ((ring_ms >= 0))
  constraint attempts_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'ended'::text, 'unconfirmed'::text, 'not_placed'::text, 'void'::text])))
  constraint attempts_talk_ms_check CHECK ((talk_ms >= 0))
  CREATE INDEX attempts_campaign ON public.attempts USING btree (campaign_id, claimed_at, id)
  CREATE INDEX attempts_contact ON public.attempts USING btree (contact_id, claimed_at)
  CREATE UNIQUE INDEX attempts_live_contact ON public.attempts USING btree (contact_id) WHERE (state = 'sending'::text)
  CREATE UNIQUE INDEX attempts_live_phone ON public.attempts USING btree (phone_key) WHERE (state = 'sending'::text)
  CREATE INDEX attempts_live_trunk ON public.attempts USING btree (trunk) WHERE (state = 'sending'::text)
  CREATE INDEX attempts_number ON public.attempts USING btree (number_id)
  CREATE INDEX attempts_phone ON public.attempts USING btree (phone_key, claimed_at)
  CREATE INDEX attempts_silence ON public.attempts USING btree (phone_key, ended_at) WHERE (rule = 'silence'::text)
  CREATE TRIGGER attempts_immutable BEFORE UPDATE ON public.attempts FOR EACH ROW WHEN (((old.state <> 'sending'::text) AND (old.* IS DISTINCT FROM new.*))) EXECUTE FUNCTION refuse_rewriting_attempts()

table audit_log
  id uuid not null default gen_random_uuid()
  at timestamp with time zone not null default now()
  actor text not null
  action text not null
  campaign_id uuid
  contact_id uuid
  reason text
  details jsonb not null default '{}'::jsonb
  applied_at timestamp with time zone
  constraint audit_log_pkey PRIMARY KEY (id)
  CREATE INDEX audit_log_campaign ON public.audit_log USING btree (campaign_id, at) WHERE (campaign_id IS NOT NULL)
  CREATE INDEX audit_log_contact ON public.audit_log USING btree (contact_id, at) WHERE (contact_id IS NOT NULL)

table campaign_settings
  campaign_id uuid not null
  version integer not null
  settings jsonb not null
  source text not null
  created_at timestamp with time zone not null default now()
  constraint campaign_settings_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON DELETE CASCADE
  constraint campaign_settings_pkey PRIMARY KEY (campaign_id, version)
  constraint campaign_settings_version_check CHECK ((version > 0))

table campaigns
  id uuid not null default gen_random_uuid()
  name text not null
  state text not null default 'draft'::text
  settings_version integer not null default 1
  created_at timestamp with time zone not null default now()
  started_at timestamp with time zone
  finished_at timestamp with time zone
  decide_again_after bigint
  constraint campaigns_name_check CHECK ((name <> ''::text))
  constraint campaigns_name_key UNIQUE (name)
  constraint campaigns_pkey PRIMARY KEY (id)
  constraint campaigns_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'running'::text, 'paused'::text, 'cancelled'::text, 'finished'::text])))

table contacts with (fillfactor=80)
  id uuid not null default gen_random_uuid()
  campaign_id uuid not null
  lineage_id uuid not null
  retargeted_from uuid
  external_id text
  row_no bigint not null
  name text
  time_zone text
  country text
  attributes jsonb not null default '{}'::jsonb
  state text not null default 'waiting'::text
  call_status text
  dial_status smallint
  next_number_id uuid
  next_attempt_at timestamp with time zone
  waiting_for text
  assigned_to text
  call_now boolean not null default false
  fed_at timestamp with time zone
  woken_at timestamp with time zone
  live_attempt_id uuid
  attempts_made integer not null default 0
  prior_attempts integer not null default 0
  attempts_by_status jsonb not null default '{}'::jsonb
  redials_granted jsonb not null default '{}'::jsonb
  created_at timestamp with time zone not null default now()
  settled_at timestamp with time zone
  waiting_rule text
  recycled_at timestamp with time zone
  redecision jsonb
  constraint contacts_assigned_to_check CHECK ((assigned_to ~ '^(agent|campaign):.'::text))
  constraint contacts_attempts_made_check CHECK ((attempts_made >= 0))
  constraint contacts_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON DELETE CASCADE
  constraint contacts_check CHECK (((state = 'settled'::text) = (call_status IS NOT NULL)))
  constraint contacts_check1 CHECK (((state = 'settled'::text) = (settled_at IS NOT NULL)))
  constraint contacts_check2 CHECK (((state = 'waiting'::text) OR (live_attempt_id IS NULL)))
  constraint contacts_dial_status_check CHECK (((dial_status >= 0) AND (dial_status <= 4)))
  constraint contacts_pkey PRIMARY KEY (id)
  constraint contacts_prior_attempts_check CHECK ((prior_attempts >= 0))
  constraint contacts_retargeted_from_fkey FOREIGN KEY (retargeted_from) REFERENCES contacts(id) ON DELETE SET NULL
  constraint contacts_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'settled'::text])))
  CREATE UNIQUE INDEX contacts_external_id ON public.contacts USING btree (campaign_id, external_id) WHERE (retargeted_from IS NULL)
  CREATE INDEX contacts_fed ON public.contacts USING btree (campaign_id, next_attempt_at) WHERE ((state = 'waiting'::text) AND (fed_at IS NOT NULL))
  CREATE INDEX contacts_lineage ON public.contacts USING btree (lineage_id)
  CREATE INDEX contacts_retargeted_from ON public.contacts USING btree (retargeted_from) WHERE (retargeted_from IS NOT NULL)
  CREATE UNIQUE INDEX contacts_row ON public.contacts USING btree (campaign_id, row_no)
  CREATE INDEX contacts_to_feed ON public.contacts USING btree (campaign_id, next_attempt_at NULLS FIRST, row_no) WHERE ((state = 'waiting'::text) AND (fed_at IS NULL))
  CREATE INDEX contacts_to_wake ON public.contacts USING btree (campaign_id, waiting_for, next_attempt_at) WHERE ((waiting_for IS NOT NULL) AND (fed_at IS NOT NULL))

table late_evidence
  id bigint not null
  attempt_id uuid not null
  at timestamp with time zone not null default clock_timestamp()
  event jsonb not null
  constraint late_evidence_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE CASCADE
  constraint late_evidence_pkey PRIMARY KEY (id)
  CREATE INDEX late_evidence_attempt ON public.late_evidence USING btree (attempt_id, id)

table numbers with (fillfactor=80)
  id uuid not null default gen_random_uuid()
  contact_id uuid not null
  campaign_id uuid not null
  position integer not null
  e164 text not null
  phone_key text not null
  valid boolean not null default true
  active boolean not null default true
  call_status text
  dial_status smallint
  settled_at timestamp with time zone
  attempts_made integer not null default 0
  last_attempt_at timestamp with time zone
  day date
  day_attempts integer not null default 0
  time_zones text[]
  redial_at timestamp with time zone
  refused_by text
  constraint numbers_attempts_made_check CHECK ((attempts_made >= 0))
  constraint numbers_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE
  constraint numbers_contact_id_position_key UNIQUE (contact_id, "position")
  constraint numbers_day_attempts_check CHECK ((day_attempts >= 0))
  constraint numbers_dial_status_check CHECK (((dial_status >= 0) AND (dial_status <= 4)))
  constraint numbers_phone_key_fkey FOREIGN KEY (phone_key) REFERENCES phones(phone_key)
  constraint numbers_pkey PRIMARY KEY (id)
  constraint numbers_position_check CHECK (("position" > 0))
  constraint numbers_time_zones_check CHECK ((time_zones <> '{}'::text[]))
  CREATE UNIQUE INDEX numbers_active_phone ON public.numbers USING btree (campaign_id, phone_key) WHERE active
  CREATE INDEX numbers_phone ON public.numbers USING btree (campaign_id, phone_key)

table phone_secret
  only_one boolean not null default true
  fingerprint text not null
  constraint phone_secret_only_one_check CHECK (only_one)
  constraint phone_secret_pkey PRIMARY KEY (only_one)

table phones with (fillfactor=80)
  phone_key text not null
  attempts_made integer not null default 0
  last_attempt_at timestamp with time zone
  constraint phones_attempts_made_check CHECK ((attempts_made >= 0))
  constraint phones_pkey PRIMARY KEY (phone_key)

table reclassifications
  id bigint not null
  attempt_id uuid not null
  at timestamp with time zone not null default clock_timestamp()
  because text not null
  audit_id uuid
  from_dial_status smallint
  from_call_status text not null
  from_rule text
  to_dial_status smallint
  to_call_status text not null
  to_rule text not null
  constraint reclassifications_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE CASCADE
  constraint reclassifications_audit_id_fkey FOREIGN KEY (audit_id) REFERENCES audit_log(id)
  constraint reclassifications_because_check CHECK ((because = ANY (ARRAY['late_evidence'::text, 'mapping_changed'::text])))
  constraint reclassifications_pkey PRIMARY KEY (id)
  CREATE INDEX reclassifications_attempt ON public.reclassifications USING btree (attempt_id, id)
  CREATE INDEX reclassifications_audit ON public.reclassifications USING btree (audit_id) WHERE (audit_id IS NOT NULL)

table schema_migrations
  name text not null
  applied_at timestamp with time zone not null default now()
  constraint schema_migrations_pkey PRIMARY KEY (name)

table suppression_lists
  source text not null
  campaign_id uuid
  list_date timestamp with time zone not null
  imported_at timestamp with time zone not null default now()
  constraint suppression_lists_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON DELETE CASCADE
  constraint suppression_lists_source UNIQUE NULLS NOT DISTINCT (source, campaign_id)

table suppressions
  phone_key text not null
  e164 text not null
  campaign_id uuid
  source text not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone
  listed_at timestamp with time zone not null default now()
  id bigint not null
  constraint suppressions_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON DELETE CASCADE
  constraint suppressions_entry UNIQUE NULLS NOT DISTINCT (phone_key, campaign_id, source)
  constraint suppressions_pkey PRIMARY KEY (id)

table trunks
  name text not null
  owner_epoch bigint not null default 0
  owner text
  acquired_at timestamp with time zone
  constraint trunks_pkey PRIMARY KEY (name)

CREATE OR REPLACE FUNCTION public.is_suppressed(phone text, campaign uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  return exists (
    select from suppressions s
    where s.phone_key = phone
      and (s.campaign_id is null or s.campaign_id = campaign)
      and (s.expires_at is null or s.expires_at > clock_timestamp())
  );
end
$function$

CREATE OR REPLACE FUNCTION public.local_day(instant timestamp with time zone, zone text)
 RETURNS date
 LANGUAGE plpgsql
 STABLE STRICT
AS $function$
begin
  return (instant at time zone zone)::date;
exception when invalid_parameter_value then
  return (instant at time zone 'UTC')::date;
end
$function$

CREATE OR REPLACE FUNCTION public.refuse_rewriting_attempts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_setting('dialer.reclassifying', true) = 'on'
    and old.state in ('ended', 'unconfirmed') and new.state in ('ended', 'unconfirmed')
    and (new.id, new.contact_id, new.number_id, new.campaign_id, new.phone_key, new.trunk,
      new.attempt_no, new.settings_version, new.owner_epoch, new.counters_before, new.claimed_at,
      new.started_at, new.recorded_at, new.evidence, new.decision)
    is not distinct from
      (old.id, old.contact_id, old.number_id, old.campaign_id, old.phone_key, old.trunk,
      old.attempt_no, old.settings_version, old.owner_epoch, old.counters_before, old.claimed_at,
      old.started_at, old.recorded_at, old.evidence, old.decision)
  then
    return new;
  end if;
  raise exception 'attempt % is %: its record cannot be changed', old.id, old.state
    using errcode = 'restrict_violation';
end
$function$

CREATE OR REPLACE FUNCTION public.settings_in_force(campaign uuid)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
begin
  return (select k.settings_version from campaigns k where k.id = campaign);
end
$function$

CREATE OR REPLACE FUNCTION public.start_of_day(day date, zone text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE STRICT
AS $function$
begin
  return day::timestamp at time zone zone;
exception when invalid_parameter_value then
  return day::timestamp at time zone 'UTC';
end
$function$
