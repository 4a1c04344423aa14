-- A number that was dialled and is dialled again after others of its contact, not before this time. It
-- is not settled meanwhile, and call_status is its latest result.
alter table numbers add column redial_at timestamptz;

-- When a person had a settled contact dialled again (campaign recycle), the latest time.
alter table contacts add column recycled_at timestamptz;
