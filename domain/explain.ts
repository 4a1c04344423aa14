import type { BlockReason, Decision } from './next-step.ts';
import { toSecond } from './to-second.ts';

/**
 * Why a contact is or was not called, in a sentence. The dashboard and the command line say it with
 * the same words; the codes behind them are what programs read.
 */

/** What was decided after an attempt, by which rule. */
export function explainDecision(decision: Decision): string {
  return `${whatFollows(decision)} (${decision.rule})`;
}

function whatFollows(decision: Decision): string {
  if (decision.next === 'end') return `ends as ${decision.callStatus}`;
  if (decision.next === 'dial') {
    const { becauseOf, at, redialAt } = decision;
    const what = becauseOf === null ? 'dials another number' : 'dials again';
    const later = redialAt === undefined ? '' : `, this one again from ${toSecond(redialAt)} on`;
    return `${what} at ${toSecond(at)}${later}`;
  }
  const { to, at } = decision;
  const whom = to.kind === 'agent' ? `agent ${to.agent}` : `campaign ${to.campaign}`;
  return `goes to ${whom}${at === undefined ? '' : `, from ${toSecond(at)} on`}`;
}

/** What a contact waits for that is not being called; `reason` as lists show it. */
export function explainWaiting(reason: string): string {
  const text: string | undefined = Object.hasOwn(waitingTexts, reason)
    ? waitingTexts[reason as BlockReason]
    : undefined;
  return text ?? reason;
}

const waitingTexts: Readonly<Record<BlockReason | ListedReason, string>> = {
  call: 'a call is in progress',
  redial: 'the time of its next attempt',
  turn: 'its turn: it is due, until a line is free',
  paused: 'its campaign to be resumed',
  campaign_not_running: 'its campaign to be started',
  not_due: 'the time of its next attempt',
  calling_window: 'its calling window to open',
  no_opening: 'other rules: there is no time at which all its calling windows are open',
  number_daily_cap: 'the next day: its number was dialled as often as one day allows',
  cap: 'a cap on calls: as many were made as its period allows',
  cool_off: 'the end of a cool-off after an earlier call',
  suppression_list_old:
    'a newer suppression list: the campaign requires one, and it is too old or missing',
  phone_in_call: 'another call to the same phone to be over',
  agent: 'a person to ask for the call (call-now), which its agent then gets',
  retarget_target: 'a person: the campaign it should go to is missing or cancelled',
  trunk_unavailable: 'its trunk, whose process is stopping or gone',
  trunk_not_used: 'a trunk that its campaign uses: the one it asked is not among them any more',
  not_owner: 'its trunk to be taken over by another process',
  pbx_unreachable: 'its PBX, which does not answer',
  database_unreachable: 'Postgres, which does not answer',
  attempt_in_progress: 'an earlier attempt whose outcome is still being learnt',
  claim_expired: 'a new attempt: the last one was given up before it was sent',
  rules_changed: 'to be judged by the rules that were changed',
};

/** Reasons that only lists show, because no step of a workflow has them. */
type ListedReason = 'call' | 'redial' | 'rules_changed';
