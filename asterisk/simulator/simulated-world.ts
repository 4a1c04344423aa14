import type { AmiFields } from './ami-wire.ts';
import type { CarrierMemory } from './carrier-memory.ts';
import type { Channel } from './channel.ts';
import type { ScaledTimers } from './scaled-timers.ts';
import type { SimulatorFaults } from './simulator-faults.ts';
import type { SimulatorTiming } from './simulator-timing.ts';

/** What a simulated call needs of its surroundings. */
export interface SimulatedWorld {
  readonly timing: SimulatorTiming;
  readonly timers: ScaledTimers;
  readonly faults: SimulatorFaults;
  readonly carrier: CarrierMemory;
  /** Calls in progress, by Uniqueid in lower case. */
  readonly calls: Map<string, LiveCall>;
  /** Says it to every session that may hear of its class. */
  emit(fields: AmiFields): void;
  /** 0, 1, 2 … : names channels, and picks among orders of events that a real PBX mixes. */
  next(): number;
}

/** A call in progress. */
export interface LiveCall {
  /** One channel, or both halves of a Local pair. */
  readonly channels: readonly Channel[];
  /** Ends it as the manager action Hangup does. */
  hangUp(cause: number): void;
}
