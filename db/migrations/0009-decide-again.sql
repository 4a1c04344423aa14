-- Where the contacts begin whom changed rules have not reached yet, by row_no; null: there are none.
alter table campaigns add column decide_again_after bigint;
