import type { CampaignSettings } from '../campaign-settings.ts';
import type { TrunkLimits } from '../trunk-limits.ts';
import type { CallDurations } from './call-durations.ts';
import type { Ending } from './call-outcomes.ts';
import type { ForecastAssumptions } from './forecast.ts';
import { seededRandom } from './seeded-random.ts';
import { pickShare, type Share } from './shares.ts';

/** What is to be forecast, and what is taken for granted. */
export interface ForecastPlan {
  readonly settings: CampaignSettings;
  /** By name; all of the settings' trunks. */
  readonly trunks: Readonly<Record<string, TrunkLimits>>;
  /** At least 1. */
  readonly contacts: number;
  /** At least 1. */
  readonly numbersPerContact: number;
  /** Zones of the contacts; null: they have none of their own. */
  readonly zones: readonly Share<string>[] | null;
  /** How attempts end. */
  readonly outcomes: readonly Share<Ending>[];
  readonly durations: CallDurations;
  readonly start: Date;
  /** A whole number. */
  readonly seed: number;
  /** Told of every call that ends. */
  readonly onCall?: (call: ForecastCall) => void;
}

export interface ForecastCall {
  /** From 0, in the order of import. */
  readonly contact: number;
  /** From 1. */
  readonly attemptNo: number;
  /** Position among the contact's numbers, from 0. */
  readonly number: number;
  readonly trunk: string;
  readonly began: Date;
  readonly ended: Date;
  readonly callStatus: Ending;
}

/** The zone of a contact (from 0); null when it has none of its own. */
export function zoneOfContact(
  { zones, seed }: Pick<ForecastPlan, 'zones' | 'seed'>,
  contact: number,
): string | null {
  return zones === null ? null : pickShare(zones, seededRandom(seed, contact, 0));
}

/** What a forecast says it took for granted. */
export function assumptionsOf(plan: ForecastPlan): ForecastAssumptions {
  const { settings, numbersPerContact, outcomes, durations } = plan;
  const byStatus = (value: (share: Share<Ending>) => number) =>
    Object.fromEntries(outcomes.map((share) => [share.of, value(share)]));
  return {
    timeZone: settings.timeZone,
    numbersPerContact,
    outcomes: byStatus(({ share }) => Math.round(share * 10_000) / 100),
    callSeconds: byStatus(({ of }) => durations[of] / 1000),
  };
}
