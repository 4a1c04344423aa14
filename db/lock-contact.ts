import type { CallStatus } from '../domain/call-status.ts';
import type { CampaignId, ContactId, NumberId } from '../domain/ids.ts';
import type { ContactPosition } from './next-step-of.ts';
import type { Database } from './open-database.ts';

/** A contact's row, locked until the transaction ends. */
export interface LockedContact extends ContactPosition {
  readonly id: ContactId;
  readonly campaign_id: CampaignId;
  readonly campaign_state: string;
  readonly lineage_id: ContactId;
  readonly assigned_to: string | null;
  readonly call_now: boolean;
  readonly call_status: CallStatus | null;
  readonly next_number_id: NumberId | null;
  readonly attempts_made: number;
}

/** Locks the contact before anything is changed by hand; null when there is none. */
export async function lockContact(
  trx: Database,
  contactId: ContactId,
): Promise<LockedContact | null> {
  const { rows } = await trx.raw<{ rows: LockedContact[] }>(
    `select c.id, c.campaign_id, k.state as campaign_state, c.lineage_id, c.state, c.waiting_for,
       c.waiting_rule,
       c.next_attempt_at, c.live_attempt_id, c.assigned_to, c.call_now, c.call_status,
       c.next_number_id, c.attempts_made, s.settings -> 'trunks' as trunks,
       (select a.trunk from attempts a where a.id = c.live_attempt_id) as live_trunk
     from contacts c
     join campaigns k on k.id = c.campaign_id
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     where c.id = :contactId
     for no key update of c`,
    { contactId },
  );
  return rows[0] ?? null;
}
