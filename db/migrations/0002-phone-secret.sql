-- Which secret the phone keys of this database were made with, without telling it: keys made with
-- another one would match nobody, and a suppressed person would be called.
create table phone_secret (
  only_one boolean primary key default true check (only_one),
  fingerprint text not null
);
