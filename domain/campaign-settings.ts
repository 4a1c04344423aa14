import type { CallStatus } from './call-status.ts';
import type { DialStatus } from './dial-status.ts';

/** A campaign file after validation: every duration in milliseconds, every default filled in. */
export interface CampaignSettings {
  readonly name: string;
  /** Names of trunks of dialer.yaml, tried in this order. */
  readonly trunks: readonly string[];
  /** ISO 3166-1 alpha-2; how a national number is read. */
  readonly defaultCountry: string | null;
  /** The campaign's own IANA zone, for contacts whose zone is not known. */
  readonly timeZone: string;
  readonly callerId: string | null;
  /** 5 000 to 120 000. */
  readonly ringTimeoutMs: number;
  readonly connect: ConnectTarget;
  /** null: nobody listens for answering machines. */
  readonly answeringMachine: AnsweringMachine | null;
  /** null: any time. */
  readonly callingWindow: CallingWindow | null;
  readonly attempts: {
    readonly perContact: number | null;
    readonly perNumberPerDay: number | null;
    /** To the same phone over all campaigns, ever; absent: no limit. */
    readonly perPerson?: number;
    /** To the same phone over all campaigns, in a calendar day of the contact's zone. */
    readonly perPersonPerDay?: number;
  };
  /** The campaign's own and those of its rule packs; absent: none. */
  readonly caps?: readonly Cap[];
  /** The campaign's own and those of its rule packs; absent: none. */
  readonly coolOffs?: readonly CoolOff[];
  /** The rule packs as they were when this version was made; absent: none. */
  readonly rules?: readonly AdoptedRulePack[];
  readonly recycle: Readonly<Partial<Record<CallStatus | DialStatus, RecycleRule>>>;
  readonly retarget: readonly RetargetRule[];
  /** Suppression lists without which nobody is dialled; absent: none. */
  readonly suppression?: { readonly lists: readonly RequiredList[] };
}

/** Where an answered call goes. */
export type ConnectTarget =
  | { readonly kind: 'context'; readonly context: string; readonly extension: string }
  | { readonly kind: 'queue'; readonly queue: string }
  | { readonly kind: 'agent'; readonly agent: string }
  | { readonly kind: 'play'; readonly sound: string };

/** What is done about answering machines: hang up, leave a message (a sound of the PBX), or connect them too. */
export type AnsweringMachine =
  { readonly action: 'hangup' | 'pass' } | { readonly action: 'message'; readonly message: string };

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export interface CallingWindow {
  readonly days: readonly Weekday[];
  /** Minutes after local midnight, 0 to 1439. */
  readonly fromMinute: number;
  /** Minutes after local midnight, 1 to 1440 (`24:00`); later than fromMinute. */
  readonly toMinute: number;
  /**
   * `contact`: the contact's zone, else those the number may lie in, else the campaign's; otherwise
   * one IANA zone for everybody.
   */
  readonly timeZone: string;
  /** Closed on these days of the zone, `YYYY-MM-DD`, in order; absent: on none. */
  readonly holidays?: readonly string[];
}

/**
 * Whose attempts a limit looks at. `person`: those to the same phone, over all campaigns; `campaign`:
 * those to the same phone in this campaign; `contact`: those of the contact to any of its numbers,
 * and of the contacts it was retargeted from.
 */
export type LimitScope = 'person' | 'campaign' | 'contact';

/** No more than `max` attempts in any stretch of time of that length. */
export interface Cap {
  /** As a refusal names it, such as `us-florida: 3 calls in 24h`. */
  readonly rule: string;
  readonly max: number;
  /** null: in a calendar day of the contact's zone. */
  readonly perMs: number | null;
  readonly scope: LimitScope;
  /** Only attempts that ended so; null: all. */
  readonly counts: readonly CallStatus[] | null;
}

/** No attempt within `forMs` of the end of one that had one of these statuses. */
export interface CoolOff {
  /** As a refusal names it, such as `uk-ofcom: 72h after abandoned`. */
  readonly rule: string;
  readonly after: readonly CallStatus[];
  readonly forMs: number;
  readonly scope: LimitScope;
}

/** What a campaign took over of a rule pack, besides its caps and cool-offs. */
export interface AdoptedRulePack {
  readonly name: string;
  /** When its figures were looked up, `YYYY-MM-DD`. */
  readonly date: string;
  readonly title: string;
  /** One of them must be open; empty: at any time. */
  readonly windows: readonly CallingWindow[];
}

/** Redial granted because of a status. */
export interface RecycleRule {
  readonly afterMs: number;
  /** How many redials this status may cause for one contact. */
  readonly max: number;
  /** Factor on the delay for every redial already granted because of this status; 1 = constant. */
  readonly backoff: number;
  /** What the delay grows to at most; absent: 365 days. */
  readonly longestMs?: number;
  /** By up to this much the redial is later than that, at random; absent: not at all. */
  readonly jitterMs?: number;
  /** `other`: not in the part of the day in which the call was made. Absent: whenever. */
  readonly timeOfDay?: 'other';
  /** `first`: the contact's other numbers are dialled before this one again. Absent: after its redials. */
  readonly nextNumber?: 'first';
}

/** The list of a source, no older than this. */
export interface RequiredList {
  readonly source: string;
  readonly maxAgeMs: number;
}

export interface RetargetRule {
  readonly when: { readonly callStatus: CallStatus; readonly attempts: number };
  readonly to: RetargetTarget;
  /** How long after the attempt's end the target may dial; absent: at once. */
  readonly afterMs?: number;
}

export type RetargetTarget =
  | { readonly kind: 'campaign'; readonly campaign: string }
  | { readonly kind: 'agent'; readonly agent: string };
