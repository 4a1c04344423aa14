import type { FarEndBehaviour } from '../carrier-plan.ts';
import {
  dialBeginEvent,
  dialEndEvent,
  dialStateEvent,
  hangupRequestEvent,
  newchannelEvent,
  newstateEvent,
  originateResponseEvent,
} from './call-events.ts';
import { openChannel, type Channel } from './channel.ts';
import { openBridge, type Bridge } from './connect-side/bridge.ts';
import { serveAnswer } from './connect-side/serve-answer.ts';
import { endPair, endRefused, giveUpPair } from './end-outbound-call.ts';
import { openLocalCall, dialPair, type LocalCall } from './local-pair.ts';
import { dialEndOf, meetFarEnd, refusalOf, type Sign } from './meet-far-end.ts';
import type { OriginateOrder } from './read-originate.ts';
import { closed, emitAll, limitRinging, type HangupCause } from './simulated-call.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Outbound routes of the provisioned Asterisk: how many trunks, and whether a tone ends a failure. */
export const outboundRoutes: Readonly<Record<string, { trunks: number; tones: boolean }>> = {
  outbound: { trunks: 2, tones: true },
  'outbound-single': { trunks: 1, tones: true },
  'outbound-plain': { trunks: 1, tones: false },
};

/** Places a call through a dialplan that dials the carrier, by `Local/number@outbound/n`. */
export function placeOutboundCall(order: OriginateOrder, world: SimulatedWorld): void {
  const call = openLocalCall(order, world);
  dialPair(call);
  void follow(call, outboundRoutes[call.context] ?? { trunks: 1, tones: true });
}

async function follow(
  call: LocalCall,
  { trunks, tones }: { trunks: number; tones: boolean },
): Promise<void> {
  const stopRinging = limitRinging(call);
  let refusal: HangupCause = { cause: 0, techCause: null };
  for (let trunk = 0; trunk < trunks; trunk += 1) {
    const { met, leg, behaviour } = await dialCarrier(call);
    if (met === 'over') return giveUpPair(call, leg);
    if (met === 'answered') {
      stopRinging();
      return serve(call, leg, behaviour);
    }
    refusal = refusalOf(behaviour);
    refuse(call, leg, refusal);
    if (!mayFailOver(refusal)) break;
  }
  stopRinging();
  endRefused(call, refusal, tones);
}

/** DIALSTATUS CONGESTION and CHANUNAVAIL, as app_dial makes them of a cause; busy and unanswered end. */
function mayFailOver({ cause }: HangupCause): boolean {
  return ![16, 17, 19].includes(cause);
}

interface Carried {
  readonly met: 'answered' | 'refused' | 'over';
  readonly leg: Channel;
  readonly behaviour: FarEndBehaviour;
}

async function dialCarrier(call: LocalCall): Promise<Carried> {
  const { world, own, second, exten } = call;
  const leg = openChannel(world, 'PJSIP/carrier', {
    linkedid: own.uniqueid,
    callerId: { number: exten, name: '<unknown>' },
    connectedLine: own.callerId,
    context: 'from-carrier',
  });
  call.channels.push(leg);
  emitAll(call, newchannelEvent(leg), dialBeginEvent(leg, `${exten}@carrier`, second));
  const { behaviour } = world.carrier.takeCall(exten, world.faults.congested);
  const met = await meetFarEnd(call, behaviour, (sign) => showSign(call, leg, sign));
  return { met, leg, behaviour };
}

function showSign(call: LocalCall, leg: Channel, sign: Sign): void {
  for (const channel of sign === 'RINGING' ? [leg, call.own] : []) {
    channel.state = 'Ringing';
    emitAll(call, newstateEvent(channel));
  }
  emitAll(call, dialStateEvent(call.own, sign), dialStateEvent(leg, sign, call.second));
}

function refuse(call: LocalCall, leg: Channel, told: HangupCause): void {
  emitAll(
    call,
    hangupRequestEvent('HangupRequest', leg, told.cause, told.techCause),
    dialEndEvent(leg, dialEndOf(told), call.second),
    closed(call, leg, told),
  );
}

async function serve(call: LocalCall, leg: Channel, behaviour: FarEndBehaviour): Promise<void> {
  const bridge = answer(call, leg);
  await serveAnswer(call, {
    number: call.exten,
    behaviour,
    contactLeaves() {
      emitAll(call, hangupRequestEvent('HangupRequest', leg, 16, null));
      bridge.leave(leg);
    },
    end: (told, isAsked) => endPair(call, leg, bridge, told, isAsked),
  });
}

function answer(call: LocalCall, leg: Channel): Bridge {
  const { order, own, second, world } = call;
  const response = () => emitAll(call, originateResponseEvent(order, own, 'Success', 4));
  const isEarly = world.next() % 3 === 0;
  if (isEarly) response();
  leg.state = 'Up';
  emitAll(call, newstateEvent(leg), dialEndEvent(leg, 'ANSWER', second));
  for (const channel of [second, own]) {
    channel.state = 'Up';
    emitAll(call, newstateEvent(channel));
  }
  emitAll(call, dialEndEvent(own, 'ANSWER'));
  if (!isEarly) response();
  const bridge = openBridge(world);
  bridge.enter(leg);
  bridge.enter(second);
  return bridge;
}
