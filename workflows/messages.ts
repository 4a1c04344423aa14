import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AuditId, AttemptId, CampaignId, ContactId } from '../domain/ids.ts';
import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { Decision, NextStep } from '../domain/next-step.ts';

/**
 * Everything that can be said to a running workflow, by its name on the wire. Payloads hold ids and
 * codes only: who did a thing, and why in words, is in the audit log, and `auditId` points there.
 */

/** Why a person acted, for clients that write no audit entry of their own. */
export const reasonCodes = [
  'customer_request',
  'supervisor_decision',
  'wrong_number',
  'data_correction',
  'complaint',
  'other',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** Give the audit entry that tells who and why, or at least a reason code. */
export interface Because {
  readonly auditId?: AuditId;
  readonly reasonCode?: ReasonCode;
}

export interface ReassignMessage extends Because {
  readonly to: { readonly campaignId: CampaignId } | { readonly agent: string };
}
export interface RescheduleMessage extends Because {
  /** ISO 8601 with an offset or Z. */
  readonly at: string;
}

/** One of the things a person can do to a contact by hand. */
export type ManualAction =
  | ({ readonly action: 'reassign' } & ReassignMessage)
  | ({ readonly action: 'reschedule' } & RescheduleMessage)
  | ({ readonly action: 'callNow' | 'cancel' | 'suppress' } & Because);

/** `deferred`: a call is in progress, the action follows when it has ended. */
export interface ManualActionResult {
  readonly applied: 'at_once' | 'deferred';
}

export const reassignUpdate = defineUpdate<ManualActionResult, [ReassignMessage]>('reassign');
export const rescheduleUpdate = defineUpdate<ManualActionResult, [RescheduleMessage]>('reschedule');
export const callNowUpdate = defineUpdate<ManualActionResult, [Because]>('callNow');
export const cancelUpdate = defineUpdate<ManualActionResult, [Because]>('cancel');
export const suppressUpdate = defineUpdate<ManualActionResult, [Because]>('suppress');

export const reassignSignal = defineSignal<[ReassignMessage]>('reassign');
export const rescheduleSignal = defineSignal<[RescheduleMessage]>('reschedule');
export const callNowSignal = defineSignal<[Because]>('callNow');
export const cancelSignal = defineSignal<[Because]>('cancel');
export const suppressSignal = defineSignal<[Because]>('suppress');

export interface DueMessage {
  /** The contact has another next step than it knows of, by changed rules or because it is settled. */
  readonly hasChanged?: boolean;
}
/** Nothing holds the contact back any more (resume, an opening, new rules): ask for an attempt again. */
export const dueSignal = defineSignal<[message?: DueMessage]>('due');

export interface StoryAttempt {
  readonly attemptId: AttemptId;
  readonly trunk: string;
  readonly endedAt: string;
  readonly dialStatus: DialStatus | null;
  readonly callStatus: CallStatus | null;
  /** The rule that read the evidence, and the rule that decided what comes next. */
  readonly classifiedBy: string | null;
  readonly decidedBy: string | null;
  /** What was decided; null for attempts of older versions. */
  readonly decision: Decision | null;
  /** Of the campaign's settings, by which it was decided. */
  readonly settingsVersion: number | null;
}

/** A contact's run so far, without anything personal: what happened, what is next, why not now. */
export interface ContactStory {
  readonly contactId: ContactId;
  readonly calling: { readonly attemptId: AttemptId; readonly trunk: string } | null;
  /** The latest 20. */
  readonly attempts: readonly StoryAttempt[];
  readonly next: NextStep;
}
export const storyQuery = defineQuery<ContactStory>('story');

/** Input of the workflow `contact`; its id alone is enough for a Temporal client without anything else. */
export interface ContactInput {
  readonly contactId: ContactId;
  /** Of its campaign; without them they are looked up before it is dialled. */
  readonly trunks?: readonly string[];
  /** Set when the run continues an earlier one. */
  readonly carriedOver?: { readonly attempts: readonly StoryAttempt[]; readonly next: NextStep };
}

/** Input of the workflow `campaign`; the whole of it, so that any Temporal client can start one. */
export interface CampaignInput {
  readonly campaignId: CampaignId;
}

export type CampaignState = 'draft' | 'running' | 'paused' | 'cancelled' | 'finished';

export interface CampaignProgress {
  readonly campaignId: CampaignId;
  readonly state: CampaignState;
  readonly total: number;
  readonly connected: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly pending: number;
}
/**
 * Sent with the start: it changes nothing in a campaign that is fed, and keeps one that is about to end,
 * because it was finished, from ending before it has looked again.
 */
export const startSignal = defineSignal('start');
export const progressQuery = defineQuery<CampaignProgress | null>('progress');

export const pauseUpdate = defineUpdate<{ state: CampaignState }, [Because]>('pause');
export const resumeUpdate = defineUpdate<{ state: CampaignState }, [Because]>('resume');
export const cancelCampaignUpdate = defineUpdate<{ state: CampaignState }, [Because]>('cancel');

export interface ChangeSettingsMessage extends Because {
  /** A version that is already stored; settings hold a caller id, so they never travel here. */
  readonly version: number;
}
export const changeSettingsUpdate = defineUpdate<{ version: number }, [ChangeSettingsMessage]>(
  'changeSettings',
);
