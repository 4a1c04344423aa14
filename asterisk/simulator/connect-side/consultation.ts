import { hangupRequestEvent, newchannelEvent, newstateEvent } from '../call-events.ts';
import { openChannel, type Channel } from '../channel.ts';
import { closed, emitAll, normalClearing } from '../simulated-call.ts';
import { attendedTransferEvent } from '../transfer-events.ts';
import { dialPhone, ringUnanswered, type AgentLeg } from './agent-phone.ts';
import { openBridge, type Bridge } from './bridge.ts';
import { departmentOf, stepsOfDepartment } from './provisioned-dialplan.ts';
import { readStep } from './read-step.ts';
import type { Talk, Turn } from './talk.ts';

/** The agent asks a department, through a Local channel, while the contact is on hold. */
export interface Consultation {
  /** The agent's half of the Local channel, and the one that dials. */
  readonly pair: readonly [Channel, Channel];
  /** Of the agent and the Local channel. */
  readonly bridge: Bridge;
  readonly target: AgentLeg;
  /** Of the Local channel and whom it dialled. */
  readonly targetBridge: Bridge;
  readonly ringSeconds: number;
  /** All three talk. */
  isJoined: boolean;
}

/** Puts the contact on hold and dials a department; nothing comes of an extension that is not there. */
export function openConsultation(talk: Talk, exten: string): void {
  const { call, leg, bridge: contactBridge } = talk;
  const place = departmentOf(exten);
  if (place === null) return;
  const half = (number: 1 | 2) =>
    openChannel(call.world, `Local/${exten}@${place.context};${number}`, {
      linkedid: call.own.linkedid,
      state: number === 1 ? 'Down' : 'Ring',
      ...place,
    });
  const pair = [half(1), half(2)] as const;
  const bridge = openBridge(call.world);
  call.channels.push(...pair);
  emitAll(call, ...pair.map(newchannelEvent));
  bridge.enter(pair[0]);
  contactBridge.leave(leg.channel);
  bridge.enter(leg.channel);
  leg.channel.connectedLine = { number: exten, name: '<unknown>' };
  const [endpoint = '', seconds = ''] = readStep(stepsOfDepartment(exten)[0] ?? '').parts;
  const target = dialPhone(call, pair[1], endpoint);
  if (target === null) return;
  const targetBridge = openBridge(call.world);
  if (target.state === 'answered') answered(talk, pair, target, targetBridge);
  const ringSeconds = Number(seconds);
  talk.consultation = { pair, bridge, target, targetBridge, ringSeconds, isJoined: false };
}

function answered(
  { call }: Talk,
  pair: Consultation['pair'],
  target: AgentLeg,
  targetBridge: Bridge,
): void {
  for (const channel of pair) {
    channel.state = 'Up';
    emitAll(call, newstateEvent(channel));
  }
  targetBridge.enter(target.channel);
  targetBridge.enter(pair[1]);
}

/** The agent has hung up: the contact gets whom the agent asked. */
export async function completeConsultation(talk: Talk): Promise<Turn> {
  const { call, leg, bridge: contactBridge, consultation } = talk;
  if (consultation === null) return 'left';
  const { pair, bridge, target, targetBridge, ringSeconds } = consultation;
  bridge.leave(pair[0]);
  contactBridge.enter(pair[0]);
  tell(talk, 'Bridge');
  bridge.leave(leg.channel);
  emitAll(call, closed(call, leg.channel, normalClearing));
  if (target.state === 'answered') {
    contactBridge.leave(call.own);
    targetBridge.leave(pair[1]);
    targetBridge.enter(call.own);
    contactBridge.leave(pair[0]);
    closePair(talk);
    return { leg: target, bridge: targetBridge };
  }
  await ringUnanswered(call, target, ringSeconds);
  closePair(talk);
  contactBridge.leave(pair[0]);
  contactBridge.leave(call.own);
  return 'left';
}

/** All three talk; the Local channel between them is taken out. */
export function joinAll(talk: Talk): void {
  const { leg, bridge: contactBridge, consultation } = talk;
  if (consultation === null) return;
  const { pair, bridge, target, targetBridge } = consultation;
  bridge.leave(pair[0]);
  contactBridge.enter(pair[0]);
  bridge.leave(leg.channel);
  contactBridge.enter(leg.channel);
  tell(talk, 'Threeway');
  targetBridge.leave(target.channel);
  contactBridge.leave(pair[0]);
  contactBridge.enter(target.channel);
  targetBridge.leave(pair[1]);
  closePair(talk);
  consultation.isJoined = true;
}

function tell({ call, leg, bridge, consultation }: Talk, destType: 'Bridge' | 'Threeway'): void {
  if (consultation === null) return;
  const { pair, target } = consultation;
  const view = bridge.view();
  const facts = { transferer: leg.channel, bridge: view, second: leg.channel, destType };
  const reached = target.state === 'answered' ? pair[0] : null;
  emitAll(
    call,
    attendedTransferEvent({
      ...facts,
      secondBridge: consultation.bridge.view(),
      transferee: call.own,
      target: reached,
      destination: view,
    }),
  );
}

/** The agent goes back to the contact. */
export function takeBack(talk: Talk): void {
  const { leg, bridge: contactBridge, consultation } = talk;
  if (consultation === null) return;
  consultation.bridge.leave(leg.channel);
  contactBridge.enter(leg.channel);
  endConsultation(talk);
}

/** Everybody asked is let go. */
export function endConsultation(talk: Talk): void {
  const { call, leg, consultation } = talk;
  if (consultation === null) return;
  const { pair, bridge, target, targetBridge } = consultation;
  bridge.leave(leg.channel);
  bridge.leave(pair[0]);
  targetBridge.leave(pair[1]);
  targetBridge.leave(target.channel);
  talk.bridge.leave(target.channel);
  closePair(talk);
  if (call.channels.includes(target.channel))
    emitAll(call, closed(call, target.channel, normalClearing));
  talk.consultation = null;
}

function closePair({ call, consultation }: Talk): void {
  const [first, second] = consultation?.pair ?? [];
  if (!first || !second || !call.channels.includes(first)) return;
  emitAll(
    call,
    hangupRequestEvent('HangupRequest', second, 16, null),
    closed(call, first, normalClearing),
    hangupRequestEvent('SoftHangupRequest', second, 16, null),
    closed(call, second, normalClearing),
  );
}
