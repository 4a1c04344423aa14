import { localPlan, localPlanContext, type LocalEnd } from '../local-plan.ts';
import type { AmiFields } from './ami-wire.ts';
import {
  dialBeginEvent,
  dialEndEvent,
  hangupEvent,
  newchannelEvent,
  originateResponseEvent,
} from './call-events.ts';
import { readCallerId, type Channel } from './channel.ts';
import type { OriginateOrder } from './read-originate.ts';
import { useUp } from './simulator-faults.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/**
 * Places a call into the dialplan: a pair of channels whose second half is `<id>;2`. Only extensions
 * of the local plan exist; all of them end at once.
 */
export function placeLocalCall(order: OriginateOrder, world: SimulatedWorld): void {
  const [, target = ''] = /^Local\/([^/]*)/.exec(order.channel) ?? [];
  const [first, second] = openPair(order, target, world);
  const end = endOf(target);
  for (const event of eventsOf(order, target, first, second, end)) world.emit(event);
  const hangups = [
    hangupEvent(second, end.causes[1], null),
    hangupEvent(first, end.causes[0], null),
  ];
  const response = originateResponseEvent(order, first, 'Failure', end.expected.reason);
  const missing = useUp(world.faults, 'missingHangups');
  const [late, early] = [
    [response, ...hangups],
    [...hangups, response],
  ];
  const inTurn = world.next() % 2 === 0 ? late : early;
  for (const event of missing ? [response] : inTurn) world.emit(event);
}

function eventsOf(
  order: OriginateOrder,
  target: string,
  first: Channel,
  second: Channel,
  end: LocalEnd,
): AmiFields[] {
  const born = [newchannelEvent(first), newchannelEvent(second)];
  if (end.dialEnd === null) return born;
  return [...born, dialBeginEvent(first, target), dialEndEvent(first, end.dialEnd)];
}

function endOf(target: string): LocalEnd {
  const [extension, context] = target.split('@');
  const found = localPlan.find((row) => row.extension === extension);
  const missing = localPlan.find((row) => row.application === null);
  const end = context === localPlanContext ? (found ?? missing) : missing;
  if (end === undefined) throw new Error('the local plan has no row for a missing extension');
  return end;
}

function openPair(
  order: OriginateOrder,
  target: string,
  world: SimulatedWorld,
): [Channel, Channel] {
  const index = world.next();
  const id = order.channelId || `${Math.trunc(Date.now() / 1_000)}.${index}`;
  const [exten = '', context = ''] = target.split('@');
  const half = (number: 1 | 2): Channel => ({
    name: `Local/${target}-${index.toString(16).padStart(8, '0')};${number}`,
    uniqueid: number === 1 ? id : `${id};2`,
    linkedid: id,
    callerId: readCallerId(order.callerId),
    variables: order.variables,
    startedAt: Date.now(),
    state: number === 1 ? 'Down' : 'Ring',
    context,
    exten,
    application: '',
    data: '',
  });
  return [half(1), half(2)];
}
