import type { Database } from './open-database.ts';

/**
 * The schema as text, from the system catalogue: tables with columns, constraints, indexes and
 * triggers, then functions; in one order on every server version, so that two dumps can be
 * compared. It is for people and for a test; the migrations are what makes a database.
 */
export async function dumpSchema(db: Database): Promise<string> {
  const { rows } = await db.raw<{ rows: { text: string }[] }>(statement);
  return `${rows.map((row) => row.text).join('\n\n')}\n`;
}

const statement = `
with tables as (
  select oid, relname, reloptions from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r'
), lines as (
  select t.relname, 1 as part, lpad(a.attnum::text, 4) as rank,
    format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end,
      coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
  from tables t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  union all
  -- Newer servers list "not null" as constraints as well; the columns say it already.
  select t.relname, 2, c.conname, format('  constraint %s %s', c.conname, pg_get_constraintdef(c.oid))
  from tables t join pg_constraint c on c.conrelid = t.oid and c.contype <> 'n'
  union all
  select t.relname, 3, i.relname, '  ' || pg_get_indexdef(i.oid)
  from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
  where not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u'))
  union all
  select t.relname, 4, g.tgname, '  ' || pg_get_triggerdef(g.oid)
  from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
), listed as (
  select 1 as kind, t.relname as name,
    format('table %s%s', t.relname, coalesce(' with (' || array_to_string(t.reloptions, ', ') || ')', ''))
      || E'\\n' || string_agg(l.line, E'\\n' order by l.part, l.rank collate "C") as text
  from tables t join lines l on l.relname = t.relname
  group by t.relname, t.reloptions
  union all
  select 2, p.proname, pg_get_functiondef(p.oid)
  from pg_proc p where p.pronamespace = 'public'::regnamespace
)
select rtrim(text, E'\\n') as text from listed order by kind, name collate "C"
`;
