import {
  dialBeginEvent,
  dialEndEvent,
  dialStateEvent,
  hangupRequestEvent,
  newchannelEvent,
  newstateEvent,
} from '../call-events.ts';
import { openChannel, type Channel } from '../channel.ts';
import { closed, emitAll, type HangupCause } from '../simulated-call.ts';
import type { AnsweredCall } from './answered-call.ts';
import { stepsOfPhone } from './provisioned-dialplan.ts';
import { readStep, type DialplanStep } from './read-step.ts';

/** An agent's phone that was dialled. */
export interface AgentLeg {
  readonly channel: Channel;
  readonly source: Channel;
  readonly state: 'ringing' | 'answered' | 'refused';
  /** What it does after having answered. */
  readonly script: readonly DialplanStep[];
}

/** Asterisk gives an answered channel the cause and the SIP code of the called side that failed last. */
const withoutPhone: HangupCause = { cause: 3, techCause: '404' };
const busy: HangupCause = { cause: 17, techCause: '486' };

/** An endpoint of which the table of outcomes says that it has no phone. */
const missingEndpoint = 'PJSIP/1999';

/** A phone the table does not know takes the call and leaves, so that any configured agent will do. */
const usualPhone = 'agent-leaves';

/**
 * `source` dials an endpoint such as `PJSIP/1001` or `PJSIP/agent-busy@phones`; null when it has no
 * phone. `dialString` is what the event tells, which differs between Dial() and Queue().
 */
export function dialPhone(
  call: AnsweredCall,
  source: Channel,
  endpoint: string,
  dialString = endpoint.replace(/^[^/]*\//, ''),
): AgentLeg | null {
  if (endpoint === missingEndpoint) {
    call.told = withoutPhone;
    return null;
  }
  const channel = openChannel(call.world, endpoint.replace(/\/[^@]*@/, '/'), {
    linkedid: source.linkedid,
    callerId: { number: source.exten, name: '<unknown>' },
    connectedLine: source.callerId,
    context: 'departments',
  });
  call.channels.push(channel);
  emitAll(call, newchannelEvent(channel), dialBeginEvent(channel, dialString, source));
  channel.exten = source.exten;
  const [, phone = ''] = /\/([^@]*)/.exec(endpoint) ?? [];
  const [first, ...script] = (stepsOfPhone(phone) ?? stepsOfPhone(usualPhone) ?? []).map(readStep);
  return { channel, source, state: respond(call, source, channel, first), script };
}

function respond(
  call: AnsweredCall,
  source: Channel,
  channel: Channel,
  first: DialplanStep | undefined,
): AgentLeg['state'] {
  switch (first?.application) {
    case 'Answer':
      channel.state = 'Up';
      emitAll(call, newstateEvent(channel), dialEndEvent(channel, 'ANSWER', source));
      channel.exten = '';
      return 'answered';
    case 'PJSIPHangup': {
      call.told = busy;
      const request = hangupRequestEvent('HangupRequest', channel, busy.cause, busy.techCause);
      const dialEnd = dialEndEvent(channel, 'BUSY', source);
      emitAll(call, request, dialEnd, closed(call, channel, busy));
      return 'refused';
    }
    default:
      channel.state = 'Ringing';
      emitAll(call, newstateEvent(channel), dialStateEvent(channel, 'RINGING', source));
      return 'ringing';
  }
}

/** Lets it ring for so many seconds, and gives it up; false when the call was over before. */
export async function ringUnanswered(
  call: AnsweredCall,
  { channel, source }: AgentLeg,
  seconds: number,
): Promise<boolean> {
  const lasted = await call.life.lasts(seconds * 1_000);
  emitAll(call, dialEndEvent(channel, lasted ? 'NOANSWER' : 'CANCEL', source));
  emitAll(call, closed(call, channel, { cause: lasted ? 0 : 16, techCause: null }));
  return lasted;
}
