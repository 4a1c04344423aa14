import type { FarEndBehaviour } from '../carrier-plan.ts';
import { redirection } from './redirect-relay.ts';

const untilGivenUp = 'Wait(86400)';

/** Folder of asterisk/sounds, as the dialplan of an instance names it. */
export const soundFolder = 'dialer-sounds';

/** What the carrier's dialplan does with a call. */
export function farEndSteps(behaviour: FarEndBehaviour): string[] {
  switch (behaviour.kind) {
    case 'answer':
      return answerSteps(behaviour);
    case 'ring':
      return ['Ringing()', untilGivenUp];
    case 'early_media':
      return ['Progress()', untilGivenUp];
    case 'silence':
      return [untilGivenUp];
    case 'redirect':
      return [redirection('302', behaviour.redirectsTo)];
    case 'refuse':
      return refuseSteps(behaviour);
  }
}

/** Refuses with a code that is known when the call is there. */
export function refusalOf(sipCode: string): string {
  return sipCode.startsWith('3') ? redirection(sipCode, null) : `PJSIPHangup(${sipCode})`;
}

function answerSteps(answer: Extract<FarEndBehaviour, { kind: 'answer' }>): string[] {
  const { first, says, hangsUp, afterMs = 1_000 } = answer;
  const end = [...(afterMs > 0 ? [`Wait(${afterMs / 1_000})`] : []), 'Hangup(16)'];
  return [
    ...firstSteps(first ?? null),
    'Answer()',
    ...(says === undefined ? [] : [`Playback(${soundFolder}/${says})`]),
    ...(answer.refers === true ? ['Wait(1)', 'Transfer(PJSIP/sip:501@127.0.0.1)'] : []),
    ...(hangsUp ? end : [untilGivenUp]),
  ];
}

function refuseSteps(refusal: Extract<FarEndBehaviour, { kind: 'refuse' }>): string[] {
  const { sipCode, ringsFirst, earlyMediaFirst = false, q850 } = refusal;
  return [
    ...firstSteps(ringsFirst ? 'ring' : earlyMediaFirst ? 'early_media' : null),
    // With a cause, Asterisk chooses the SIP code itself and sends the cause in a Reason header.
    q850 === undefined ? refusalOf(String(sipCode)) : `Hangup(${q850})`,
  ];
}

function firstSteps(first: 'ring' | 'early_media' | null): string[] {
  if (first === null) return [];
  return [first === 'ring' ? 'Ringing()' : 'Progress()', 'Wait(1)'];
}
