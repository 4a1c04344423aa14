import { channelLess } from './plan/channel-less.ts';
import { localOutcomes } from './plan/local-outcomes.ts';
import type { ExpectedOutcome, Outcome } from './plan/outcome.ts';
import { carrierPlan } from './carrier-plan.ts';

/** The one table of outcomes: every call the suite, the recordings and the simulator know. */
export const outcomePlan: readonly Outcome[] = [...carrierPlan, ...localOutcomes, ...channelLess];

/**
 * The number to dial for a row: the digits that choose the far end, after a prefix that is its own, so
 * that the carrier's record tells rows apart. Fictional: no such numbers are given out.
 */
export function numberFor(outcome: Outcome): string {
  const index = outcomePlan.indexOf(outcome);
  const prefix = isOverTrunk(outcome) ? '00' : String(10 + Math.floor(index % 80));
  return `525557${prefix}${outcome.times ?? 0}${outcome.digits}`;
}

function isOverTrunk({ order }: Outcome): boolean {
  return order.dialString === 'PJSIP/{number}@carrier';
}

const byCode: ReadonlyMap<string, Outcome> = new Map(outcomePlan.map((row) => [row.code, row]));

/** What is reported of a row: what is expected, or what is expected of the row it cannot be told from. */
export function reportedOf(outcome: Outcome): ExpectedOutcome {
  if (outcome.sameEvidenceAs === undefined) return outcome.expected;
  const other = byCode.get(outcome.sameEvidenceAs);
  if (other === undefined) throw new Error(`no outcome has the code ${outcome.sameEvidenceAs}`);
  return other.expected;
}
