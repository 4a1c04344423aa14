import { normalClearing, type HangupCause, type SimulatedCall } from '../simulated-call.ts';
import type { AnsweredCall, ContactLine } from './answered-call.ts';
import { soundOf } from './listen-for-machine.ts';
import { runExtension, runStep } from './run-extension.ts';

/** Does with an answered call what its Originate asked for, while the contact does what it does. */
export async function serveAnswer(call: SimulatedCall, line: ContactLine): Promise<void> {
  const answered: AnsweredCall = { ...call, line, told: null };
  const { order, world } = call;
  const stayMs = contactStaysMs(answered);
  const leaving = stayMs === null ? null : world.timers.after(stayMs, () => leave(answered));
  if (order.application !== '') {
    await runStep(answered, `${order.application}(${order.data})`);
  } else if (order.exten !== '') {
    await runExtension(answered, { context: order.context, exten: order.exten });
  }
  if (leaving !== null) world.timers.cancel(leaving);
  const isAsked = order.application === '' || call.life.whyOver()?.by === 'manager';
  line.end(lastWord(answered), isAsked);
}

/** Null when it stays until we hang up. */
function contactStaysMs({ line, world }: AnsweredCall): number | null {
  const { behaviour } = line;
  if (behaviour.kind !== 'answer' || !behaviour.hangsUp) return null;
  return soundOf(line).lengthMs + (behaviour.afterMs ?? world.timing.talkMs);
}

function leave({ line, life }: AnsweredCall): void {
  if (life.whyOver() !== null) return;
  line.contactLeaves();
  life.end({ by: 'contact' });
}

/** An application that ends leaves no cause, where Hangup() in a dialplan leaves 16. */
function lastWord({ life, told }: AnsweredCall): HangupCause {
  const why = life.whyOver();
  if (why?.by === 'manager') return { cause: why.cause, techCause: null };
  if (why?.by === 'contact') return normalClearing;
  return told ?? { cause: 0, techCause: null };
}
