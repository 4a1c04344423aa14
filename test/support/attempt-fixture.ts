/** Claims and outcomes for tests of the database, without a PBX. */
import assert from 'node:assert/strict';
import { claimAttempt, type ClaimResult } from '../../db/claim-attempt.ts';
import type { Claim } from '../../db/claim-details.ts';
import type { Database } from '../../db/open-database.ts';
import { recordOutcome, type RecordedOutcome } from '../../db/record-outcome.ts';
import type { CallStatus } from '../../domain/call-status.ts';
import type { Classification } from '../../domain/classify-call.ts';
import type { DialStatus } from '../../domain/dial-status.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import type { Decision } from '../../domain/next-step.ts';
import { newAttemptId, testTrunk } from './campaign-fixture.ts';

export function claimContact(
  db: Database,
  contactId: ContactId,
  ownerEpoch: number,
  attemptId: AttemptId = newAttemptId(),
): Promise<ClaimResult> {
  return claimAttempt(db, { attemptId, contactId, trunk: testTrunk, ownerEpoch });
}

/** A claim that must be granted. */
export async function claimed(
  db: Database,
  contactId: ContactId,
  ownerEpoch: number,
): Promise<Claim> {
  const result = await claimContact(db, contactId, ownerEpoch);
  assert.equal(reasonOf(result), 'claimed');
  return result.kind === 'claimed' ? result.claim : assert.fail();
}

/** `claimed`, `existing`, or why it was refused. */
export function reasonOf(result: ClaimResult): string {
  return result.kind === 'refused' ? result.reason : result.kind;
}

export interface TestOutcome {
  readonly callStatus: CallStatus;
  readonly dialStatus?: DialStatus | null;
  /** Default: the contact ends with this status. */
  readonly decision?: Decision;
  readonly now?: string;
  /** The rule that read the evidence; default `test`. */
  readonly rule?: string;
}

/** Records how an attempt ended. */
export function endAttempt(
  db: Database,
  attemptId: AttemptId,
  outcome: TestOutcome,
): Promise<RecordedOutcome> {
  const { callStatus, dialStatus = null, decision, rule = 'test' } = outcome;
  const { now = new Date().toISOString() } = outcome;
  return recordOutcome(db, {
    attemptId,
    state: callStatus === 'unconfirmed' ? 'unconfirmed' : 'ended',
    classification: { ...classification(callStatus, dialStatus), rule, endedAt: now },
    evidence: [],
    decision: decision ?? { next: 'end', callStatus, dialStatus, rule: 'test' },
    now,
  });
}

/** A status that no evidence stands behind. */
export function classification(
  callStatus: CallStatus,
  dialStatus: DialStatus | null = null,
): Classification {
  return {
    dialStatus,
    callStatus,
    rule: 'test',
    confidence: 'certain',
    hungUpBy: null,
    ringMs: null,
    talkMs: null,
    transferredTo: null,
    response: null,
    reason: null,
    cause: null,
    causeText: null,
    techCause: null,
    answeredAt: null,
    endedAt: null,
  };
}

/** A redial of the same number at a time, granted by a recycle rule of this status. */
export function redial(claim: Claim, because: CallStatus, at = new Date()): Decision {
  return {
    next: 'dial',
    numberId: claim.numberId,
    at: at.toISOString(),
    becauseOf: because,
    rule: 'test',
  };
}
