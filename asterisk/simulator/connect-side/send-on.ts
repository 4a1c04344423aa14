import { newchannelEvent } from '../call-events.ts';
import { openChannel } from '../channel.ts';
import { closed, emitAll, normalClearing } from '../simulated-call.ts';
import { attendedTransferEvent, blindTransferEvent } from '../transfer-events.ts';
import { dialPhone } from './agent-phone.ts';
import { openBridge } from './bridge.ts';
import { departmentOf, stepsOfDepartment } from './provisioned-dialplan.ts';
import { readStep } from './read-step.ts';
import type { Talk, Turn } from './talk.ts';

/** REFER of the agent's phone; with Replaces it has asked somebody before, by a second call of its own. */
export function sendByRefer(talk: Talk, exten: string, replaces: boolean): Turn {
  return replaces ? sendToSecondCall(talk, exten) : sendBlind(talk, exten, true);
}

/** Sends the contact to an extension; nothing comes of it when there is none. */
export function sendBlind({ call, leg, bridge }: Talk, exten: string, isExternal: boolean): Turn {
  const place = departmentOf(exten);
  if (place === null) return null;
  const facts = { transferer: leg.channel, transferee: call.own, isExternal, ...place };
  emitAll(call, blindTransferEvent({ ...facts, bridge: bridge.view() }));
  bridge.leave(leg.channel);
  Object.assign(call.own, place);
  bridge.leave(call.own);
  emitAll(call, closed(call, leg.channel, normalClearing));
  return place;
}

/** The second call of the phone is one of its own: no channel of it has our Linkedid. */
function sendToSecondCall({ call, leg, bridge }: Talk, exten: string): Turn {
  const second = openChannel(call.world, 'PJSIP/phones', { context: 'departments', exten });
  second.state = 'Up';
  emitAll(call, newchannelEvent(second));
  const [endpoint = ''] = readStep(stepsOfDepartment(exten)[0] ?? '').parts;
  const target = dialPhone(call, second, endpoint);
  if (target === null) return null;
  const secondBridge = openBridge(call.world);
  secondBridge.enter(target.channel);
  secondBridge.enter(second);
  bridge.leave(call.own);
  secondBridge.swap(second, call.own);
  bridge.leave(leg.channel);
  const facts = { transferer: leg.channel, bridge: bridge.view(), second, transferee: call.own };
  const view = secondBridge.view();
  emitAll(
    call,
    attendedTransferEvent({
      ...facts,
      secondBridge: view,
      target: target.channel,
      destType: 'Bridge',
      destination: view,
    }),
    closed(call, leg.channel, normalClearing),
    closed(call, second, normalClearing),
  );
  return { leg: target, bridge: secondBridge };
}
