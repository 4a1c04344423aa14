import { NotFoundError } from '../domain/errors.ts';
import { isUuid, type ContactId } from '../domain/ids.ts';

/** An id as a person gives it. @throws NotFoundError `CONTACT_NOT_FOUND` */
export function readContactId(text: string): ContactId {
  const id = text.trim().toLowerCase();
  if (!isUuid(id)) throw contactNotFound(text);
  return id as ContactId;
}

export function contactNotFound(id: string): NotFoundError {
  const advice = 'Contact ids are in `dialer numbers NAME --json`.';
  return new NotFoundError(
    'CONTACT_NOT_FOUND',
    `There is no contact ${JSON.stringify(id.slice(0, 80))}. ${advice}`,
  );
}
