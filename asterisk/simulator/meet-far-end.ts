import { causeOfSipCode } from '../../domain/sip-cause-of-asterisk.ts';
import type { FarEndBehaviour } from '../carrier-plan.ts';
import type { HangupCause, SimulatedCall } from './simulated-call.ts';

/** What a far end says before it answers or refuses. */
export type Sign = 'RINGING' | 'PROGRESS';

/** Lets the far end do what it does first; `over`: nobody waited for it any longer. */
export async function meetFarEnd(
  { life, world }: SimulatedCall,
  behaviour: FarEndBehaviour,
  hear: (sign: Sign) => void,
): Promise<'answered' | 'refused' | 'over'> {
  if (!(await life.lasts(world.timing.latencyMs))) return 'over';
  const sign = firstSign(behaviour);
  if (sign !== null) hear(sign);
  const waitMs = waitsFor(behaviour, sign === null ? 0 : world.timing.ringMs);
  if (waitMs > 0 && !(await life.lasts(waitMs))) return 'over';
  return behaviour.kind === 'answer' ? 'answered' : 'refused';
}

function waitsFor({ kind }: FarEndBehaviour, ringMs: number): number {
  return kind === 'ring' || kind === 'early_media' || kind === 'silence' ? Infinity : ringMs;
}

function firstSign(behaviour: FarEndBehaviour): Sign | null {
  switch (behaviour.kind) {
    case 'ring':
      return 'RINGING';
    case 'early_media':
      return 'PROGRESS';
    case 'answer':
      if (behaviour.first === undefined) return null;
      return behaviour.first === 'ring' ? 'RINGING' : 'PROGRESS';
    case 'refuse':
      if (behaviour.ringsFirst) return 'RINGING';
      return behaviour.earlyMediaFirst === true ? 'PROGRESS' : null;
    default:
      return null;
  }
}

/**
 * What Asterisk reports of a refusal: the cause it makes of the SIP code itself, whatever the carrier's
 * Reason header says (see plan/reason-headers.ts).
 */
export function refusalOf(behaviour: FarEndBehaviour): HangupCause {
  const sipCode = behaviour.kind === 'refuse' ? behaviour.sipCode : 302;
  return { cause: causeOfSipCode(sipCode) ?? 0, techCause: String(sipCode) };
}

/** DialEnd's word for it. */
export function dialEndOf({ cause }: HangupCause): 'BUSY' | 'CONGESTION' | 'NOANSWER' {
  if (cause === 17) return 'BUSY';
  return cause === 34 ? 'CONGESTION' : 'NOANSWER';
}
