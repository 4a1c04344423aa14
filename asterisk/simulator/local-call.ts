import { localPlan, localPlanContext, type LocalEnd } from '../local-plan.ts';
import { dialEndEvent, originateResponseEvent } from './call-events.ts';
import { userEvent } from './connect-events.ts';
import { dialPair, forgetPair, openLocalCall } from './local-pair.ts';
import type { OriginateOrder } from './read-originate.ts';
import { closed, emitAll } from './simulated-call.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Context of the shipped dialplan that answers `dialer doctor`. */
const doctorContext = 'dialer-doctor';

/** Its extension s reports the version, and ends like Hangup(16). */
const doctorEnd: LocalEnd = {
  ...planned('rejected'),
  causes: [16, 16],
};

/**
 * Places a call into the dialplan that dials nobody. Only extensions of the local plan exist, and those
 * of the doctor; all of them end at once.
 */
export function placeLocalCall(order: OriginateOrder, world: SimulatedWorld): void {
  const call = openLocalCall(order, world);
  const { own, second, exten, context } = call;
  const end = endOf(exten, context);
  if (end.dialEnd !== null) dialPair(call);
  if (end === doctorEnd) emitAll(call, userEvent(second, 'DialerDoctor', [['Version', 1]]));
  if (end.dialEnd !== null) emitAll(call, dialEndEvent(own, end.dialEnd));
  const response = originateResponseEvent(order, own, 'Failure', end.expected.reason);
  const hangups = [second, own].map((channel, index) =>
    closed(call, channel, { cause: end.causes[index === 0 ? 1 : 0], techCause: null }),
  );
  if (!forgetPair(call)) return emitAll(call, response);
  emitAll(call, ...(world.next() % 2 === 0 ? [response, ...hangups] : [...hangups, response]));
}

function endOf(exten: string, context: string): LocalEnd {
  if (context === doctorContext && exten === 's') return doctorEnd;
  const isKnown = context === localPlanContext || (context === doctorContext && exten === 'busy');
  const end = isKnown ? localPlan.find((row) => row.extension === exten) : undefined;
  return end ?? planned('missing');
}

function planned(extension: string): LocalEnd {
  const end = localPlan.find((row) => row.extension === extension);
  if (end === undefined) throw new Error(`the local plan has no extension ${extension}`);
  return end;
}
