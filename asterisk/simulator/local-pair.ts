import { dialBeginEvent, newchannelEvent } from './call-events.ts';
import { openChannel, readCallerId, type Channel } from './channel.ts';
import type { OriginateOrder } from './read-originate.ts';
import { beginCall, emitAll, type SimulatedCall } from './simulated-call.ts';
import { useUp } from './simulator-faults.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** A call into the dialplan: the channel the Originate asked for, and the half that runs the dialplan. */
export interface LocalCall extends SimulatedCall {
  readonly second: Channel;
  readonly exten: string;
  readonly context: string;
}

/** Opens `Local/exten@context`, in two halves; the id of the second is `<id>;2`. */
export function openLocalCall(order: OriginateOrder, world: SimulatedWorld): LocalCall {
  const [, target = ''] = /^Local\/([^/]*)/.exec(order.channel) ?? [];
  const [exten = '', context = ''] = target.split('@');
  const given = {
    callerId: readCallerId(order.callerId),
    variables: order.variables,
    context,
    exten,
    application: '',
    data: '',
  };
  const first = openChannel(world, `Local/${target};1`, { ...given, uniqueid: order.channelId });
  const second = openChannel(world, `Local/${target};2`, {
    ...given,
    uniqueid: `${first.uniqueid};2`,
    linkedid: first.uniqueid,
    state: 'Ring',
  });
  const call = { ...beginCall(order, world, [first, second]), second, exten, context };
  emitAll(call, newchannelEvent(first), newchannelEvent(second));
  return call;
}

/** The Originate begins to dial the pair. */
export function dialPair(call: LocalCall): void {
  emitAll(call, dialBeginEvent(call.own, call.order.channel.replace('Local/', '')));
}

/** The call is over; false when its Hangup events are to be missing. */
export function forgetPair({ own, world }: LocalCall): boolean {
  world.calls.delete(own.uniqueid.toLowerCase());
  return !useUp(world.faults, 'missingHangups');
}
