/**
 * Branded identifiers. All are opaque lower-case UUIDs: safe in workflow ids, logs and URLs, because
 * nothing personal can be read from them.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type CampaignId = Branded<'CampaignId'>;
export type ContactId = Branded<'ContactId'>;
export type NumberId = Branded<'NumberId'>;
/** Also the Asterisk ChannelId of the call; written to a socket at most once, ever. */
export type AttemptId = Branded<'AttemptId'>;
export type AuditId = Branded<'AuditId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for the one spelling of an id that we make ourselves: a lower-case hyphenated UUID. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
