import type { FarEndBehaviour } from '../carrier-plan.ts';
import type { AmiFields } from './ami-wire.ts';
import {
  dialBeginEvent,
  dialEndEvent,
  dialStateEvent,
  hangupRequestEvent,
  newchannelEvent,
  newstateEvent,
  originateResponseEvent,
} from './call-events.ts';
import { openChannel, readCallerId } from './channel.ts';
import { serveAnswer } from './connect-side/serve-answer.ts';
import { dialEndOf, meetFarEnd, refusalOf, type Sign } from './meet-far-end.ts';
import type { OriginateOrder } from './read-originate.ts';
import {
  beginCall,
  closed,
  emitAll,
  endOf,
  limitRinging,
  normalClearing,
  type HangupCause,
  type SimulatedCall,
} from './simulated-call.ts';
import { useUp } from './simulator-faults.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** A trunk whose far side is dead, which nobody has noticed: no call gets there. */
export const deadTrunk = 'dead';

/**
 * Places one call over the simulated SIP trunk. The events are those of Asterisk 22 over PJSIP; where a
 * real one mixes their order, being many threads, so does this one, in turn.
 */
export function placeTrunkCall(order: OriginateOrder, world: SimulatedWorld): void {
  const [, number = '', endpoint = ''] = /^PJSIP\/([^@]*)@(.*)$/.exec(order.channel) ?? [];
  const own = openChannel(world, `PJSIP/${endpoint}`, {
    uniqueid: order.channelId,
    callerId: readCallerId(order.callerId),
    variables: order.variables,
    context: 'from-carrier',
  });
  const call = beginCall(order, world, [own]);
  emitAll(call, newchannelEvent(own), dialBeginEvent(own, `${number}@${endpoint}`));
  const behaviour: FarEndBehaviour =
    endpoint === deadTrunk
      ? { kind: 'silence' }
      : world.carrier.takeCall(number, world.faults.congested).behaviour;
  void follow(call, number, behaviour);
}

async function follow(
  call: SimulatedCall,
  number: string,
  behaviour: FarEndBehaviour,
): Promise<void> {
  const stopRinging = limitRinging(call);
  const met = await meetFarEnd(call, behaviour, (sign) => showSign(call, sign));
  stopRinging();
  if (met === 'refused') return refuse(call, refusalOf(behaviour));
  if (met === 'over') return giveUp(call);
  answer(call);
  await serveAnswer(call, {
    number,
    behaviour,
    contactLeaves: () => emitAll(call, hangupRequestEvent('HangupRequest', call.own, 16, null)),
    end: (told, isAsked) => end(call, told, isAsked),
  });
}

function showSign(call: SimulatedCall, sign: Sign): void {
  if (sign === 'RINGING') {
    call.own.state = 'Ringing';
    emitAll(call, newstateEvent(call.own));
  }
  emitAll(call, dialStateEvent(call.own, sign));
}

function answer(call: SimulatedCall): void {
  const { order, own, world } = call;
  own.state = 'Up';
  const up = newstateEvent(own);
  const dialEnd = dialEndEvent(own, 'ANSWER');
  const response = originateResponseEvent(order, own, 'Success', 4);
  emitAll(call, ...(world.next() % 3 === 0 ? [response, up, dialEnd] : [up, dialEnd, response]));
}

function refuse(call: SimulatedCall, told: HangupCause): void {
  const { order, own, world } = call;
  const request = hangupRequestEvent('HangupRequest', own, told.cause, told.techCause);
  const dialEnd = dialEndEvent(own, dialEndOf(told));
  const response = originateResponseEvent(order, own, 'Failure', 0);
  const hangup = lastHangup(call, told);
  const orders = [
    [request, dialEnd, response, ...hangup],
    [request, dialEnd, ...hangup, response],
    [request, response, dialEnd, ...hangup],
    [response, request, dialEnd, ...hangup],
  ];
  emitAll(call, ...(orders[world.next() % orders.length] ?? []));
}

/** Nobody waits for an answer any more: our time is over, or the manager said so. */
function giveUp(call: SimulatedCall): void {
  const { order, own } = call;
  const why = endOf(call);
  if (why.by === 'manager') {
    const hangup = lastHangup(call, { cause: why.cause, techCause: null });
    const response = originateResponseEvent(order, own, 'Failure', 0);
    return emitAll(call, dialEndEvent(own, 'NOANSWER'), ...hangup, response);
  }
  // 480 is what Asterisk itself writes there; nobody sent it.
  const response = originateResponseEvent(order, own, 'Failure', 3);
  emitAll(call, response, ...lastHangup(call, { cause: 19, techCause: '480' }));
}

/** `isAsked`: a dialplan or the manager ended it, and not an application by its own end. */
function end(call: SimulatedCall, told: HangupCause, isAsked: boolean): void {
  const { cause } = normalClearing;
  const request = isAsked ? [hangupRequestEvent('SoftHangupRequest', call.own, cause, null)] : [];
  emitAll(call, ...request, ...lastHangup(call, told));
}

/** The own channel is gone; its Hangup event, unless that one is to be missing. */
function lastHangup(call: SimulatedCall, told: HangupCause): AmiFields[] {
  const { own, world } = call;
  world.calls.delete(own.uniqueid.toLowerCase());
  const hangup = closed(call, own, told);
  return useUp(world.faults, 'missingHangups') ? [] : [hangup];
}
