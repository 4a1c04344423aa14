import type { CallStatus, Group } from '../call-status.ts';
import type { BlockReason } from '../next-step.ts';

/** What a campaign is expected to do. Times are ISO 8601 UTC. */
export interface Forecast {
  readonly campaign: string;
  readonly startsAt: string;
  /** Of the pseudo-random outcomes; the same seed gives the same forecast. */
  readonly seed: number;
  readonly contacts: number;
  readonly attempts: number;
  /** When the last contact is settled; null when some never are. */
  readonly finishedAt: string | null;
  /** null: nobody is ever called. */
  readonly lastCallEndsAt: string | null;
  /** These and `pending` add up to `contacts`. */
  readonly groups: Readonly<Record<Group | 'pending', number>>;
  /** In percent of the contacts. */
  readonly percent: Readonly<Record<Group | 'pending', number>>;
  /** Of settled contacts; only statuses that occur. */
  readonly byCallStatus: Readonly<Partial<Record<CallStatus, number>>>;
  /** Settled contacts that went to another campaign, by its name; they have left this forecast. */
  readonly retargeted: Readonly<Record<string, number>>;
  /** Why contacts stay pending for ever. */
  readonly pendingBecause: {
    /** A person must ask for the call; by the agent's name. */
    readonly waitsForAgent: Readonly<Record<string, number>>;
    /** Their calling windows are never all open. */
    readonly noOpening: number;
  };
  /** By hours of the campaign's zone, in order; hours without calls are left out. */
  readonly hours: readonly ForecastHour[];
  /** What contacts wait for, the longest first. */
  readonly waits: readonly ForecastWait[];
  readonly assumed: ForecastAssumptions;
}

export interface ForecastAssumptions {
  /** The campaign's, of the hours. */
  readonly timeZone: string;
  readonly numbersPerContact: number;
  /** Percent of the attempts by the call status they end with. */
  readonly outcomes: Readonly<Partial<Record<CallStatus, number>>>;
  /** How long a call holds its channel, by the call status it ends with. */
  readonly callSeconds: Readonly<Partial<Record<CallStatus, number>>>;
}

export interface ForecastHour {
  readonly startsAt: string;
  /** Calls that begin in it, and how many of them are connected (answered by somebody or a machine). */
  readonly calls: number;
  readonly connects: number;
}

/** Why a contact waits; besides the reasons of refused claims. */
export type WaitReason =
  /** For the redial that a recycle rule granted. */
  | 'redial'
  /** For its turn: the trunk's calls per second. */
  | 'trunk_pace'
  /** For a channel of the trunk to be free. */
  | 'trunk_channels'
  | BlockReason;

export interface ForecastWait {
  readonly reason: WaitReason;
  /** The rule or the trunk behind it, by name and figure; null where the reason says it all. */
  readonly rule: string | null;
  /** Hours that contacts wait, all together. */
  readonly contactHours: number;
  /** In percent of all waiting. */
  readonly percent: number;
}
