import { originateResponseEvent } from './call-events.ts';
import { placeLocalCall } from './local-call.ts';
import type { OriginateOrder } from './read-originate.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { placeTrunkCall } from './trunk-call.ts';

/**
 * Carries out an Originate that was accepted. Where no channel can be made (the id belongs to a live
 * call; no such technology or endpoint) only a failing OriginateResponse comes, and never a Hangup.
 */
export function originateCall(
  order: OriginateOrder,
  world: SimulatedWorld,
  endpoints: ReadonlySet<string>,
): void {
  const isTaken = order.channelId !== '' && world.calls.has(order.channelId.toLowerCase());
  const endpoint = /^PJSIP\/[^@]+@(.+)$/.exec(order.channel)?.[1];
  if (!isTaken && endpoint !== undefined && endpoints.has(endpoint)) {
    return placeTrunkCall(order, world);
  }
  if (!isTaken && order.channel.startsWith('Local/')) return placeLocalCall(order, world);
  world.emit(originateResponseEvent(order, null, 'Failure', 0));
}
