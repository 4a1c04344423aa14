import type { AmiFields } from '../ami-wire.ts';
import { dialEndEvent } from '../call-events.ts';
import { queueEvent } from '../connect-events.ts';
import { closed, emitAll, normalClearing } from '../simulated-call.ts';
import { dialPhone, type AgentLeg } from './agent-phone.ts';
import type { AnsweredCall, Sequel } from './answered-call.ts';
import { secondsOf } from './dial.ts';
import type { DialplanStep } from './read-step.ts';
import { talkTo } from './talk.ts';

/** Queues of the provisioned Asterisk: who is in them, and whether they let callers in then. */
const queues: Readonly<Record<string, { member: string | null; joinEmpty: boolean }>> = {
  served: { member: 'PJSIP/agent-leaves@phones', joinEmpty: true },
  ringing: { member: 'PJSIP/agent-rings@phones', joinEmpty: true },
  empty: { member: null, joinEmpty: true },
  closed: { member: null, joinEmpty: false },
};

const served = { member: 'PJSIP/agent-leaves@phones', joinEmpty: true };

/** Queue(name,,,,seconds). A queue of any other name has an agent who takes the call. */
export async function queue(call: AnsweredCall, { parts }: DialplanStep): Promise<Sequel> {
  const [name = '', , , , seconds = ''] = parts;
  const { member, joinEmpty } = queues[name] ?? served;
  if (member === null && !joinEmpty) return 'next';
  say(call, 'QueueCallerJoin', null, [['Queue', name], position, ['Count', 1]]);
  const leg = member === null ? null : dialPhone(call, call.own, member, member);
  if (leg?.state !== 'answered') return waitInVain(call, name, leg, secondsOf(seconds));
  say(call, 'QueueCallerLeave', null, [['Queue', name], position, ['Count', 0]]);
  say(call, 'AgentConnect', leg, connected(name, member ?? ''));
  const sequel = await talkTo(call, leg);
  call.told ??= normalClearing;
  return sequel === 'left' ? 'hang up' : sequel;
}

async function waitInVain(
  call: AnsweredCall,
  name: string,
  leg: AgentLeg | null,
  seconds: number,
): Promise<Sequel> {
  const startedAt = performance.now();
  const lasted = await call.life.lasts(seconds * 1_000);
  if (leg !== null) {
    if (lasted) emitAll(call, dialEndEvent(leg.channel, 'NOANSWER', call.own));
    emitAll(call, dialEndEvent(leg.channel, 'CANCEL', call.own));
  }
  const held = Math.round(((performance.now() - startedAt) * call.world.timing.speed) / 1_000);
  const details: AmiFields = [['OriginalPosition', 1] as const, ['HoldTime', held] as const];
  say(call, 'QueueCallerAbandon', null, [['Queue', name], position, ...details]);
  say(call, 'QueueCallerLeave', null, [['Queue', name], position, ['Count', 0]]);
  if (leg !== null) emitAll(call, closed(call, leg.channel, { cause: 0, techCause: null }));
  return 'next';
}

const position = ['Position', 1] as const;

function connected(name: string, member: string): AmiFields {
  return [
    ['Queue', name],
    ['Interface', member],
    ['MemberName', member.replace(/^[^/]*\/|@.*$/g, '')],
    ['HoldTime', 0],
    ['RingTime', 0],
  ];
}

function say(
  call: AnsweredCall,
  event: Parameters<typeof queueEvent>[0],
  leg: AgentLeg | null,
  details: AmiFields,
): void {
  emitAll(call, queueEvent(event, call.own, leg?.channel ?? null, details));
}
