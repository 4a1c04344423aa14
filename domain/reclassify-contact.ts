/**
 * What changes with the status of recorded attempts: the numbers they were made to, the counts of the
 * lineage, and the contact. Decisions stay as they were taken: a settled contact is never reopened, and
 * the only thing that happens to a waiting one is that it is not rung again when it turns out to have
 * been reached.
 */
import { bestResult, type CallStatus, type NumberResult } from './call-status.ts';
import type { Classification } from './classify-call.ts';
import type { Confidence } from './call-outcome.ts';
import type { EvidenceEvent } from './evidence.ts';
import type { AttemptId, NumberId } from './ids.ts';

/** A Classification as it is stored; attempts of older versions lack some of it. */
export interface RecordedClassification extends Omit<Classification, 'rule' | 'confidence'> {
  readonly rule: string | null;
  readonly confidence: Confidence | null;
}

export interface RecordedAttempt {
  readonly id: AttemptId;
  readonly numberId: NumberId;
  readonly trunk: string;
  /** ISO 8601 UTC. */
  readonly claimedAt: string;
  readonly classification: RecordedClassification;
  readonly evidence: readonly EvidenceEvent[];
  /** What came after the outcome was recorded. */
  readonly lateEvidence: readonly EvidenceEvent[];
}

/** A contact with all its attempts that have an outcome. */
export interface RecordedContact {
  readonly state: 'waiting' | 'settled';
  /** null while it waits. */
  readonly callStatus: CallStatus | null;
  readonly hasLiveAttempt: boolean;
  /** The number it waits for; null when it is settled. */
  readonly nextNumberId: NumberId | null;
  /** When a person last had it dialled again after it was settled, ISO 8601; null: never. */
  readonly recycledAt: string | null;
  /** A person asked for another call after the latest of the attempts. */
  readonly isWantedByPerson: boolean;
  /** The campaign rings those again who left before an agent took the call. */
  readonly redialsAbandoned: boolean;
  /**
   * How a settled contact came to its status: by its latest attempt (it connected, or a person, a
   * retarget or the end of the campaign settled the contact), or by the best of its numbers (they or
   * the allowed attempts were used up).
   */
  readonly settledWith: 'latest' | 'best' | null;
  /** Oldest first. */
  readonly attempts: readonly RecordedAttempt[];
}

export interface AttemptChange {
  readonly attempt: RecordedAttempt;
  readonly to: Classification;
}

/** `settles`: the contact still waits and is done with. */
export interface ContactChange extends Pick<Classification, 'callStatus' | 'dialStatus'> {
  readonly settles: boolean;
}

export interface ReclassificationPlan {
  /** Those that are read differently now; a different detail is enough. */
  readonly attempts: readonly AttemptChange[];
  /** Numbers that show another latest result. */
  readonly numbers: ReadonlyMap<NumberId, Pick<Classification, 'callStatus' | 'dialStatus'>>;
  /** By how much the attempts by status change, for the contact and those it was handed on to. */
  readonly counts: Readonly<Record<string, number>>;
  /** null: the contact keeps what it has. */
  readonly contact: ContactChange | null;
}

/** Reads the attempts anew; `read` returns null for one that is to stay as it is. */
export function planReclassification(
  contact: RecordedContact,
  read: (attempt: RecordedAttempt) => Classification | null,
): ReclassificationPlan {
  const results = contact.attempts.map((attempt) => {
    const to = read(attempt);
    const isChanged = to !== null && !isSameReading(attempt.classification, to);
    return { attempt, before: attempt.classification, after: isChanged ? to : null };
  });
  const before = results.map((result) => resultOf(result.attempt, result.before));
  const after = results.map((result) => resultOf(result.attempt, result.after ?? result.before));
  return {
    attempts: results.flatMap(({ attempt, after: to }) => (to === null ? [] : [{ attempt, to }])),
    numbers: changedNumbers(before, after),
    counts: countChanges(before, after),
    contact: changeOfContact(contact, before, after),
  };
}

interface AttemptResult extends NumberResult {
  readonly numberId: NumberId;
}

function resultOf(
  { numberId, claimedAt }: RecordedAttempt,
  { callStatus, dialStatus }: RecordedClassification,
): AttemptResult {
  return { numberId, callStatus, dialStatus, at: claimedAt };
}

/** An end that the evidence does not tell was noted when the outcome was recorded, and stays. */
function isSameReading(stored: RecordedClassification, read: Classification): boolean {
  const { answeredAt, endedAt, ...rest } = read;
  return (
    isSameTime(stored.answeredAt, answeredAt) &&
    (endedAt === null || isSameTime(stored.endedAt, endedAt)) &&
    (Object.keys(rest) as (keyof typeof rest)[]).every((key) => stored[key] === rest[key])
  );
}

function isSameTime(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return Date.parse(one) === Date.parse(other);
}

function isSameResult(one: NumberResult | undefined, other: NumberResult | undefined): boolean {
  return one?.callStatus === other?.callStatus && one?.dialStatus === other?.dialStatus;
}

function changedNumbers(before: readonly AttemptResult[], after: readonly AttemptResult[]) {
  const was = latestByNumber(before);
  return new Map(
    [...latestByNumber(after)].filter(([id, result]) => !isSameResult(was.get(id), result)),
  );
}

/** A number shows the result of the latest attempt that was made to it. */
function latestByNumber(results: readonly AttemptResult[]): Map<NumberId, AttemptResult> {
  const latest = new Map<NumberId, AttemptResult>();
  for (const result of results) {
    // Anew at the end: in the order of the latest attempts.
    latest.delete(result.numberId);
    latest.set(result.numberId, result);
  }
  return latest;
}

function countChanges(before: readonly AttemptResult[], after: readonly AttemptResult[]) {
  const counts: Record<string, number> = {};
  const add = (status: CallStatus, by: number) => (counts[status] = (counts[status] ?? 0) + by);
  for (const { callStatus } of before) add(callStatus, -1);
  for (const { callStatus } of after) add(callStatus, 1);
  return Object.fromEntries(Object.entries(counts).filter(([, by]) => by !== 0));
}

function changeOfContact(
  contact: RecordedContact,
  before: readonly AttemptResult[],
  after: readonly AttemptResult[],
): ContactChange | null {
  const [was, is] = [sinceRecycled(contact, before), sinceRecycled(contact, after)];
  if (contact.state === 'waiting') {
    const redialled = (result: AttemptResult) => result.numberId === contact.nextNumberId;
    return (
      settleIfReached(contact, was.at(-1), is.at(-1)) ??
      settleIfReached(contact, was.findLast(redialled), is.findLast(redialled))
    );
  }
  // Refused before its first call since then, it has kept what it had.
  return was.length > 0
    ? changeOfSettled(contact, was, is)
    : changeOfSettled(contact, before, after);
}

/** Whom a person had dialled again after a call is not settled by what that call was. */
function sinceRecycled(
  { recycledAt }: RecordedContact,
  results: readonly AttemptResult[],
): readonly AttemptResult[] {
  if (recycledAt === null) return results;
  return results.filter(({ at }) => Date.parse(at) > Date.parse(recycledAt));
}

function changeOfSettled(
  contact: RecordedContact,
  before: readonly AttemptResult[],
  after: readonly AttemptResult[],
): ContactChange | null {
  const choose = contact.settledWith === 'best' ? bestOfNumbers : latestOf;
  const was = choose(before);
  const is = choose(after);
  // A status that did not come from the attempts does not go with them either.
  if (is === null || was?.callStatus !== contact.callStatus || isSameResult(was, is)) return null;
  return { settles: false, callStatus: is.callStatus, dialStatus: is.dialStatus };
}

/**
 * Whoever was reached is not rung again, be it by the latest call or by the latest one to the number
 * that is next, which may have been before calls to others. But a call in progress is let be, what a person has asked for
 * since stays asked for, and a contact that waits although it was reached does so by a rule.
 */
function settleIfReached(
  contact: RecordedContact,
  was: AttemptResult | undefined,
  is: AttemptResult | undefined,
): ContactChange | null {
  if (was === undefined || is === undefined) return null;
  if (contact.hasLiveAttempt || contact.isWantedByPerson) return null;
  if (isAnswered(was.callStatus) || was.callStatus === is.callStatus) return null;
  const isReached = is.callStatus === 'abandoned' && !contact.redialsAbandoned;
  if (!isReached && !isAnswered(is.callStatus)) return null;
  return { settles: true, callStatus: is.callStatus, dialStatus: is.dialStatus };
}

/** A machine is not the person; decide-next.ts ends a contact by the same rule. */
function isAnswered(status: CallStatus): boolean {
  return status === 'answered' || status === 'transferred';
}

function latestOf(results: readonly AttemptResult[]): AttemptResult | null {
  return results.at(-1) ?? null;
}

/** Numbers that were never dialled are failed, and were so before the latest attempt: they never win. */
function bestOfNumbers(results: readonly AttemptResult[]): NumberResult | null {
  return bestResult([...latestByNumber(results).values()]);
}
