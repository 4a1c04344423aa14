import type { CallStatus } from '../domain/call-status.ts';
import type { NumberState } from '../domain/choose-number.ts';
import type { NumberId } from '../domain/ids.ts';
import { dialStatusOrNull, isoTime, isoTimeOrNull } from './stored-values.ts';
import { suppressionCheck } from './suppression-check.ts';

/**
 * SQL of a JSON array for readNumberState, in the contact's order, from a relation that holds the rows
 * of all its numbers. Expects the contact as `c`. A number has a result once it is done with, and none while
 * it may be dialled again; what it came to before the contact was recycled is no result any more.
 */
export function numberStates(numberRows: string): string {
  return `(
    select jsonb_agg(jsonb_build_object(
      'id', m.id,
      'callStatus', case when ${hasResult} then m.call_status end,
      'dialStatus', case when ${hasResult} then m.dial_status end,
      'settledAt', m.settled_at,
      'dialable', m.valid and m.settled_at is null
        and not ${suppressionCheck('m.phone_key', 'm.campaign_id')},
      'redial', case when m.settled_at is null and m.redial_at is not null then jsonb_build_object(
        'callStatus', m.call_status, 'dialStatus', m.dial_status,
        'at', m.last_attempt_at, 'dueAt', m.redial_at
      ) end
    ) order by m.position)
    from ${numberRows} m
  )`;
}

const hasResult = 'm.settled_at is not null and coalesce(m.last_attempt_at > c.recycled_at, true)';

/** The object that numberStates builds. */
export interface StoredNumberState {
  readonly id: NumberId;
  readonly callStatus: CallStatus | null;
  readonly dialStatus: number | null;
  readonly settledAt: string | null;
  readonly dialable: boolean;
  readonly redial: {
    readonly callStatus: CallStatus;
    readonly dialStatus: number | null;
    readonly at: string;
    readonly dueAt: string;
  } | null;
}

export function readNumberState(stored: StoredNumberState): NumberState {
  const { redial } = stored;
  return {
    ...stored,
    dialStatus: dialStatusOrNull(stored.dialStatus),
    settledAt: isoTimeOrNull(stored.settledAt),
    redial: redial && {
      callStatus: redial.callStatus,
      dialStatus: dialStatusOrNull(redial.dialStatus),
      at: isoTime(redial.at),
      dueAt: isoTime(redial.dueAt),
    },
  };
}
