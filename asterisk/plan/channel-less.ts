import { failed, plainOrder, row, timedOut } from './build-outcome.ts';
import type { ExpectedOutcome, Outcome } from './outcome.ts';

const noChannel: ExpectedOutcome = {
  ...failed('no-channel', 'FAILURE', 'dialing_error', null, null),
  issabel: { dialStatus: 'NO_ANSWER', callStatus: 'no_answer' },
};

const source = 'measured: Failure, Reason 0, and never a Hangup';

/** Calls that never reach the carrier, because the PBX has no way there. */
export const channelLess: readonly Outcome[] = [
  lost(
    'no-technology',
    'names a technology the PBX does not have',
    'Nothing/{number}',
    noChannel,
    source,
  ),
  lost(
    'no-endpoint',
    'names an endpoint the PBX does not have',
    'PJSIP/{number}@nobody',
    noChannel,
    source,
  ),
  lost(
    'unregistered',
    'goes to a trunk that has not registered',
    'PJSIP/{number}@unregistered',
    noChannel,
    source,
  ),
  lost(
    'no-phone',
    'goes to a device that has not registered',
    'PJSIP/unregistered',
    noChannel,
    source,
  ),
  lost(
    'unreachable',
    'goes to a trunk known to be unreachable',
    'PJSIP/{number}@unreachable',
    noChannel,
    source,
  ),
  lost(
    'dead',
    'goes to a trunk that is dead, which nobody has noticed',
    'PJSIP/{number}@dead',
    timedOut('silence'),
    'RFC 3261 §17.1.1.2: timer B is 32 s; our own time-out comes first',
  ),
];

function lost(
  code: string,
  title: string,
  dialString: string,
  expected: ExpectedOutcome,
  why: string,
): Outcome {
  const change = { digits: '200', order: { ...plainOrder, dialString } };
  return row(code, title, { kind: 'silence' }, expected, why, change);
}
