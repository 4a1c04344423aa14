/**
 * SQL that is true when a person asked for another call of a contact, or gave it to somebody, after an
 * instant: rules leave that as it was said. Arguments are SQL expressions, never values.
 */
export function wantedByPerson(contactId: string, since: string): string {
  return `exists (
    select from audit_log l where l.contact_id = ${contactId} and l.applied_at > ${since}
      and l.action in ('contact.callNow', 'contact.reassign', 'contact.reschedule')
  )`;
}
