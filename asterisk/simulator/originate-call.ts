import { originateResponseEvent } from './call-events.ts';
import { placeLocalCall } from './local-call.ts';
import { outboundRoutes, placeOutboundCall } from './outbound-call.ts';
import type { OriginateOrder } from './read-originate.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { deadTrunk, placeTrunkCall } from './trunk-call.ts';

/**
 * Carries out an Originate that was accepted. Where no channel can be made (the id belongs to a live
 * call; no such technology or endpoint, or none that is registered and reachable) only a failing
 * OriginateResponse comes, and never a Hangup.
 */
export function originateCall(
  order: OriginateOrder,
  world: SimulatedWorld,
  endpoints: ReadonlySet<string>,
): void {
  const { channel, channelId } = order;
  const isTaken = channelId !== '' && world.calls.has(channelId.toLowerCase());
  const endpoint = /^PJSIP\/[^@]+@(.+)$/.exec(channel)?.[1] ?? '';
  if (!isTaken && (endpoints.has(endpoint) || endpoint === deadTrunk)) {
    return placeTrunkCall(order, world);
  }
  const [, context] = /^Local\/\+?\d+@([^/]+)/.exec(channel) ?? [];
  if (!isTaken && context !== undefined && Object.hasOwn(outboundRoutes, context)) {
    return placeOutboundCall(order, world);
  }
  if (!isTaken && channel.startsWith('Local/')) return placeLocalCall(order, world);
  world.emit(originateResponseEvent(order, null, 'Failure', 0));
}
