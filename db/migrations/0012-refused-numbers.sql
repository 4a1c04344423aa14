-- Which rule has ended a number without a call, or without another one: a suppression list or a cap.
alter table numbers add column refused_by text;
