import type { FarEnd } from '../carrier-plan.ts';
import { reportedOf } from '../outcome-plan.ts';
import type { AmiFields } from './ami-wire.ts';
import {
  dialBeginEvent,
  dialEndEvent,
  dialStateEvent,
  hangupEvent,
  hangupRequestEvent,
  newchannelEvent,
  newstateEvent,
  originateResponseEvent,
} from './call-events.ts';
import { readCallerId, type Channel } from './channel.ts';
import type { OriginateOrder } from './read-originate.ts';
import { useUp } from './simulator-faults.ts';
import type { SimulatedWorld } from './simulated-world.ts';

interface TrunkCall {
  readonly order: OriginateOrder;
  readonly channel: Channel;
  readonly farEnd: FarEnd;
  readonly world: SimulatedWorld;
  /** What is still to come; cleared when the call takes another turn. */
  plans: NodeJS.Timeout[];
}

/**
 * Places one call over the simulated SIP trunk. The events are those of Asterisk 22 over PJSIP; where a
 * real one mixes their order, being many threads, so does this one, in turn.
 */
export function placeTrunkCall(order: OriginateOrder, world: SimulatedWorld): void {
  const [, number = '', endpoint = ''] = /^PJSIP\/([^@]*)@(.*)$/.exec(order.channel) ?? [];
  const channel = openChannel(order, endpoint, world);
  const farEnd = world.carrier.takeCall(number, world.faults.congested);
  const call: TrunkCall = { order, channel, farEnd, world, plans: [] };
  world.calls.set(channel.uniqueid.toLowerCase(), {
    channels: [channel],
    hangUp: (cause) => hangUpByManager(call, cause),
  });
  world.emit(newchannelEvent(channel));
  world.emit(dialBeginEvent(channel, `${number}@${endpoint}`));
  if (order.timeoutMs > 0) plan(call, order.timeoutMs, () => timeOut(call));
  plan(call, world.timing.latencyMs, () => meetFarEnd(call));
}

function openChannel(order: OriginateOrder, endpoint: string, world: SimulatedWorld): Channel {
  const index = world.next();
  const uniqueid = order.channelId || `${Math.trunc(Date.now() / 1_000)}.${index}`;
  return {
    name: `PJSIP/${endpoint}-${index.toString(16).padStart(8, '0')}`,
    uniqueid,
    linkedid: uniqueid,
    callerId: readCallerId(order.callerId),
    variables: order.variables,
    startedAt: Date.now(),
    state: 'Down',
    context: 'from-carrier',
    exten: 's',
    application: 'AppDial2',
    data: '(Outgoing Line)',
  };
}

function meetFarEnd(call: TrunkCall): void {
  const { behaviour } = call.farEnd;
  switch (behaviour.kind) {
    case 'answer':
      return answer(call, behaviour.hangsUp);
    case 'ring':
      return ring(call);
    case 'early_media':
      return call.world.emit(dialStateEvent(call.channel, 'PROGRESS'));
    case 'silence':
      return;
    case 'redirect':
      return refuse(call);
    case 'refuse':
      if (!behaviour.ringsFirst) return refuse(call);
      ring(call);
      return plan(call, call.world.timing.ringMs, () => refuse(call));
  }
}

function ring({ channel, world }: TrunkCall): void {
  channel.state = 'Ringing';
  world.emit(newstateEvent(channel));
  world.emit(dialStateEvent(channel, 'RINGING'));
}

function answer(call: TrunkCall, hangsUp: boolean): void {
  const { order, channel, world } = call;
  dropPlans(call);
  channel.state = 'Up';
  const up = newstateEvent(channel);
  const dialEnd = dialEndEvent(channel, 'ANSWER');
  const response = originateResponseEvent(order, channel, 'Success', 4);
  emitAll(world, world.next() % 3 === 0 ? [response, up, dialEnd] : [up, dialEnd, response]);
  if (order.application === '' && order.exten === '') return end(call, 'SoftHangupRequest', 16, 0);
  goToTarget(call);
  if (hangsUp) plan(call, world.timing.talkMs, () => end(call, 'HangupRequest', 16, 16));
  // An application that ends leaves no cause; Hangup() in the dialplan leaves 16.
  const ourCause = order.application === '' ? 16 : 0;
  plan(call, world.timing.playMs, () => end(call, 'SoftHangupRequest', 16, ourCause));
}

function goToTarget({ order, channel }: TrunkCall): void {
  if (order.application === '') {
    channel.context = order.context;
    channel.exten = order.exten;
  }
  channel.application = order.application || 'Playback';
  channel.data = order.application === '' ? 'hello-world' : order.data;
}

function refuse(call: TrunkCall): void {
  const { order, channel, farEnd, world } = call;
  const { cause: told, techCause, dialStatus } = reportedOf(farEnd);
  const cause = told ?? 0;
  dropPlans(call);
  const word = dialStatus === 'BUSY' || dialStatus === 'CONGESTION' ? dialStatus : 'NOANSWER';
  const request = hangupRequestEvent('HangupRequest', channel, cause, techCause);
  const dialEnd = dialEndEvent(channel, word);
  const response = originateResponseEvent(order, channel, 'Failure', 0);
  const hangup = closeChannel(call, cause, techCause);
  const orders = [
    [request, dialEnd, response, ...hangup],
    [request, dialEnd, ...hangup, response],
    [request, response, dialEnd, ...hangup],
    [response, request, dialEnd, ...hangup],
  ];
  emitAll(world, orders[world.next() % orders.length] ?? []);
}

function timeOut(call: TrunkCall): void {
  const { order, channel, world } = call;
  dropPlans(call);
  // 480 is what Asterisk itself writes there; nobody sent it.
  const response = originateResponseEvent(order, channel, 'Failure', 3);
  emitAll(world, [response, ...closeChannel(call, 19, '480')]);
}

function end(
  call: TrunkCall,
  who: 'HangupRequest' | 'SoftHangupRequest',
  requested: number,
  cause: number,
): void {
  dropPlans(call);
  const request = hangupRequestEvent(who, call.channel, requested, null);
  emitAll(call.world, [request, ...closeChannel(call, cause, null)]);
}

function hangUpByManager(call: TrunkCall, cause: number): void {
  const { order, channel, world } = call;
  dropPlans(call);
  const hangup = closeChannel(call, cause, null);
  if (channel.state === 'Up') return emitAll(world, hangup);
  const response = originateResponseEvent(order, channel, 'Failure', 0);
  emitAll(world, [dialEndEvent(channel, 'NOANSWER'), ...hangup, response]);
}

/** The channel is gone; its Hangup event, unless that one is to be missing. */
function closeChannel(call: TrunkCall, cause: number, techCause: string | null): AmiFields[] {
  const { channel, world } = call;
  world.calls.delete(channel.uniqueid.toLowerCase());
  if (useUp(world.faults, 'missingHangups')) return [];
  return [hangupEvent(channel, cause, techCause)];
}

function plan(call: TrunkCall, ms: number, run: () => void): void {
  call.plans.push(call.world.timers.after(ms, run));
}

function dropPlans(call: TrunkCall): void {
  for (const timer of call.plans) call.world.timers.cancel(timer);
  call.plans = [];
}

function emitAll(world: SimulatedWorld, events: readonly AmiFields[]): void {
  for (const event of events) world.emit(event);
}
