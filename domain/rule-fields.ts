import { z } from 'zod';
import {
  duration,
  numberBetween,
  optional,
  required,
  section,
  text,
  wholeNumber,
  word,
  Wrong,
} from './campaign-fields.ts';
import { callStatuses, type CallStatus } from './call-status.ts';
import type {
  CampaignSettings,
  RecycleRule,
  RetargetRule,
  RetargetTarget,
} from './campaign-settings.ts';
import { dialStatuses, type DialStatus } from './dial-status.ts';

/** A campaign's name, in a file and in the rules that point to it. */
export const campaignName = text(
  /^[a-z0-9][a-z0-9-]{0,79}$/,
  'use 1 to 80 lower-case letters, digits and -, such as "spring-renewals"',
);

// Reached already, or never to be reached: a redial would harass somebody.
const neverRedialled: ReadonlySet<CallStatus | DialStatus> = new Set<CallStatus | DialStatus>([
  'answered',
  'transferred',
  'restricted',
  'cancelled',
  'ANSWER',
]);

const recycleKeys = [...callStatuses, ...dialStatuses].filter((key) => !neverRedialled.has(key));

// The person has or may have been reached: another of their numbers would ring them again.
const redialledBeforeOthers: ReadonlySet<CallStatus | DialStatus> = new Set<CallStatus>([
  'abandoned',
  'unconfirmed',
]);

// At least a second, and at most a hundred times: no rule rings somebody without end.
const recycleEntry = section({
  after: required(duration('1s', '365d')),
  max: required(wholeNumber(0, 100)),
  backoff: optional(numberBetween(1, 10), 1),
  longest: optional(duration('1s', '365d'), null),
  jitter: optional(duration('1s', '1d'), null),
  timeOfDay: optional(word(['other'] as const, 'a time of day'), null),
  nextNumber: optional(word(['first', 'last'] as const, 'a turn of the next number'), null),
});

function recycleRule(status: CallStatus | DialStatus) {
  return recycleEntry.transform(({ after, max, backoff, ...more }, context): RecycleRule => {
    const refuse = (key: string, message: string) => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (more.longest !== null && more.longest < after) {
      refuse('longest', 'this must not be shorter than after: the delay begins with that');
    }
    if (more.nextNumber === 'first' && redialledBeforeOthers.has(status)) {
      refuse('nextNumber', `who is ${status} may have been reached: this number comes first`);
    }
    return {
      afterMs: after,
      max,
      backoff,
      ...(more.longest !== null && { longestMs: more.longest }),
      ...(more.jitter !== null && { jitterMs: more.jitter }),
      ...(more.timeOfDay !== null && { timeOfDay: more.timeOfDay }),
      ...(more.nextNumber === 'first' && { nextNumber: more.nextNumber }),
    };
  });
}

/** The `recycle` of a campaign file: redials by call status (lower case) or dial status (upper case). */
export const recycleSection = section(
  Object.fromEntries(recycleKeys.map((key) => [key, recycleRule(key).optional()])),
  `no redial is possible because of this; known: ${recycleKeys.join(', ')}`,
).transform((rules) => rules as CampaignSettings['recycle']);

// What an attempt can end with; the others are never the result of a call.
const attemptStatuses = callStatuses.filter(
  (status) => status !== 'restricted' && status !== 'cancelled',
);

/** One entry of `retarget` of the campaign file that has the name `ownName`. */
export function retargetSection(agents: readonly string[], ownName: unknown) {
  const otherCampaign = (value: unknown) =>
    value === ownName
      ? new Wrong('a campaign cannot retarget to itself: use recycle to dial again')
      : campaignName(value);
  const to = section({
    campaign: optional(otherCampaign, null),
    agent: optional(word(agents, 'an agent of dialer.yaml'), null),
  }).transform(({ campaign, agent }, context): RetargetTarget => {
    if (campaign !== null && agent === null) return { kind: 'campaign', campaign };
    if (agent !== null && campaign === null) return { kind: 'agent', agent };
    context.addIssue({ code: 'custom', message: 'give exactly one of: campaign, agent' });
    return z.NEVER;
  });
  const when = section({
    callStatus: required(word(attemptStatuses, 'the call status of an attempt')),
    attempts: required(wholeNumber(1, 100)),
  });
  return section({ when, to, after: optional(duration('1s', '365d'), null) }).transform(
    ({ after, ...rule }): RetargetRule => (after === null ? rule : { ...rule, afterMs: after }),
  );
}
