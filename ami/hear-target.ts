import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AmiEvent, QueueEventName } from './ami-event.ts';
import type { FollowedCall } from './followed-call.ts';

type TargetEvent = Extract<
  AmiEvent,
  {
    event:
      | QueueEventName
      | 'BlindTransfer'
      | 'AttendedTransfer'
      | 'DialerMachine'
      | 'DialerStep'
      | 'DialerTransfer';
  }
>;

/** Notes what happened to an answered call on its way to whoever it was for. */
export function hearTarget(call: FollowedCall | undefined, event: TargetEvent, at: string): void {
  call?.note(evidenceOf(event, at));
}

function evidenceOf(event: TargetEvent, at: string): EvidenceEvent {
  switch (event.event) {
    case 'DialerMachine':
      return { kind: 'machine', at, status: event.status, cause: event.cause };
    case 'DialerStep':
      return { kind: 'step', at, step: event.step };
    case 'DialerTransfer':
    case 'BlindTransfer':
    case 'AttendedTransfer':
      return transferOf(event, at);
    case 'QueueCallerJoin':
    case 'QueueCallerLeave':
    case 'QueueCallerAbandon':
    case 'AgentConnect':
      return { kind: 'queue', at, what: queueWords[event.event], name: event.queue };
  }
}

function transferOf(
  event: Extract<TargetEvent, { event: 'DialerTransfer' | 'BlindTransfer' | 'AttendedTransfer' }>,
  at: string,
): EvidenceEvent {
  const { destination } = event;
  if (event.event === 'DialerTransfer') {
    return { kind: 'transfer', at, how: 'dialplan', result: 'success', destination };
  }
  const how = event.event === 'BlindTransfer' ? 'blind' : 'attended';
  return { kind: 'transfer', at, how, result: event.isSuccess ? 'success' : 'failed', destination };
}

const queueWords = {
  QueueCallerJoin: 'joined',
  QueueCallerLeave: 'left',
  QueueCallerAbandon: 'abandoned',
  AgentConnect: 'agent_connected',
} as const;
