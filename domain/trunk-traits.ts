import type { ReasonDialect } from './reason-dialect.ts';

/** What classification needs to know of the trunk and its PBX. */
export interface TrunkTraits {
  readonly reasonDialect: ReasonDialect;
  /** false: the carrier never reports ringing, so silence is no sign of trouble. */
  readonly reportsRinging: boolean;
}
