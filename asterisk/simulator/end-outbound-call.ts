import type { AmiFields } from './ami-wire.ts';
import {
  dialEndEvent,
  hangupRequestEvent,
  newstateEvent,
  originateResponseEvent,
} from './call-events.ts';
import type { Channel } from './channel.ts';
import type { Bridge } from './connect-side/bridge.ts';
import { forgetPair, type LocalCall } from './local-pair.ts';
import { closed, emitAll, endOf, normalClearing, type HangupCause } from './simulated-call.ts';

/** Every trunk has refused: a tone of busy or congestion ends the call, or the carrier's cause. */
export function endRefused(call: LocalCall, refusal: HangupCause, tones: boolean): void {
  const { own, second } = call;
  if (!tones) {
    const { cause } = refusal;
    const plain = { cause, techCause: null };
    const asked = hangupRequestEvent('SoftHangupRequest', second, 16, null);
    emitAll(call, asked, hangupRequestEvent('HangupRequest', own, cause, null));
    return finish(call, 'NOANSWER', 0, plain, plain);
  }
  const isBusy = refusal.cause === 17;
  second.state = 'Busy';
  emitAll(
    call,
    newstateEvent(second),
    hangupRequestEvent('HangupRequest', second, 0, null),
    hangupRequestEvent('SoftHangupRequest', second, 16, null),
  );
  const [word, reason, cause] = isBusy
    ? (['BUSY', 5, 17] as const)
    : (['CONGESTION', 8, 34] as const);
  finish(call, word, reason, { cause: 0, techCause: null }, { cause, techCause: null });
}

function finish(
  call: LocalCall,
  word: string,
  reason: number,
  ofOwn: HangupCause,
  ofSecond: HangupCause,
): void {
  const { order, own, second, world } = call;
  emitAll(call, dialEndEvent(own, word));
  const response = originateResponseEvent(order, own, 'Failure', reason);
  const hangups = pairHangups(call, [own, ofOwn], [second, ofSecond]);
  emitAll(call, ...(world.next() % 2 === 0 ? [response, ...hangups] : [...hangups, response]));
}

/** Nobody waits for an answer any more: our time is over, or the manager said so. */
export function giveUpPair(call: LocalCall, leg: Channel): void {
  const { order, own, second } = call;
  const why = endOf(call);
  const isOurTime = why.by !== 'manager';
  if (!isOurTime) emitAll(call, dialEndEvent(own, 'NOANSWER'));
  const cause = why.by === 'manager' ? why.cause : 19;
  const told = { cause, techCause: null };
  emitAll(call, hangupRequestEvent('HangupRequest', second, cause, null));
  emitAll(call, originateResponseEvent(order, own, 'Failure', isOurTime ? 3 : 0));
  emitAll(call, dialEndEvent(leg, 'CANCEL', second));
  // As over a trunk: 480 is Asterisk's own.
  emitAll(call, closed(call, leg, { cause, techCause: isOurTime ? '480' : null }));
  emitAll(call, hangupRequestEvent('SoftHangupRequest', second, 16, null));
  emitAll(call, ...pairHangups(call, [own, told], [second, told]));
}

/** The end of a call that was answered, from the half that our dialplan holds. */
export function endPair(
  call: LocalCall,
  leg: Channel,
  bridge: Bridge,
  told: HangupCause,
  isAsked: boolean,
): void {
  const { own, second } = call;
  const ask = (channel: Channel) => hangupRequestEvent('SoftHangupRequest', channel, 16, null);
  emitAll(
    call,
    ...(isAsked ? [ask(own)] : []),
    hangupRequestEvent('HangupRequest', second, 16, null),
  );
  bridge.leave(second);
  bridge.leave(leg);
  emitAll(call, ask(second), closed(call, leg, normalClearing));
  emitAll(call, ...pairHangups(call, [own, told], [second, normalClearing]));
}

function pairHangups(
  call: LocalCall,
  ...ends: readonly (readonly [Channel, HangupCause])[]
): AmiFields[] {
  const events = ends.map(([channel, told]) => closed(call, channel, told));
  return forgetPair(call) ? events : [];
}
