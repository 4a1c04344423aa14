import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId } from '../domain/ids.ts';

/**
 * What this process knows first-hand of its calls. Two things only it can tell: whether it still
 * holds a call (then a reconcile joins it, and a false time-out is harmless), and whether an attempt
 * that stands in Postgres as `sending` was given up before a byte left.
 */
export interface CallRegistry {
  /** Marks the attempt as in the hands of placeCall until `held` settles. */
  hold(attemptId: AttemptId, held: Promise<unknown>): void;
  /** Resolves when placeCall has let go of the attempt; null when it does not hold it. */
  whenLetGo(attemptId: AttemptId): Promise<void> | null;
  /** placeCall ended without writing this attempt, and its id will never be used again. */
  noteNeverSent(attemptId: AttemptId): void;
  /** True only when it is proven; false says nothing. */
  wasNeverSent(attemptId: AttemptId): boolean;
  /** The evidence of an ended call that Postgres could not take. */
  keepEvidence(attemptId: AttemptId, evidence: readonly EvidenceEvent[]): void;
  /** It is in Postgres now. */
  forgetEvidence(attemptId: AttemptId): void;
  /** undefined when another process saw it end, or too many others have since. */
  keptEvidence(attemptId: AttemptId): readonly EvidenceEvent[] | undefined;
}

/** Forgetting is safe (`wasNeverSent` then says nothing), so a bound is enough. */
const remembered = 100_000;
/** The same evidence travels in the workflow, but for where a transferred call went. */
const mostKept = 10_000;

export function createCallRegistry(): CallRegistry {
  const neverSent = new Set<AttemptId>();
  const held = new Map<AttemptId, Promise<void>>();
  const kept = new Map<AttemptId, readonly EvidenceEvent[]>();

  return {
    hold(attemptId, promise) {
      const forget = () => void held.delete(attemptId);
      held.set(attemptId, promise.then(forget, forget));
    },
    whenLetGo: (attemptId) => held.get(attemptId) ?? null,
    noteNeverSent(attemptId) {
      neverSent.add(attemptId);
      const [oldest] = neverSent;
      if (neverSent.size > remembered && oldest !== undefined) neverSent.delete(oldest);
    },
    wasNeverSent: (attemptId) => neverSent.has(attemptId),
    keepEvidence(attemptId, evidence) {
      kept.set(attemptId, evidence);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    },
    forgetEvidence: (attemptId) => void kept.delete(attemptId),
    keptEvidence: (attemptId) => kept.get(attemptId),
  };
}
