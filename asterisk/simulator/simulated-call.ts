import type { AmiFields } from './ami-wire.ts';
import { hangupEvent } from './call-events.ts';
import type { Channel } from './channel.ts';
import { startLifetime, type CallEnd, type Lifetime } from './lifetime.ts';
import type { OriginateOrder } from './read-originate.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** A call in progress, from its Originate to its last Hangup. */
export interface SimulatedCall {
  readonly order: OriginateOrder;
  readonly world: SimulatedWorld;
  /** The channel the Originate asked for; of a Local pair the first half. */
  readonly own: Channel;
  /** All that live, for lists. */
  readonly channels: Channel[];
  readonly life: Lifetime;
}

/** What a Hangup says. */
export interface HangupCause {
  readonly cause: number;
  readonly techCause: string | null;
}

/** Puts a call on the list of those in progress. */
export function beginCall(
  order: OriginateOrder,
  world: SimulatedWorld,
  channels: readonly [Channel, ...Channel[]],
): SimulatedCall {
  const [own] = channels;
  const call = { order, world, own, channels: [...channels], life: startLifetime(world.timers) };
  world.calls.set(own.uniqueid.toLowerCase(), {
    channels: call.channels,
    hangUp: (cause) => call.life.end({ by: 'manager', cause }),
  });
  return call;
}

/** Ends the call when it has not been answered in time; returns what to do once it was, or was refused. */
export function limitRinging({ order, world, life }: SimulatedCall): () => void {
  if (order.timeoutMs === 0) return () => undefined;
  const timer = world.timers.after(order.timeoutMs, () => life.end({ by: 'time_out' }));
  return () => world.timers.cancel(timer);
}

/** Why a call that waits no more is over. */
export function endOf(call: SimulatedCall): CallEnd {
  const why = call.life.whyOver();
  if (why === null) throw new Error('the call is not over');
  return why;
}

/** Says events in their order. */
export function emitAll({ world }: SimulatedCall, ...events: readonly AmiFields[]): void {
  for (const event of events) world.emit(event);
}

/** A channel is gone; its Hangup event. */
export function closed(call: SimulatedCall, channel: Channel, told: HangupCause): AmiFields {
  const index = call.channels.indexOf(channel);
  if (index >= 0) call.channels.splice(index, 1);
  return hangupEvent(channel, told.cause, told.techCause);
}

export const normalClearing: HangupCause = { cause: 16, techCause: null };
