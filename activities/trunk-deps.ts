import type { Logger } from 'pino';
import type { PbxLink } from '../ami/pbx-link.ts';
import type { Database } from '../db/open-database.ts';
import type { ReasonDialect } from '../domain/reason-dialect.ts';
import type { CallRegistry } from './call-registry.ts';
import type { TrunkGate } from './trunk-gate.ts';

/** A trunk of dialer.yaml, as the activities need it. */
export interface TrunkProfile {
  readonly name: string;
  readonly dialString: string;
  readonly numberFormat: 'digits' | 'e164' | 'national';
  readonly reasonDialect: ReasonDialect;
  /** False for trunks that never report ringing, where silence proves nothing. */
  readonly reportsRinging: boolean;
}

/** What the activities of a trunk work with; made by the process that owns the trunk. */
export interface TrunkDeps {
  readonly db: Database;
  readonly link: PbxLink;
  readonly gate: TrunkGate;
  readonly registry: CallRegistry;
  readonly trunk: TrunkProfile;
  /** Endpoints of agents by name. */
  readonly agents: Readonly<Record<string, { readonly endpoint: string }>>;
  /** The epoch this process raised; null once ownership is lost, and then nothing is sent. */
  readonly ownerEpoch: () => number | null;
  /** Aborted when the owner stops or loses the trunk: calls go on, but no new one begins. */
  readonly noNewCalls: AbortSignal;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Two clocks, in milliseconds: one never steps but may stop with the machine, the other may step. */
export interface Clock {
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}
