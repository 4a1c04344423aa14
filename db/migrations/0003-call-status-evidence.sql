-- How far a call status may be relied on, what else the evidence says of a call, and what may change
-- afterwards: evidence that came late, and a status classified again.

alter table attempts
  add column confidence text check (confidence in ('certain', 'likely', 'unsure')),
  add column hung_up_by text check (hung_up_by in ('contact', 'us')),
  add column ring_ms integer check (ring_ms >= 0),
  add column talk_ms integer check (talk_ms >= 0),
  add column transferred_to text;

-- For the claim: phones that may begin to ring after we gave up.
create index attempts_silence on attempts (phone_key, ended_at) where rule = 'silence';

-- What the PBX said of an attempt after its outcome was recorded; append-only, in order of arrival.
create table late_evidence (
  id bigint generated always as identity primary key,
  attempt_id uuid not null references attempts (id) on delete cascade,
  at timestamptz not null default clock_timestamp(),
  event jsonb not null
);
create index late_evidence_attempt on late_evidence (attempt_id, id);

-- Every change of a recorded status: the trace that late evidence and a changed mapping leave.
create table reclassifications (
  id bigint generated always as identity primary key,
  attempt_id uuid not null references attempts (id) on delete cascade,
  at timestamptz not null default clock_timestamp(),
  because text not null check (because in ('late_evidence', 'mapping_changed')),
  audit_id uuid references audit_log (id),
  from_dial_status smallint,
  from_call_status text not null,
  from_rule text,
  to_dial_status smallint,
  to_call_status text not null,
  to_rule text not null
);
create index reclassifications_attempt on reclassifications (attempt_id, id);
create index reclassifications_audit on reclassifications (audit_id) where audit_id is not null;

-- Evidence and decision of a recorded attempt never change. What was read from the evidence may be
-- read again, by a transaction that says so and that leaves a row in reclassifications.
create or replace function refuse_rewriting_attempts() returns trigger
  language plpgsql as $$
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
$$;

-- Settings that were stored before campaigns could listen for answering machines.
update campaign_settings set settings = settings || '{"answeringMachine": null}'
where not settings ? 'answeringMachine';
