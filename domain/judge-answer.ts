import { ruling, type CallOutcome } from './call-outcome.ts';
import type { EvidenceSummary } from './read-evidence.ts';

/**
 * What an answered call was, by the first of these that the evidence shows: a machine took it; it was
 * sent on; somebody took it; no sound passed; the contact left while a machine was being listened for, or before anybody
 * took it; answered. What was not seen counts only in a record without holes.
 *
 * `answeredBy` is the rule that proved the answer, and the rule of a plain `answered`.
 */
export function judgeAnswer(summary: EvidenceSummary, answeredBy: string): CallOutcome {
  const { ordered, target, hasHole } = summary;
  if (isMachine(summary)) return ruling('ANSWER', 'voicemail', 'machine-detected', 'likely');
  if (target.transfer)
    return ruling('ANSWER', 'transferred', `transfer-${target.transfer.how}`, 'certain');
  if (target.takenAt !== null) return ruling('ANSWER', 'answered', 'agent-took', 'certain');
  if (hasNoSound(summary)) {
    return ruling('ANSWER', 'abandoned', 'abandoned-without-sound', 'likely');
  }
  const wasExpected = expectsSomebody(summary);
  if (hasHole) return ruling('ANSWER', 'answered', answeredBy, wasExpected ? 'likely' : 'certain');
  if (target.machine?.status === 'HANGUP' && summary.hungUpBy === 'contact') {
    return ruling('ANSWER', 'abandoned', 'abandoned-in-detection', 'certain');
  }
  if (wasExpected) return ruling('ANSWER', 'abandoned', 'abandoned-before-agent', 'certain');
  // The shipped dialplan always says what it heard: without AMD, or unheard by us, nothing is sure.
  const heard = target.machine?.status ?? 'HANGUP';
  const isUnheard = ordered !== null && ordered.machine !== 'off' && heard === 'HANGUP';
  if (isUnheard) return ruling('ANSWER', 'answered', answeredBy, 'unsure');
  return ruling('ANSWER', 'answered', answeredBy, answeredBy === 'seen-up' ? 'likely' : 'certain');
}

/** Silence after the answer proves nothing: AMD calls it a machine, and a person may be listening. */
function isMachine({ target: { machine } }: EvidenceSummary): boolean {
  return machine?.status === 'MACHINE' && !machine.cause.startsWith('INITIALSILENCE');
}

/** Asterisk could not agree on a codec with whoever answered, and ended the call with 406 at once. */
export function hasNoSound({ techCause, target }: EvidenceSummary): boolean {
  return techCause === '406' && target.takenAt === null;
}

/** An announcement, or a dialplan that calls nobody, is there from the first moment. */
function expectsSomebody(summary: EvidenceSummary): boolean {
  const { ordered, target } = summary;
  const connect = ordered?.connect ?? 'context';
  if (connect === 'queue' || connect === 'agent') return true;
  if (ordered?.agentFirst === true && !target.fellBack) return true;
  return connect === 'context' && (target.somebodyWasCalled || rangNoPhone(summary));
}

/** Dial() of a phone that does not exist makes no event of its own, and leaves this on our channel. */
function rangNoPhone({ cause, techCause, hungUpBy }: EvidenceSummary): boolean {
  return hungUpBy === 'us' && cause === 3 && techCause === '404';
}
