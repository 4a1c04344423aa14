import { hangupRequestEvent } from '../call-events.ts';
import { closed, emitAll, normalClearing } from '../simulated-call.ts';
import type { AgentLeg } from './agent-phone.ts';
import type { AnsweredCall, Place } from './answered-call.ts';
import { openBridge, type Bridge } from './bridge.ts';
import {
  completeConsultation,
  endConsultation,
  joinAll,
  openConsultation,
  takeBack,
  type Consultation,
} from './consultation.ts';
import type { DialplanStep } from './read-step.ts';
import { sendBlind, sendByRefer } from './send-on.ts';

/** The contact and an agent's phone in one bridge. */
export interface Talk {
  readonly call: AnsweredCall;
  readonly leg: AgentLeg;
  readonly bridge: Bridge;
  /** The feature code pressed last. */
  code: string;
  consultation: Consultation | null;
}

/** What comes of a step of the agent's phone: nothing new, an end, another extension, another phone. */
export type Turn = null | 'left' | Place | { readonly leg: AgentLeg; readonly bridge: Bridge };

/** The contact talks to an agent until one of the two has gone, or the call was sent to an extension. */
export async function talkTo(call: AnsweredCall, leg: AgentLeg): Promise<'left' | Place> {
  const bridge = openBridge(call.world);
  bridge.enter(leg.channel);
  bridge.enter(call.own);
  let turn: Turn = { leg, bridge };
  while (typeof turn === 'object' && turn !== null && 'leg' in turn) {
    turn = await talkOn({ call, ...turn, code: '', consultation: null });
  }
  return turn ?? 'left';
}

async function talkOn(talk: Talk): Promise<Turn> {
  for (const step of talk.leg.script) {
    const turn = await acts[step.application]?.(talk, step);
    if (talk.call.life.whyOver() !== null) break;
    if (turn !== undefined && turn !== null) return turn;
  }
  // The scripts of phones end by hanging up or by waiting for ever, so the contact has gone.
  const { call, leg, bridge } = talk;
  bridge.leave(call.own);
  bridge.leave(leg.channel);
  if (call.channels.includes(leg.channel)) emitAll(call, closed(call, leg.channel, normalClearing));
  endConsultation(talk);
  return 'left';
}

/** What a phone does after having answered, by the application of its script. */
const acts: Readonly<
  Record<string, (talk: Talk, step: DialplanStep) => Turn | undefined | Promise<Turn | undefined>>
> = {
  async Wait({ call }, { data }) {
    await call.life.lasts(Number(data) * 1_000);
    return null;
  },
  Hangup: hangUp,
  SendDTMF: press,
  Transfer(talk, { data }) {
    const [, exten = ''] = /sip:([^@]*)@/.exec(data) ?? [];
    return sendByRefer(talk, exten, data.includes('Replaces='));
  },
};

function hangUp(talk: Talk): Turn | Promise<Turn> {
  const { call, leg, bridge, consultation } = talk;
  emitAll(call, hangupRequestEvent('HangupRequest', leg.channel, 16, null));
  if (consultation !== null && !consultation.isJoined) return completeConsultation(talk);
  bridge.leave(leg.channel);
  emitAll(call, closed(call, leg.channel, normalClearing));
  if (consultation !== null) return { leg: consultation.target, bridge };
  bridge.leave(call.own);
  return 'left';
}

/** Feature codes of the provisioned Asterisk, and the extension that follows one. */
function press(talk: Talk, { data: keys }: DialplanStep): Turn {
  if (keys === '#1' || keys === '*2') talk.code = keys;
  else if (keys === '*1') takeBack(talk);
  else if (keys === '*3') joinAll(talk);
  else if (talk.code === '#1') return sendBlind(talk, keys, false);
  else openConsultation(talk, keys);
  return null;
}
